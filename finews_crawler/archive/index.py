"""The index: one row for each infoCode. An article is archived once its row is marked as written, after its post."""

from __future__ import annotations

import os
import sqlite3
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from finews_crawler.archive import schema
from finews_crawler.archive.rows import ARTICLES, COLUMNS
from finews_crawler.exceptions import UnusableIndex
from finews_crawler.items import Article, Rejection
from finews_crawler.utils.error_hints import hint_for
from finews_crawler.utils.files import make_folder

POST_COLUMNS = ("post_path", "content_hash", "post_as_found", "previous_path", "previous_hash", "is_written")
ROW = ", ".join((*COLUMNS, *POST_COLUMNS))
# Not INSERT OR REPLACE: it would delete the row of another article whose post has the same path.
PUT_ARTICLE = (
    f"INSERT INTO article ({ROW}) VALUES ({', '.join('?' * len((*COLUMNS, *POST_COLUMNS)))}) "  # noqa: S608
    f"ON CONFLICT (info_code) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in ROW.split(', '))}"
)
PUT_REVISION = f"INSERT OR IGNORE INTO revision ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"  # noqa: S608
ROWS_AT_ONCE = 500


@dataclass(frozen=True)
class IndexEntry:
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
    """Columns of a row that an audit reads."""

    info_code: str
    post_path: str
    content_hash: str
    is_written: bool
    slug: str
    media_name: str


class Owner(NamedTuple):
    """Row whose post has a certain path."""

    info_code: str
    content_hash: str
    is_as_found: bool


