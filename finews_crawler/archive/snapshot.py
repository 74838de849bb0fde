"""What the index holds, as records: one view of it, however long it is read and whatever is written meanwhile."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from finews_crawler.archive.cursor import Cursor, check_cursor
from finews_crawler.archive.index import Index, reading_row
from finews_crawler.archive.query import ExportQuery
from finews_crawler.archive.rows import COLUMNS, article_of
from finews_crawler.articles.record import Record, RecordKey, record_of
from finews_crawler.items import Article

NAMES = ", ".join(COLUMNS)
# Every revision has its row in `change`; which of them are the articles as they are, that of `revision` tells without
# a look at the end of an article's row, beyond its bodies.
HELD = """SELECT published_at, info_code, change.revision, number, 1 FROM change JOIN article USING (info_code)
    WHERE number > :after AND published_at >= :since AND published_at < :until
    AND NOT EXISTS (SELECT 1 FROM revision AS earlier
        WHERE earlier.info_code = change.info_code AND earlier.revision = change.revision)"""
EARLIER = """SELECT published_at, info_code, revision, number, 0 FROM change JOIN revision USING (info_code, revision)
    WHERE number > :after AND published_at >= :since AND published_at < :until"""
# When another took its place: the next revision that the index still has, or the article as it is.
KNOWN_UNTIL = """SELECT min(revised_at) FROM (
    SELECT revised_at, revision FROM revision WHERE info_code = :code
    UNION ALL SELECT revised_at, revision FROM article WHERE info_code = :code) WHERE revision > :revision"""


class IndexSnapshot:
    """One view of an index."""

    def __init__(self, connection: sqlite3.Connection, selection: ExportQuery) -> None:
        self.selection = selection
        self._connection = connection
        (index,) = connection.execute("SELECT value FROM identity").fetchone()
        row = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'change'").fetchone()
        self.cursor = Cursor(index, row[0] if row else 0)
        """Of the last change that can be seen here, whether it is selected or not."""
        if selection.after is not None:
            check_cursor(selection.after, self.cursor)

    def selected(self, *, newest_first: bool = False) -> Iterator[RecordKey]:
        """What is selected, in order of publication, and of infoCode where that is the same."""
        query = f"{HELD} UNION ALL {EARLIER}" if self.selection.with_revisions else HELD
        order = "1 DESC, 2 DESC, 3" if newest_first else "1, 2, 3"
        since, until, after = self.selection.bounds()
        bounds = {"since": since, "until": until, "after": after}
        rows = self._connection.execute(f"{query} ORDER BY {order}", bounds)
        return (RecordKey(*row) for row in rows)

    def count(self) -> int:
        """How many records are selected."""
        return sum(1 for _ in self.selected())

    def describe(self) -> dict[str, Any]:
        """Return the part of a manifest that describes the selection: cursor, bounds and number of records."""
        selection = self.selection
        return {
            "cursor": str(self.cursor),
            "after": str(selection.after) if selection.after else None,
            "since": selection.since.isoformat() if selection.since else None,
            "until": selection.until.isoformat() if selection.until else None,
            "revisions": selection.with_revisions,
            "records": self.count(),
        }

    def records(self) -> Iterator[Record]:
        """What is selected, one record after the other, in the order of its keys."""
        return map(self.record, self.selected())

    def record(self, key: RecordKey) -> Record:
        return record_of(self.article(key), key.change, self._known_until(key))

    def article(self, key: RecordKey) -> Article:
        """The article as it was in that revision. Raises UnusableIndex."""
        table = "article" if key.is_current else "revision"
        query = f"SELECT {NAMES} FROM {table} WHERE info_code = ? AND revision = ?"  # noqa: S608
        with reading_row(key.info_code):
            return article_of(self._connection.execute(query, (key.info_code, key.revision)).fetchone())

    def _known_until(self, key: RecordKey) -> datetime | None:
        if key.is_current:
            return None
        values = {"code": key.info_code, "revision": key.revision}
        (moment,) = self._connection.execute(KNOWN_UNTIL, values).fetchone()
        return datetime.fromisoformat(moment) if moment else None


@contextmanager
def open_snapshot(index: Index, selection: ExportQuery) -> Iterator[IndexSnapshot]:
    """The index as it is now. Raises InvalidCursor, UnusableIndex or sqlite3.Error."""
    with index.snapshot() as connection:
        yield IndexSnapshot(connection, selection)
