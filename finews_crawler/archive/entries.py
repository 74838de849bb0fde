"""Entries of the index: an article with the state of its post, and its row."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from typing import Any, NamedTuple

from finews_crawler.archive import decoders
from finews_crawler.archive.article_rows import ARTICLES, COLUMNS
from finews_crawler.archive.decoders import FLAWS, Decoder, check_columns, decode_rows
from finews_crawler.exceptions import DamagedRow
from finews_crawler.items import Article, Copied

POST_DECODERS: dict[str, Decoder] = {
    "post_path": decoders.post_path,
    "content_hash": decoders.text,
    "post_as_found": decoders.optional(decoders.compressed),
    "previous_path": decoders.optional_path,
    "previous_hash": decoders.text,
    "is_written": decoders.flag,
}
POST_COLUMNS = tuple(POST_DECODERS)
ROW = ", ".join((*COLUMNS, *POST_COLUMNS))

ENTRY_DECODERS: dict[str, Decoder] = {
    "info_code": decoders.info_code,
    **{name: POST_DECODERS[name] for name in ("post_path", "content_hash", "is_written")},
    "slug": decoders.text,
    "media_name": decoders.text,
}


@dataclass(frozen=True)
class IndexEntry(Copied):
    """An article of the index, and the state of its post."""

    article: Article
    post_path: str
    """Relative to the data directory, with ``/``."""
    content_hash: str
    """SHA-256 of the post's bytes, in hexadecimal; empty in a row of schema version 1."""
    post_as_found: bytes | None = None
    """Bytes of an external post: one that this archive did not render, and would render differently."""
    previous_path: str = ""
    """Path of the article's previous post until that file is removed, then empty."""
    previous_hash: str = ""
    """Content hash of the previous post until the new one is in place: a file with another hash was edited since."""
    is_written: bool = True
    """False while the post is being written; after a kill the next run finishes it."""


class IndexRow(NamedTuple):
    """Columns of a row that are compared with its post."""

    info_code: str
    post_path: str
    content_hash: str
    is_written: bool
    slug: str
    media_name: str


def row_of(held: IndexEntry) -> list[Any]:
    found = None if held.post_as_found is None else zlib.compress(held.post_as_found)
    previous = (held.previous_path, held.previous_hash)
    return [*ARTICLES.to_row(held.article), held.post_path, held.content_hash, found, *previous, held.is_written]


def entry_of(row: Sequence[Any]) -> IndexEntry:
    """Return the entry of a row of the columns ROW. Raises DamagedRow."""
    article = ARTICLES.from_row(row[: len(COLUMNS)])
    ((_, *state),) = decode_rows([(row[0], *row[len(COLUMNS) :])], "article", info_code=decoders.text, **POST_DECODERS)
    return IndexEntry(article, *state)


def sound_rows(page: Sequence[tuple[Any, ...]]) -> list[IndexRow]:
    """Return rows that begin with their rowid, without it, and without the damaged ones."""
    rows: Sequence[tuple[Any, ...]] = [row[1:] for row in page]
    try:
        check_columns(rows, ENTRY_DECODERS.values())
    except FLAWS:
        rows = [*chain.from_iterable(map(_decoded_entry, rows))]
    return [IndexRow(*row) for row in rows]


def _decoded_entry(row: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    """Return the columns of an entry, nothing for a damaged row."""
    with suppress(DamagedRow):
        return list(decode_rows([row], "article", **ENTRY_DECODERS))
    return []