class Index:
    """``index.sqlite``. Reading does not create the file; without it, every query has an empty result.

    Methods raise UnusableIndex for an index of another schema version and for damaged rows, else sqlite3.Error.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._connection: sqlite3.Connection | None = None
        self._has_timeline = False
        """True once the changes of this connection have a timeline, see ``query.Timeline``."""

    def exists(self) -> bool:
        """Return True if there is an index file."""
        return self._connection is not None or self.path.exists()

    def contains(self, info_code: str) -> bool:
        """Return True if the article is archived, with the share site's body rather than a copy of it."""
        query = "SELECT 1 FROM article WHERE info_code = ? AND is_written AND NOT is_stand_in"
        return bool(self.select(query, info_code))

    def get(self, info_code: str) -> IndexEntry | None:
        """Return the entry of an article."""
        rows = self.select(f"SELECT {ROW} FROM article WHERE info_code = ?", info_code)  # noqa: S608
        return _entry_of(rows[0]) if rows else None

    def unfinished(self) -> list[IndexEntry]:
        """Return the entries whose post a killed run was about to write or to move."""
        query = f"SELECT {ROW} FROM article WHERE NOT is_written OR previous_path <> ''"  # noqa: S608
        return [_entry_of(row) for row in self.select(query)]

    def all(self, since: str = "") -> Iterator[IndexEntry]:
        """Yield the entries from *since* (ISO 8601, Beijing time) on, by infoCode. Rows may be written meanwhile."""
        query = f"SELECT {ROW} FROM article WHERE info_code > ? AND published_at >= ? ORDER BY info_code LIMIT ?"  # noqa: S608
        last = ""
        while rows := self.select(query, last, since, ROWS_AT_ONCE):
            yield from map(_entry_of, rows)
            last = rows[-1][0]

    def entries(self) -> Iterator[IndexRow]:
        """Yield the columns that an audit reads, by infoCode."""
        fields = ", ".join(IndexRow._fields)
        query = f"SELECT {fields} FROM article WHERE info_code > ? ORDER BY info_code LIMIT ?"  # noqa: S608
        last = ""
        while rows := self.select(query, last, ROWS_AT_ONCE):
            yield from (IndexRow(*row)._replace(is_written=bool(row[3])) for row in rows)
            last = rows[-1][0]

    def revisions(self, info_code: str) -> list[Article]:
        """Return the earlier revisions of an article, oldest first."""
        query = f"SELECT {', '.join(COLUMNS)} FROM revision WHERE info_code = ? ORDER BY revision"  # noqa: S608
        return [ARTICLES.from_row(row) for row in self.select(query, info_code)]

    def owner_of(self, post_path: str) -> Owner | None:
        """Return the row whose post has this path."""
        query = "SELECT info_code, content_hash, post_as_found IS NOT NULL FROM article WHERE post_path = ?"
        rows = self.select(query, post_path)
        return Owner(rows[0][0], rows[0][1], bool(rows[0][2])) if rows else None

    def put(self, rows: Iterable[IndexEntry], superseded: Iterable[Article] = ()) -> None:
        """Write entries and the revisions that they supersede, in one durable transaction."""
        with self.writing() as connection:
            for held in rows:
                connection.execute(PUT_ARTICLE, _row_of(held))
            for article in superseded:
                connection.execute(PUT_REVISION, ARTICLES.to_row(article))

    def finish(self, info_codes: Sequence[str]) -> None:
        """Mark rows as written: their posts are on disk."""
        self._update("is_written = 1, previous_hash = iif(previous_path = '', '', previous_hash)", info_codes)

    def forget_previous(self, info_codes: Sequence[str]) -> None:
        """Clear the previous path of rows: those files are removed."""
        self._update("previous_path = '', previous_hash = ''", info_codes)

    def was_rejected(self, info_code: str, listing_hash: str) -> bool:
        """Return True if list rows with this hash led to a final rejection before."""
        query = "SELECT 1 FROM rejection WHERE info_code = ? AND listing_hash = ? AND is_final"
        return bool(listing_hash and self.select(query, info_code, listing_hash))

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
        try:
            if self.path.exists():
                with closing(self._connect()) as connection:
                    schema.reject_newer_version(connection, str(self.path))
        except sqlite3.Error as error:
            raise UnusableIndex(f"{self.path} is not a readable index ({error}): {hint_for(error)}") from error

    def migrate(self) -> None:
        """Migrate an index of an older schema version. The caller must hold the archive lock. Creates no index."""
        if self.path.exists() and self._connection is None:
            with closing(self._connect()) as connection:
                if schema.version_of(connection):
                    schema.migrate(connection, str(self.path))

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection, self._has_timeline = None, False

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Open a transaction: committed durably at the end of the block, rolled back by an exception."""
        if self._connection is None:
            make_folder(self.path.parent)
            self._open(schema.migrate)
        assert self._connection is not None  # noqa: S101 (else _open has raised)
        with self._connection as connection:
            if not self._has_timeline:
                connection.execute(schema.BEGIN_TIMELINE)
            yield connection
        self._has_timeline = True

    def select(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Return the rows of a query; an empty list without an index."""
        if self._connection is None and self.path.exists():
            self._open(schema.is_readable)
        return self._connection.execute(query, values).fetchall() if self._connection else []

    @contextmanager
    def snapshot(self) -> Iterator[sqlite3.Connection]:
        """Open a connection to the index as it is now. Raises UnusableIndex, also without an index."""
        lack = UnusableIndex(f"there is no index in {self.path.parent}: crawl first, or `scrapy reindex` the posts")
        if not self.path.exists():
            raise lack
        with closing(self._connect()) as connection:
            if not schema.is_readable(connection, str(self.path)):
                raise lack
            connection.execute("BEGIN")
            yield connection

    def _update(self, assignments: str, info_codes: Iterable[str]) -> None:
        with self.writing() as connection:
            query = f"UPDATE article SET {assignments} WHERE info_code = ?"  # noqa: S608
            connection.executemany(query, [(code,) for code in info_codes])

    def _open(self, see: Callable[[sqlite3.Connection, str], bool | None]) -> None:
        """Connect, and keep the connection unless *see* returns False: there is nothing to read."""
        with ExitStack() as stack:
            connection = stack.enter_context(closing(self._connect()))
            if see(connection, str(self.path)) is not False:
                self._connection = connection
                stack.pop_all()

    def _connect(self) -> sqlite3.Connection:
        address = self.path.resolve().as_uri()
        if not os.access(self.path.parent, os.W_OK):
            # SQLite cannot open a WAL database in a read-only folder without these parameters. `immutable` would skip
            # a WAL file, which may hold commits.
            has_log = self.path.with_name(f"{self.path.name}-wal").exists()
            address += f"?mode=ro{'' if has_log else '&immutable=1'}"
        connection = sqlite3.connect(address, timeout=schema.BUSY_TIMEOUT_SECONDS, uri=True)
        # A committed row must survive a power failure, as its post does.
        connection.execute("PRAGMA synchronous = FULL")
        return connection


def _row_of(held: IndexEntry) -> list[Any]:
    found = None if held.post_as_found is None else zlib.compress(held.post_as_found)
    previous = (held.previous_path, held.previous_hash)
    return [*ARTICLES.to_row(held.article), held.post_path, held.content_hash, found, *previous, held.is_written]


def _entry_of(row: Sequence[Any]) -> IndexEntry:
    path, content_hash, found, previous_path, previous_hash, is_written = row[len(COLUMNS) :]
    with reading_row(row[0]):
        found = None if found is None else zlib.decompress(found)
        article = ARTICLES.from_row(row[: len(COLUMNS)])
    return IndexEntry(article, path, content_hash, found, previous_path, previous_hash, bool(is_written))


@contextmanager
def reading_row(info_code: str) -> Iterator[None]:
    """Raise UnusableIndex for a row that this program cannot have written."""
    try:
        yield
    except (zlib.error, ValueError, TypeError) as error:
        advice = "restore the index, or move it away and `scrapy reindex` the posts"
        raise UnusableIndex(f"the row of {info_code} is damaged ({error}): {advice}") from error
