"""Slugs that several outlets have, such as 重庆在线 and 中青在线: each of the outlets has a page of its own."""

from __future__ import annotations

import sqlite3

from finews_crawler.content.slug import EMNEWS_SLUG, EMNEWS_TAG, TAG_SUFFIX
from finews_crawler.content.slug import slug as slug_of

# From each slug to the next one, by the index: else SQLite reads the slugs and tags of all posts.
SHARED = """
    WITH RECURSIVE each(slug) AS (
        SELECT MIN(slug) FROM post UNION ALL
        SELECT (SELECT MIN(slug) FROM post p WHERE p.slug > each.slug) FROM each WHERE each.slug IS NOT NULL)
    SELECT DISTINCT slug, tag FROM post WHERE slug IN (
        SELECT slug FROM each WHERE (SELECT MIN(tag) FROM post p WHERE p.slug = each.slug)
        <> (SELECT MAX(tag) FROM post p WHERE p.slug = each.slug)) ORDER BY slug, tag"""


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
