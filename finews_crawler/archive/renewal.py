"""Renewal of rows: the bodies compressed together, and the text, tickers and images that today's rules read from them.

The number of the row in ``change`` stays, and so no export by cursor repeats it, unless something that an export
contains has changed.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from finews_crawler.archive import schema
from finews_crawler.archive.article_rows import ARTICLES, COLUMNS
from finews_crawler.content import extraction_version
from finews_crawler.exceptions import DamagedRow

if TYPE_CHECKING:
    from finews_crawler.archive.index import Index

TABLES = ("article", "revision")
IS_STALE = "(bodies IS NULL OR extraction <> ?)"
STORED = ("text_html", "content_html", "body_html", "extraction", "source_line", "bodies", "tickers", "images")
"""Columns that a renewal writes; those from ``source_line`` on are exported."""


def count_stale(index: Index) -> int:
    """Return the number of rows that ``renew_all`` renews. Raises UnusableIndex."""
    queries = (f"SELECT count(*) FROM {table} WHERE {IS_STALE}" for table in TABLES)  # noqa: S608
    return sum(number for query in queries for (number,) in index.select(query, extraction_version.EXTRACTION_VERSION))


def renew_all(index: Index) -> Iterator[tuple[int, list[DamagedRow]]]:
    """Renew the rows of another extraction or an early version, revisions included, holding the archive lock.

    Yields for each page, once it is committed, the number of its rows, and the damaged ones, which stay as they are.
    Those of a run that was interrupted are not renewed again. Raises UnusableIndex, OSError or sqlite3.Error.
    """
    for table in TABLES:
        query = (
            f"SELECT rowid, {', '.join(COLUMNS)} FROM {table} "  # noqa: S608
            f"WHERE rowid > ? AND {IS_STALE} ORDER BY rowid LIMIT ?"
        )
        for rows in index.pages(query, schema.FIRST_ROWID, extraction_version.EXTRACTION_VERSION):
            with index.writing() as connection:
                damaged = list(renew(connection, table, rows))
            yield len(rows), damaged


def renew(connection: sqlite3.Connection, table: str, rows: Iterable[Sequence[Any]]) -> Iterator[DamagedRow]:
    """Renew *rows*: the rowid, and the columns COLUMNS. Yields the damaged ones, which stay as they are."""
    for rowid, *row in rows:
        try:
            new = dict(zip(COLUMNS, ARTICLES.to_row(ARTICLES.from_row(row, table=table)), strict=True))
        except DamagedRow as error:
            yield error
        else:
            old = dict(zip(COLUMNS, row, strict=True))
            assignments = [f"{name} = ?" for name in STORED]
            if _is_changed(old, new):
                assignments.append("title = title")  # the triggers number the row again: see ``schema``
            query = f"UPDATE {table} SET {', '.join(assignments)} WHERE rowid = ?"  # noqa: S608
            connection.execute(query, [*(new[name] for name in STORED), rowid])


def _is_changed(old: dict[str, Any], new: dict[str, Any]) -> bool:
    """Return True if an export of the row may have had another content; rows of early versions kept no text."""
    names = ["tickers", "images", *(("source_line", "bodies") if old["bodies"] is not None else ())]
    return any(old[name] != new[name] for name in names)
