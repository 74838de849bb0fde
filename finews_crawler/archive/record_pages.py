"""A page of rows of the index as records, column by column."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from finews_crawler.archive import decoders
from finews_crawler.archive.article_rows import ARTICLES, COLUMNS
from finews_crawler.archive.decoders import FLAWS, Decoder, decode_rows
from finews_crawler.archive.packed_texts import unpack_last_two
from finews_crawler.archive.rows import SORTED_TEXTS, image_fields, ticker_fields
from finews_crawler.articles.record import (
    FIELDS,
    Columns,
    Kind,
    Record,
    RecordKey,
    columns_of,
    record_of,
)
from finews_crawler.content import extraction_version
from finews_crawler.content.dates import publication_day
from finews_crawler.exceptions import DamagedRow
from finews_crawler.utils.timezone import BEIJING

Row = Sequence[Any]
"""End of the revision, and the columns COLUMNS."""
PUBLISHED_AT = 1 + COLUMNS.index("published_at")
KNOWN_UNTIL: dict[str, Decoder] = {"info_code": decoders.text, "revised_at": decoders.optional_time}


def _tickers(value: Any) -> list[Record]:
    tickers = list(map(ticker_fields, decoders.json_list(value)))
    for ticker in tickers:
        ticker["name"] = ticker["name"] or None
    return tickers


DECODERS: dict[str, Decoder] = {
    **ARTICLES.decoders,
    "origins": lambda value: dict(sorted(SORTED_TEXTS.decode(value).items())),
    "tickers": _tickers,
    "images": lambda value: list(map(image_fields, decoders.json_list(value))),
    "bodies": unpack_last_two,
}
"""As those of the rows, but for the values of records."""
REPEATED = ("origins", "tickers", "images", "first_seen_at", "revised_at")
"""Columns of text that have the same value in many rows: each is decoded once."""


def records_of(keys: Sequence[RecordKey], rows: Sequence[Row]) -> Columns:
    """Return the records of *rows*. Raises DamagedRow."""
    for key, row in zip(keys, rows, strict=True):
        if row[PUBLISHED_AT] != key.published_at:  # the order of the records is that of SQLite's index
            why = f"its index has {key.published_at!r}, got {row[PUBLISHED_AT]!r}"
            raise DamagedRow(table_of(key), key.info_code, "published_at", why)
    try:
        return _by_column(keys, rows)
    except FLAWS:
        # A row is damaged, which is named here, or its text has not been read by today's rules.
        return columns_of(_by_row(keys, rows))


def table_of(key: RecordKey) -> str:
    return "article" if key.is_current else "revision"


def _by_row(keys: Sequence[RecordKey], rows: Sequence[Row]) -> Iterator[Record]:
    """Yield the records. Raises DamagedRow."""
    for key, (known_until, *row) in zip(keys, rows, strict=True):
        ((_, until),) = decode_rows([(key.info_code, known_until or "")], "revision", **KNOWN_UNTIL)
        yield record_of(ARTICLES.from_row(row, table=table_of(key)), key.change, until)


def _by_column(keys: Sequence[RecordKey], rows: Sequence[Row]) -> Columns:
    """Return the same, if every row is whole and its extract is current. Raises one of FLAWS."""
    ends, *columns = zip(*rows, strict=True)
    raw = dict(zip(COLUMNS, columns, strict=True))
    if set(raw["extraction"]) != {extraction_version.EXTRACTION_VERSION} or None in raw["bodies"]:
        raise ValueError("an extract of another version")
    read = {name: _decoded(name, raw[name]) for name in COLUMNS}
    read["change"] = [key.change for key in keys]
    read["published_at"] = [time.astimezone(BEIJING) for time in read["published_at"]]
    read["day"] = list(map(publication_day, read["published_at"]))
    read["body_html"] = [html for html, _ in read["bodies"]]
    read["text"] = [text for _, text in read["bodies"]]
    starts = zip(read["revised_at"], read["first_seen_at"], strict=True)
    read["known_from"] = [revised or first_seen for revised, first_seen in starts]
    read["known_until"] = [decoders.optional_time(end or "") for end in ends]
    for field in FIELDS:
        if field.kind is Kind.TEXT and field.is_nullable:
            read[field.name] = [value or None for value in read[field.name]]
    return {field.name: read[field.name] for field in FIELDS}


def _decoded(name: str, column: Sequence[Any]) -> list[Any]:
    decode = DECODERS[name]
    if name not in REPEATED:
        return list(map(decode, column))
    known = {value: decode(value) for value in set(column)}
    return [known[value] for value in column]
