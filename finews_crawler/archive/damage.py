"""Damage of the index: rows that this package cannot have written, and what SQLite itself finds."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from typing import Any, NamedTuple

from finews_crawler.archive import decoders, schema
from finews_crawler.archive.article_rows import ARTICLES, BODIES, COLUMNS
from finews_crawler.archive.decoders import FLAWS, Decoder, check_columns, decode_rows
from finews_crawler.archive.entries import POST_DECODERS, ROW, entry_of
from finews_crawler.archive.index import Index
from finews_crawler.archive.on_disk import content_hash
from finews_crawler.archive.packed_texts import check_packed
from finews_crawler.archive.rows import IMAGES, TICKERS
from finews_crawler.archive.runs import RUNS
from finews_crawler.exceptions import DamagedRow, UnusableIndex
from finews_crawler.utils.error_hints import RESTORE

MOST_PROBLEMS = 20
"""Problems that SQLite's integrity check lists."""


class Table(NamedTuple):
    """Reader of a table's rows: their columns, and the function that decodes one of them."""

    columns: str
    check: Callable[[int, Sequence[Any]], object]
    """Raises DamagedRow for a damaged row."""
    decoders: Sequence[Decoder] = ()
    """Of the columns, if a row is whole when each of its values is; else empty."""


def _check_article(rowid: int, row: Sequence[Any]) -> None:
    entry = entry_of(row)
    if entry.post_as_found is not None and content_hash(entry.post_as_found) != entry.content_hash and entry.is_written:
        raise DamagedRow("article", entry.article.info_code, "post_as_found", "it does not have the hash content_hash")


def _decoded(table: str, columns: Mapping[str, Decoder]) -> Table:
    def check(rowid: int, row: Sequence[Any]) -> None:
        list(decode_rows([(rowid, *row)], table, rowid=int, **columns))

    return Table(", ".join(columns), check, tuple(columns.values()))


# Objects that are surely whole, in the JSON that is written: their texts without a quotation mark.
_TEXT = r'"[^"\\\x00-\x1f]*+"'
_NUMBER = r"(?:null|0|[1-9][0-9]{0,8}+)"
_TICKER = rf'\{{"name": {_TEXT}, "position": {_NUMBER}, "source": {_TEXT}, "symbol": {_TEXT}\}}'
_IMAGE = rf'\{{"height": {_NUMBER}, "url": {_TEXT}, "width": {_NUMBER}\}}'


def _decoded_unless_usual(usual: str, decode: Decoder) -> Decoder:
    """Return a check that decodes only those JSON lists whose objects do not all match *usual*."""
    objects = re.compile(rf"\[(?:{usual}, )*{usual}\]")

    def check(value: Any) -> None:
        if type(value) is not str or not objects.fullmatch(value):
            decode(value)

    return check


# Rows that have something else are checked one by one: bodies of early versions, or the bytes of an external post.
_ARTICLE_DECODERS = tuple(
    {
        **ARTICLES.decoders,
        **dict.fromkeys(BODIES, decoders.null),
        "bodies": check_packed,
        "tickers": _decoded_unless_usual(_TICKER, TICKERS.decode),
        "images": _decoded_unless_usual(_IMAGE, IMAGES.decode),
    }.values()
)
_POST_DECODERS = tuple({**POST_DECODERS, "post_as_found": decoders.null}.values())
TABLES: Mapping[str, Table] = {
    "article": Table(ROW, _check_article, (*_ARTICLE_DECODERS, *_POST_DECODERS)),
    "revision": Table(
        ", ".join(COLUMNS), lambda rowid, row: ARTICLES.from_row(row, table="revision"), _ARTICLE_DECODERS
    ),
    "run": Table(", ".join(RUNS.columns), lambda rowid, row: RUNS.from_row(row, key=rowid)),
    "rejection": _decoded(
        "rejection",
        {
            **dict.fromkeys(("info_code", "reason", "payload_hash", "listing_hash"), decoders.text),
            "is_final": decoders.flag,
            "rejected_at": decoders.time,
        },
    ),
    "change": _decoded("change", {"info_code": decoders.info_code, "revision": decoders.integer}),
    "timeline": _decoded("timeline", {"start": int, "id": decoders.timeline}),
}
# Each revision has a change number, and each number a revision: by SQL indexes alone.
ORPHANS = """SELECT number, info_code, revision FROM change WHERE NOT EXISTS
        (SELECT 1 FROM revision WHERE revision.info_code = change.info_code AND revision.revision = change.revision)
    AND info_code NOT IN (SELECT info_code FROM article)"""
UNNUMBERED = "SELECT info_code FROM article WHERE info_code NOT IN (SELECT info_code FROM change)"


def find_damage(index: Index) -> Iterator[DamagedRow]:
    """Yield each damaged row of each table, and what else contradicts. Raises UnusableIndex if SQLite gives up."""
    for name, table in TABLES.items():
        yield from _damaged_rows(index, name, table)
    for number, code, revision in index.select(ORPHANS):
        yield DamagedRow("change", f"{number}", "info_code", f"there is no revision {revision} of {code}")
    for (code,) in index.select(UNNUMBERED):
        yield DamagedRow("article", f"{code}", "info_code", "the article has no row in table change")


def _damaged_rows(index: Index, name: str, table: Table) -> Iterator[DamagedRow]:
    query = f"SELECT rowid, {table.columns} FROM {name} WHERE rowid > ? ORDER BY rowid LIMIT ?"  # noqa: S608
    for page in index.pages(query, schema.FIRST_ROWID):
        try:
            check_columns(page, (int, *table.decoders))
        except FLAWS:
            yield from _damage_of(page, table)


def _damage_of(page: Sequence[Sequence[Any]], table: Table) -> Iterator[DamagedRow]:
    """Check the rows of a page one by one: a value in it is damaged, or of a kind that is rare."""
    for rowid, *row in page:
        try:
            table.check(rowid, row)
        except DamagedRow as error:
            yield error


def check_pages(index: Index) -> None:
    """Raise UnusableIndex for a page that SQLite cannot read. Reads the file once, but decodes no rows."""
    for (text,) in index.select("PRAGMA quick_check(1)"):
        if text != "ok":
            raise UnusableIndex(f"{index.path}: {' '.join(str(text).split())}: {RESTORE}")


def find_corruption(index: Index) -> list[str]:
    """Return what SQLite's integrity check reports, and missing parts of the schema. Raises as ``select``."""
    checked = index.select(f"PRAGMA integrity_check({MOST_PROBLEMS})")
    problems = [line for (text,) in checked for line in str(text).splitlines() if line != "ok"]
    return [*problems, *(f"{part} is missing" for part in _schema_parts() - _parts_of(index.select))]


def _schema_parts() -> set[str]:
    """Return the columns, SQL indexes and triggers of a new index."""
    with closing(sqlite3.connect(":memory:")) as connection:
        schema.migrate(connection, "")
        return _parts_of(lambda query: connection.execute(query).fetchall())


def _parts_of(select: Callable[[str], list[tuple[Any, ...]]]) -> set[str]:
    columns = "SELECT 'column ' || m.name || '.' || c.name FROM sqlite_schema m, pragma_table_info(m.name) c"
    others = "SELECT type || ' ' || name FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%'"
    return {str(part) for query in (f"{columns} WHERE m.type = 'table'", others) for (part,) in select(query)}
