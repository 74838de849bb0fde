"""Read-only view of the index as records: unaffected by later writes, however long an export takes."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import chain, islice
from typing import Any

from finews_crawler.archive import decoders
from finews_crawler.archive.article_rows import ARTICLES, COLUMNS
from finews_crawler.archive.connection import Connection
from finews_crawler.archive.decoders import decode_rows
from finews_crawler.archive.index import Index
from finews_crawler.archive.known_names import with_known_names
from finews_crawler.archive.query import Cursor, ExportQuery, Timeline, check_cursor
from finews_crawler.archive.record_pages import Row, records_of, table_of
from finews_crawler.articles.record import Columns, Record, RecordKey, records_in
from finews_crawler.exceptions import DamagedRow
from finews_crawler.items import Article

PAGE = 100
"""Revisions read by one query. Their columns fit in the caches of a processor: larger pages take longer."""
# `change` has a row for each revision. A current one is recognised by its absence from `revision`: its number in
# `article` is stored behind the bodies, and reading it would read those pages, too.
CURRENT = """SELECT published_at, info_code, change.revision, number, 1 FROM change JOIN article USING (info_code)
    WHERE number > :after AND published_at >= :since AND published_at < :until
    AND NOT EXISTS (SELECT 1 FROM revision AS earlier
        WHERE earlier.info_code = change.info_code AND earlier.revision = change.revision)"""
EARLIER = """SELECT published_at, info_code, revision, number, 0 FROM change JOIN revision USING (info_code, revision)
    WHERE number > :after AND published_at >= :since AND published_at < :until"""
# A revision ends with the next one that the index still has: older ones may have been pruned.
KNOWN_UNTIL = """(SELECT min(revised_at) FROM (
    SELECT revised_at, revision FROM revision AS later WHERE later.info_code = page.info_code
    UNION ALL SELECT revised_at, revision FROM article WHERE article.info_code = page.info_code)
    WHERE revision > page.revision)"""
NARROWER = {
    "medium": "AND media_name = :medium",
    "ticker": "AND EXISTS (SELECT 1 FROM json_each(tickers) WHERE value ->> 'symbol' = :ticker)",
    "as_of": "AND coalesce(nullif(revised_at, ''), first_seen_at) <= :as_of",
}
"""Conditions of both queries, by the name of the value."""
STILL_CURRENT = f"AND {KNOWN_UNTIL.replace('page.', 'revision.')} > :as_of"
"""Condition of EARLIER beside ``as_of``."""
PAGE_OF = "(SELECT value ->> 0 AS info_code, value ->> 1 AS revision FROM json_each(?)) AS page"
NAMES = ", ".join(f"entry.{name}" for name in COLUMNS)
SELECT_FROM = {
    table: f"SELECT {known_until}, {NAMES} FROM {PAGE_OF} JOIN {table} AS entry USING (info_code, revision)"  # noqa: S608
    for table, known_until in (("article", "NULL"), ("revision", KNOWN_UNTIL))
}
LAST_NUMBER = "coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'change'), 0)"
NEWEST_CHANGE = f"SELECT id, {LAST_NUMBER} FROM timeline WHERE start < {LAST_NUMBER} ORDER BY start DESC LIMIT 1"  # noqa: S608
TIMELINE = """SELECT start, coalesce((SELECT min(start) FROM timeline AS later WHERE later.start > this.start), ?2)
    FROM timeline AS this WHERE id = ?1"""
KEY: dict[str, decoders.Decoder] = {
    "published_at": decoders.text,
    "info_code": decoders.info_code,
    "revision": decoders.integer,
    "number": decoders.integer,
    "is_current": decoders.flag,
}
INFO_CODE, REVISION = (1 + COLUMNS.index(name) for name in ("info_code", "revision"))


class IndexSnapshot:
    """The records that a query selects from one view of an index. Its methods raise UnusableIndex."""

    def __init__(self, connection: Connection, selection: ExportQuery) -> None:
        self.selection = selection
        self._connection = connection
        self.cursor = _cursor_of(connection)
        """Position of the newest change in this view, selected or not."""
        if selection.after is not None:
            check_cursor(selection.after, _timeline_of(connection, selection.after, self.cursor), self.cursor)

    def selected(self, *, newest_first: bool = False) -> Iterator[RecordKey]:
        """Return the keys of the records by publication time, infoCode and revision (always ascending)."""
        order = "1 DESC, 2 DESC, 3" if newest_first else "1, 2, 3"
        rows = self._query(f"{self._keys} ORDER BY {order}")
        return (RecordKey(*row) for row in decode_rows(rows, "change", **KEY))

    def describe(self) -> dict[str, Any]:
        """Return the part of a manifest that describes the selection: cursor, bounds and number of records."""
        selection = self.selection
        ((number,),) = self._query(f"SELECT count(*) FROM ({self._keys})")  # noqa: S608
        return {
            "cursor": str(self.cursor),
            "after": str(selection.after) if selection.after else None,
            "since": selection.since.isoformat() if selection.since else None,
            "until": selection.until.isoformat() if selection.until else None,
            "revisions": selection.with_revisions,
            **selection.narrower(),
            "records": number,
        }

    def pages(self, keys: Iterable[RecordKey] | None = None) -> Iterator[Columns]:
        """Return the records of *keys*, in their order, some hundreds at a time; by default all, oldest first."""
        return (records_of(page, rows) for page, rows in self._rows(self.selected() if keys is None else keys))

    def records(self, keys: Iterable[RecordKey] | None = None) -> Iterator[Record]:
        """Return the same one by one."""
        return chain.from_iterable(map(records_in, self.pages(keys)))

    def articles(self) -> Iterator[Article]:
        """Return the article of each record, oldest first."""
        for page, rows in self._rows(self.selected()):
            for key, (_, *row) in zip(page, rows, strict=True):
                yield ARTICLES.from_row(row, table=table_of(key))

    @property
    def _keys(self) -> str:
        narrower = self.selection.narrower()
        conditions = [NARROWER[name] for name in narrower]
        current = " ".join([CURRENT, *conditions])
        if "as_of" in narrower:
            return " ".join([current, "UNION ALL", EARLIER, *conditions, STILL_CURRENT])
        return " ".join([current, "UNION ALL", EARLIER, *conditions]) if self.selection.with_revisions else current

    def _query(self, query: str) -> Iterator[tuple[Any, ...]]:
        return self._connection.execute(query, self.selection.bounds())

    def _rows(self, keys: Iterable[RecordKey]) -> Iterator[tuple[list[RecordKey], list[Row]]]:
        """Yield pages of keys with their rows."""
        keys = iter(keys)
        while page := list(islice(keys, PAGE)):
            found = {**self._page("article", page), **self._page("revision", page)}
            for key in page:
                if (key.info_code, key.revision) not in found:
                    why = f"there is no revision {key.revision} of {key.info_code}"
                    raise DamagedRow("change", str(key.change), "revision", why)
            yield page, [found[key.info_code, key.revision] for key in page]

    def _page(self, table: str, keys: Iterable[RecordKey]) -> dict[tuple[str, int], Row]:
        """Return the rows of the keys that are in a table, by infoCode and revision."""
        pairs = [(key.info_code, key.revision) for key in keys if table_of(key) == table]
        if not pairs:
            return {}
        rows = self._connection.select_text(SELECT_FROM[table], [json.dumps(pairs)])
        return {(row[INFO_CODE], row[REVISION]): row for row in rows}


def _cursor_of(connection: sqlite3.Connection) -> Cursor:
    """Return the position of the newest change. Raises DamagedRow."""
    rows = decode_rows(connection.execute(NEWEST_CHANGE), "timeline", id=decoders.timeline, start=decoders.integer)
    for row in rows:
        return Cursor(*row)
    raise DamagedRow("timeline", "the newest change", "start", "there is none")


def _timeline_of(connection: sqlite3.Connection, after: Cursor, now: Cursor) -> Timeline | None:
    """Return the timeline of a cursor's id. Raises DamagedRow."""
    rows = connection.execute(TIMELINE, [after.timeline, now.number])
    return next((Timeline(*row) for row in decode_rows(rows, "timeline", start=int, end=decoders.integer)), None)


@contextmanager
def open_snapshot(index: Index, selection: ExportQuery) -> Iterator[IndexSnapshot]:
    """Open a view of the index as it is now. Raises InvalidCursor, NotInArchive or UnusableIndex."""
    with index.snapshot() as connection:
        yield IndexSnapshot(connection, with_known_names(connection, selection))
