"""Slugs that several outlets have, such as 重庆在线 and 中青在线: each of the outlets has a page of its own."""

from __future__ import annotations

import sqlite3

from finews_crawler.content.slug import EMNEWS_SLUG, EMNEWS_TAG, TAG_SUFFIX
from finews_crawler.content.slug import slug as slug_of

SHARED = (
    "SELECT DISTINCT slug, tag FROM post "
    "WHERE slug IN (SELECT slug FROM post GROUP BY slug HAVING MIN(tag) <> MAX(tag)) ORDER BY slug, tag"
)


def read_shared_slugs(connection: sqlite3.Connection) -> dict[str, list[str]]:
    """Return the tags of each slug that at least two outlets have; *connection*: the build state's."""
    tags: dict[str, list[str]] = {}
    for slug, tag in connection.execute(SHARED):
        tags.setdefault(slug, []).append(tag)
    return {slug: found for slug, found in tags.items() if sum(is_outlet_of(slug, tag) for tag in found) > 1}


def is_outlet_of(slug: str, tag: str) -> bool:
    """Return True if *tag* is an outlet's with this slug. Posts of other programs have any tags in a category.

    >>> is_outlet_of("zhongqingzaixian", "重庆在线新闻"), is_outlet_of("zhongqingzaixian", "公告")
    (True, False)
    """
    if tag == EMNEWS_TAG:
        return slug == EMNEWS_SLUG
    return tag.endswith(TAG_SUFFIX) and slug_of(tag.removesuffix(TAG_SUFFIX)) == slug
