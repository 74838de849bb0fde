"""The index: one row for each infoCode. An article is archived once its row is marked as written, after its post."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, nullcontext
from itertools import chain, pairwise
from pathlib import Path
from typing import Any, NamedTuple

from finews_crawler.archive import decoders, schema
from finews_crawler.archive.article_rows import ARTICLES, COLUMNS
from finews_crawler.archive.connection import Connection, connect
from finews_crawler.archive.decoders import Decoder, decode_rows
from finews_crawler.archive.entries import POST_COLUMNS, ROW, IndexEntry, IndexRow, entry_of, row_of, sound_rows
from finews_crawler.archive.listed import LISTED_COLUMNS, Listed, listed_of
from finews_crawler.archive.renewal import renew
from finews_crawler.exceptions import UnusableIndex
from finews_crawler.items import Article, Rejection
from finews_crawler.utils.error_hints import RESTORE, hint_for
from finews_crawler.utils.files import make_folder

# Not INSERT OR REPLACE: it would delete the row of another article whose post has the same path.
PUT_ARTICLE = (
    f"INSERT INTO article ({ROW}) VALUES ({', '.join('?' * len((*COLUMNS, *POST_COLUMNS)))}) "  # noqa: S608
    f"ON CONFLICT (info_code) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in ROW.split(', '))}"
)
PUT_REVISION = f"INSERT OR IGNORE INTO revision ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"  # noqa: S608
EACH = "(SELECT DISTINCT value FROM json_each(?))"
"""The values of a JSON list. SQLite limits the number of parameters of a statement, but not the length of a list."""
EARLY_ROWS = (
    f"SELECT article.rowid, {', '.join(COLUMNS)} FROM {EACH} JOIN article ON info_code = value "  # noqa: S608
    "WHERE bodies IS NULL"
)
ROWS_AT_ONCE = 500
DATA_VERSION = "PRAGMA data_version"


class Owner(NamedTuple):
    """Row whose post has a certain path."""

    info_code: str
    content_hash: str
    is_as_found: bool


class Index:
    """``index.sqlite``. Reading does not create the file; without it, every query has an empty result.

    Methods that read raise DamagedRow for a damaged row, and UnusableIndex for every other error, also for an index of
    another schema version. Methods that write also raise OSError and sqlite3.Error.
    """

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self.path = path
        self.read_only = read_only
        """True to create no files next to the index, and to recover nothing after a killed run."""
        self._connection: Connection | None = None
        self._data_version = 0
        """SQLite's number of the commits of others when the connection was opened."""
        self._has_timeline = False
        """True once the changes of this connection have a timeline, see ``query.Timeline``."""

    def exists(self) -> bool:
        """Return True if there is an index file. Raises UnusableIndex for a folder that may not be searched."""
        try:
            return self._connection is not None or self.path.exists()
        except OSError as error:
            raise UnusableIndex(f"{error}: {hint_for(error)}") from error

    def contains(self, info_code: str) -> bool:
        """Return True if the article is archived, with the share site's body rather than a copy of it."""
        return bool(self.contains_each([info_code]))

    def get(self, info_code: str) -> IndexEntry | None:
        """Return the entry of an article."""
        rows = self.select(f"SELECT {ROW} FROM article WHERE info_code = ?", info_code)  # noqa: S608
        return entry_of(rows[0]) if rows else None

    def contains_each(self, info_codes: Iterable[str]) -> set[str]:
        """Return those of *info_codes* that ``contains`` returns True for, by one query."""
        query = f"SELECT info_code FROM {EACH} JOIN article ON info_code = value WHERE is_written AND NOT is_stand_in"  # noqa: S608
        return {code for (code,) in self.select(query, json.dumps(list(info_codes)))}

    def get_each(self, info_codes: Iterable[str]) -> dict[str, IndexEntry]:
        """Return the entries of the articles that the index has, by infoCode, by one query.

        Raises DamagedRow if one of the rows is damaged: ``get`` returns the others.
        """
        query = f"SELECT {ROW} FROM {EACH} JOIN article ON info_code = value"  # noqa: S608
        return {row[0]: entry_of(row) for row in self.select(query, json.dumps(list(info_codes)))}

    def get_listed(self, info_codes: Iterable[str]) -> dict[str, Listed]:
        """Return the articles that the index has, as lists show them, by infoCode, by one query."""
        query = f"SELECT {LISTED_COLUMNS} FROM {EACH} JOIN article ON info_code = value"  # noqa: S608
        return {row[0]: listed_of(row) for row in self.select(query, json.dumps(list(info_codes)))}

    def unfinished(self) -> list[IndexEntry]:
        """Return the entries whose post a killed run was about to write or to move."""
        query = f"SELECT {ROW} FROM article WHERE NOT is_written OR previous_path <> ''"  # noqa: S608
        return [entry_of(row) for row in self.select(query)]

    def all(self, since: str = "") -> Iterator[IndexEntry]:
        """Yield the entries from *since* (ISO 8601, Beijing time) on, by infoCode. Rows may be written meanwhile."""
        query = f"SELECT {ROW} FROM article WHERE info_code > ? AND published_at >= ? ORDER BY info_code LIMIT ?"  # noqa: S608
        for rows in self.pages(query, "", since):
            yield from map(entry_of, rows)

    def entries(self) -> Iterator[IndexRow]:
        """Yield the columns that are compared with posts, by infoCode, without the rows in which they are damaged."""
        fields = ", ".join(IndexRow._fields)
        query = f"SELECT rowid, {fields} FROM article WHERE rowid > ? ORDER BY rowid LIMIT ?"  # noqa: S608
        found = chain.from_iterable(map(sound_rows, self.pages(query, schema.FIRST_ROWID)))
        return iter(sorted(found))

    def pages(self, query: str, last: Any, *values: object) -> Iterator[list[tuple[Any, ...]]]:
        """Yield the rows of a query for the rows after *last* by their first column, and with a limit, page by page.

        In a damaged file, rows may come in another order, again and again: that raises UnusableIndex.
        """
        while rows := self.select(query, last, *values, ROWS_AT_ONCE):
            keys = [last, *(row[0] for row in rows)]
            if any(type(key) is not type(last) for key in keys) or any(a >= b for a, b in pairwise(keys)):
                raise UnusableIndex(f"{self.path}: rows are not in the order of their keys: {RESTORE}")
            yield rows
            last = keys[-1]

    def revisions(self, info_code: str) -> list[Article]:
        """Return the earlier revisions of an article, oldest first."""
        query = f"SELECT {', '.join(COLUMNS)} FROM revision WHERE info_code = ? ORDER BY revision"  # noqa: S608
        return [ARTICLES.from_row(row, table="revision") for row in self.select(query, info_code)]

    def next_revision(self, info_code: str) -> int:
        """Return the number after the earlier revisions of an article whose own row is damaged."""
        query = (
            "SELECT coalesce(max(revision) + 1, 0) FROM revision WHERE info_code = ? AND typeof(revision) = 'integer'"
        )
        return int(self.select(query, info_code)[0][0])

    def owner_of(self, post_path: str) -> Owner | None:
        """Return the row whose post has this path."""
        return self.owners_of([post_path]).get(post_path)

    def owners_of(self, post_paths: Iterable[str]) -> dict[str, Owner]:
        """Return the rows whose posts have these paths, by path, by one query."""
        query = (
            "SELECT info_code, content_hash, post_as_found IS NOT NULL, post_path "  # noqa: S608
            f"FROM {EACH} JOIN article ON post_path = value"
        )
        kinds: dict[str, Decoder] = {"info_code": decoders.text, "content_hash": decoders.text, "is_as_found": bool}
        rows = self.select(query, json.dumps(list(post_paths)))
        found = decode_rows(rows, "article", **kinds, post_path=decoders.text)
        return {path: Owner(*owner) for *owner, path in found}

    def put(self, rows: Iterable[IndexEntry], superseded: Iterable[Article] = ()) -> None:
        """Write entries and the revisions that they supersede, in one durable transaction."""
        with self.writing() as connection:
            written = [row_of(entry) for entry in rows]
            # Else the trigger that numbers changes would compare bodies stored in two ways.
            early = connection.execute(EARLY_ROWS, [json.dumps([row[0] for row in written])]).fetchall()
            for _ in renew(connection, "article", early):
                pass  # what replaces a damaged row is a change
            connection.executemany(PUT_ARTICLE, written)
            connection.executemany(PUT_REVISION, map(ARTICLES.to_row, superseded))

    def finish(self, info_codes: Sequence[str], *, is_durable: bool = True) -> None:
        """Mark rows as written: their posts are on disk. Unless *is_durable*, a power failure may take that back."""
        with nullcontext() if is_durable else self._connected().without_sync():
            self._update("is_written = 1, previous_hash = iif(previous_path = '', '', previous_hash)", info_codes)

    def forget_previous(self, info_codes: Sequence[str]) -> None:
        """Clear the previous path of rows: those files are removed."""
        self._update("previous_path = '', previous_hash = ''", info_codes)

    def was_rejected(self, info_code: str, listing_hash: str) -> bool:
        """Return True if list rows with this hash led to a final rejection before."""
        return bool(self.were_rejected([(info_code, listing_hash)]))

    def were_rejected(self, listings: Iterable[tuple[str, str]]) -> set[str]:
        """Return the infoCodes of those (infoCode, listing hash) that ``was_rejected`` returns True for."""
        query = (
            f"SELECT info_code FROM {EACH} JOIN rejection "  # noqa: S608
            "ON info_code = value ->> 0 AND listing_hash = value ->> 1 WHERE is_final AND listing_hash <> ''"
        )
        return {code for (code,) in self.select(query, json.dumps(list(listings)))}

    def has_rejection(self, rejection: Rejection, payload_hash: str) -> bool:
        """Return True if the same response was rejected for the same reason before."""
        query = "SELECT 1 FROM rejection WHERE info_code = ? AND reason = ? AND payload_hash = ? AND listing_hash = ?"
        key = (rejection.info_code, rejection.reason, payload_hash, rejection.listing_hash)
        return bool(self.select(query, *key))

    def put_rejection(self, rejection: Rejection, payload_hash: str, rejected_at: str) -> None:
        """Write a rejection unless it is there; *rejected_at*: ISO 8601, Beijing time."""
        values = (rejection.info_code, rejection.reason, payload_hash, rejection.listing_hash)
        with self.writing() as connection:
            connection.execute(
                "INSERT OR IGNORE INTO rejection VALUES (?, ?, ?, ?, ?, ?)", (*values, rejection.is_final, rejected_at)
            )

    def check(self) -> None:
        """Raise UnusableIndex if the file exists and cannot be read, even after a migration."""
        with self._reading():
            if self.exists():
                with closing(self._connect()) as connection:
                    schema.reject_newer_version(connection, str(self.path))

    def migrate(self) -> None:
        """Migrate an index of an older schema version. The caller must hold the archive lock. Creates no index."""
        if self.path.exists() and self._connection is None:
            self._open(schema.migrate_existing)

    def is_changed_by_others(self) -> bool:
        """Return True if another connection has written since this one was opened, or if none is open."""
        return not self._connection or self.select(DATA_VERSION)[0][0] != self._data_version

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection, self._has_timeline = None, False

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Open a transaction: committed durably at the end of the block, rolled back by an exception."""
        connected = self._connected()
        if not self._has_timeline:
            # Each statement that fires triggers has a journal of its own, else in a file: ten pages an article.
            connected.execute("PRAGMA temp_store = MEMORY")
        with connected as connection:
            if not self._has_timeline:
                connection.execute(schema.BEGIN_TIMELINE)
            yield connection
        self._has_timeline = True

    def select(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Return the rows of a query, not decoded (see ``decode_rows``); an empty list without an index."""
        with self._reading():
            if self._connection is None and self.exists():
                self._open(schema.is_readable)
            if self._connection is None:
                return []
            rows = self._connection.select_text(query, values)
            if self._connection.is_unchanged:
                return rows
        self.close()
        return self.select(query, *values)

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """Open a connection to the index as it is now. Raises UnusableIndex, also without an index."""
        lack = UnusableIndex(f"there is no index in {self.path.parent}: crawl first, or `finews reindex` the posts")
        if not self.exists():
            raise lack
        with self._reading(), closing(self._connect()) as connection:
            if not schema.is_readable(connection, str(self.path)):
                raise lack
            connection.execute("BEGIN")
            yield connection
            if not connection.is_unchanged:
                raise UnusableIndex(f"{self.path} was written to while it was read without locks: run again")

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """Turn SQLite's errors into UnusableIndex, with a hint."""
        try:
            yield
        except (sqlite3.Error, UnicodeDecodeError) as error:
            # SQLite quotes what it cannot read, and Python cannot decode a message with damaged text.
            known = error if isinstance(error, sqlite3.Error) else sqlite3.DatabaseError("it has damaged text")
            raise UnusableIndex(f"{self.path}: {known}: {hint_for(known)}") from error

    def _update(self, assignments: str, info_codes: Iterable[str]) -> None:
        with self.writing() as connection:
            connection.executemany(f"UPDATE article SET {assignments} WHERE info_code = ?", [(c,) for c in info_codes])  # noqa: S608

    def _connected(self) -> Connection:
        """Return the connection, to a new index if there is none."""
        if self._connection is None:
            make_folder(self.path.parent)
            self._open(schema.migrate)
        assert self._connection is not None  # noqa: S101 (else _open has raised)
        return self._connection

    def _open(self, see: Callable[[sqlite3.Connection, str], bool | None]) -> None:
        """Connect, and keep the connection unless *see* returns False: there is nothing to read."""
        with ExitStack() as stack:
            connection = stack.enter_context(closing(self._connect()))
            if see(connection, str(self.path)) is not False:
                self._connection = connection
                (self._data_version,) = connection.execute(DATA_VERSION).fetchone()
                stack.pop_all()

    def _connect(self) -> Connection:
        """Connect. Raises UnusableIndex for a symbolic link, else sqlite3.Error."""
        try:
            return connect(self.path, read_only=self.read_only)
        except OSError as error:
            raise UnusableIndex(f"{error}: {hint_for(error)}") from error
