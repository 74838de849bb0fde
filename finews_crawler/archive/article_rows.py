"""Rows of articles: the bodies, and the text that was read from them, are compressed together.

Rows of schema versions 1 to 7 have a column for each body and no text. They are read as they are, until they are
written again or renewed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from finews_crawler.archive import decoders
from finews_crawler.archive.decoders import Decoder, damaged
from finews_crawler.archive.packed_texts import Texts, pack, unpack
from finews_crawler.archive.rows import IMAGES, SORTED_TEXTS, TICKERS, TIME, Codec, RowFormat
from finews_crawler.content import extraction_version
from finews_crawler.items import Article, Extract

BODIES = ("text_html", "content_html", "body_html")
EXTRACT_COLUMNS: dict[str, Decoder] = {
    **dict.fromkeys(BODIES, decoders.optional(decoders.compressed_text)),
    "extraction": decoders.integer,
    "source_line": decoders.text,
    "bodies": decoders.optional(unpack),
}
"""Columns of a row beside those of the article's fields."""
CODECS = {
    "info_code": Codec(str, decoders.info_code),
    "published_at": Codec(TIME.encode, decoders.time),  # a post cannot do without it
    **dict.fromkeys(("first_seen_at", "revised_at"), TIME),
    "origins": SORTED_TEXTS,
    "tickers": TICKERS,
    "images": IMAGES,
    "is_stand_in": Codec(bool, decoders.flag),
}
NOT_STORED = (*BODIES, "extract", "is_refetched", "payload", "listing_hash", "seen_at", "archived")


class ArticleRows(RowFormat[Article]):
    """Rows of the tables ``article`` and ``revision``."""

    def __init__(self) -> None:
        super().__init__("article", Article, CODECS, NOT_STORED)
        self.columns = (*self.columns, *EXTRACT_COLUMNS)
        self.decoders.update(EXTRACT_COLUMNS)

    def to_row(self, value: Article) -> list[Any]:
        from finews_crawler.articles.extract import extracted

        article, extract = extracted(value)
        packed = pack((*extract.bodies, extract.text))
        return [
            *super().to_row(article),
            None,
            None,
            None,
            extraction_version.EXTRACTION_VERSION,
            extract.source_line,
            packed,
        ]

    def from_row(self, row: Sequence[Any], key: object = None, table: str = "") -> Article:
        """Return the object whose ``to_row`` is *row*. Raises DamagedRow, named by *key* or the first column.

        >>> from datetime import datetime
        >>> time = datetime.fromisoformat("2022-05-18T16:48:06+08:00")
        >>> article = Article("NW202205182383638060", published_at=time, body_html="<p>联通</p>")
        >>> read = ARTICLES.from_row(ARTICLES.to_row(article))
        >>> read == article, read.extract.text
        (True, '联通')
        """
        values = self.decode(row, key, table)
        try:
            bodies, text = bodies_of(*(values.pop(name) for name in (*BODIES, "bodies")))
        except TypeError as error:
            raise damaged(table or self.table, row[0] if key is None else key, "bodies", error) from error
        version, source_line = values.pop("extraction"), values.pop("source_line")
        values.update(zip(BODIES, bodies, strict=True))
        if version == extraction_version.EXTRACTION_VERSION and text is not None:
            values["extract"] = Extract(text, source_line, bodies)
        return Article(**values)


def bodies_of(
    text_html: str | None, content_html: str | None, body_html: str | None, packed: Texts | None
) -> tuple[tuple[str, str, str], str | None]:
    """Return the bodies of a row and their text, None for a row of an early version. Raises TypeError for neither."""
    if packed is not None:
        *_, text = packed
        return packed[:3], text
    if text_html is None or content_html is None or body_html is None:
        raise TypeError("NULL in the place of the bodies")
    return (text_html, content_html, body_html), None


ARTICLES = ArticleRows()
COLUMNS = ARTICLES.columns
