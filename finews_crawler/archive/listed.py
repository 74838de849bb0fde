"""The fields of archived articles that lists have: enough to see whether a row of a list is new data.

Nine in ten rows of a poll are not. The bodies, most of what the index has of an article, are in no list: they are not
read.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from finews_crawler.archive import decoders
from finews_crawler.archive.article_rows import ARTICLES
from finews_crawler.archive.decoders import FLAWS, Decoder
from finews_crawler.archive.entries import POST_DECODERS
from finews_crawler.content import extraction_version
from finews_crawler.items import Article
from finews_crawler.sources.source import LIST_FIELDS

FIELDS = ("info_code", *LIST_FIELDS, "origins", "slug", "share_url", "is_stand_in")
DECODERS: dict[str, Decoder] = {
    **{name: ARTICLES.decoders[name] for name in FIELDS},
    "origins": lru_cache(ARTICLES.decoders["origins"]),
}
LISTED_COLUMNS = ", ".join((*FIELDS, "post_path", "is_written", "extraction", "bodies IS NULL"))


class Listed(NamedTuple):
    """An archived article, to compare with a row of a list."""

    article: Article | None
    """With the fields of lists, ``origins``, ``slug`` and ``share_url`` only. None if its whole row has to be read: its
    post is not written, its body is a copy of the archive site, its bodies were extracted by other rules, or one of
    these values is damaged."""
    post_path: str = ""


INCOMPLETE = Listed(None)


def listed_of(row: Sequence[Any]) -> Listed:
    """Return the article in a row of LISTED_COLUMNS."""
    *fields, post_path, is_written, version, lacks_bodies = row
    try:
        values = {name: decode(value) for (name, decode), value in zip(DECODERS.items(), fields, strict=True)}
        path, is_complete = POST_DECODERS["post_path"](post_path), decoders.flag(is_written) and not lacks_bodies
    except FLAWS:
        return INCOMPLETE
    if values["is_stand_in"] or not is_complete or version != extraction_version.EXTRACTION_VERSION:
        return INCOMPLETE
    return Listed(Article(**values), path)
