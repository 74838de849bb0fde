"""The index: one row an infoCode, exact. An article is held once its row says that its post is on disk."""

from __future__ import annotations

import os
import sqlite3
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from finews_crawler.archive import schema
from finews_crawler.archive.rows import COLUMNS, article_of, row_of
from finews_crawler.exceptions import UnusableIndex
from finews_crawler.items import Article, Rejection
from finews_crawler.utils.error_hints import hint_for
from finews_crawler.utils.files import make_folder

__all__ = ["Index", "IndexEntry", "IndexRow", "UnusableIndex"]

POST_COLUMNS = ("post_path", "content_hash", "post_as_found", "previous_path", "previous_hash", "is_written")
ROW = ", ".join((*COLUMNS, *POST_COLUMNS))
# Not INSERT OR REPLACE: it would delete the row of another article that had a post of that name.
PUT_ARTICLE = (
    f"INSERT INTO article ({ROW}) VALUES ({', '.join('?' * len((*COLUMNS, *POST_COLUMNS)))}) "  # noqa: S608
    f"ON CONFLICT (info_code) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in ROW.split(', '))}"
)
PUT_REVISION = f"INSERT OR IGNORE INTO revision ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"  # noqa: S608
ROWS_AT_ONCE = 500


@dataclass(frozen=True)
class IndexEntry:
    """An article of the index, and where its post is."""

    article: Article
    post_path: str
    """Below the data directory, with ``/``."""
    content_hash: str
    """SHA-256 of the post's bytes, in hexadecimal; empty in a row of an earlier version."""
    post_as_found: bytes | None = None
    """The post's bytes, when it was found rather than written here and today's form would not give the same."""
    previous_path: str = ""
    """Where the article's post lay before, while that one is still to be removed."""
    previous_hash: str = ""
    """Of the bytes that the index last knew of the post, until the new ones are in their place: what has others was
    changed by somebody else since."""
    is_written: bool = True
    """False: the post is about to be written. A run that was killed here leaves the rest to the next."""


class IndexRow(NamedTuple):
    """What an audit needs to know of a row."""

    info_code: str
    post_path: str
    content_hash: str
    is_written: bool
    slug: str
    media_name: str


class Owner(NamedTuple):
    """The row to which a post belongs."""

    info_code: str
    content_hash: str
    is_as_found: bool


class Index:
    """``index.sqlite``. Asking never creates the file: an archive that holds nothing needs none."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._connection: sqlite3.Connection | None = None

    def exists(self) -> bool:
        return self._connection is not None or self.path.exists()

    def contains(self, info_code: str) -> bool:
        """Whether the article is held, and need not be asked for."""
        query = "SELECT 1 FROM article WHERE info_code = ? AND is_written AND NOT is_stand_in"
        return bool(self.select(query, info_code))

    def get(self, info_code: str) -> IndexEntry | None:
        rows = self.select(f"SELECT {ROW} FROM article WHERE info_code = ?", info_code)  # noqa: S608
        return _held_of(rows[0]) if rows else None

    def unfinished(self) -> list[IndexEntry]:
        """The rows whose post a killed run was about to write, or to move."""
        query = f"SELECT {ROW} FROM article WHERE NOT is_written OR previous_path <> ''"  # noqa: S608
        return [_held_of(row) for row in self.select(query)]

    def all(self, since: str = "") -> Iterator[IndexEntry]:
        """Every article, in order of infoCode; with *since* (ISO 8601, Beijing), those published from then on.

        Rows may be written meanwhile.
        """
        query = f"SELECT {ROW} FROM article WHERE info_code > ? AND published_at >= ? ORDER BY info_code LIMIT ?"  # noqa: S608
        last = ""
        while rows := self.select(query, last, since, ROWS_AT_ONCE):
            yield from map(_held_of, rows)
            last = rows[-1][0]

    def entries(self) -> Iterator[IndexRow]:
        """Every row, in order of infoCode, without the article."""
        fields = ", ".join(IndexRow._fields)
        query = f"SELECT {fields} FROM article WHERE info_code > ? ORDER BY info_code LIMIT ?"  # noqa: S608
        last = ""
        while rows := self.select(query, last, ROWS_AT_ONCE):
            yield from (IndexRow(*row)._replace(is_written=bool(row[3])) for row in rows)
            last = rows[-1][0]

    def revisions(self, info_code: str) -> list[Article]:
        """The earlier revisions of an article, oldest first."""
        query = f"SELECT {', '.join(COLUMNS)} FROM revision WHERE info_code = ? ORDER BY revision"  # noqa: S608
        return [article_of(row) for row in self.select(query, info_code)]

    def owner_of(self, post_path: str) -> Owner | None:
        """Whose post lies at *post_path*."""
        query = "SELECT info_code, content_hash, post_as_found IS NOT NULL FROM article WHERE post_path = ?"
        rows = self.select(query, post_path)
        return Owner(rows[0][0], rows[0][1], bool(rows[0][2])) if rows else None

    def put(self, rows: Iterable[IndexEntry], superseded: Iterable[Article] = ()) -> None:
        """Write rows, and keep the articles that they revise; durable when this returns, all or none of it."""
        with self.writing() as connection:
            for held in rows:
                connection.execute(PUT_ARTICLE, _row_of(held))
            for article in superseded:
                connection.execute(PUT_REVISION, row_of(article))

    def finish(self, info_codes: Sequence[str]) -> None:
        """The posts of these rows are on disk: the articles are held."""
        with self.writing() as connection:
            connection.executemany(
                "UPDATE article SET is_written = 1, previous_hash = iif(previous_path = '', '', previous_hash) "
                "WHERE info_code = ?",
                [(code,) for code in info_codes],
            )

    def forget_previous(self, info_codes: Sequence[str]) -> None:
        """Their posts of before are removed."""
        with self.writing() as connection:
            connection.executemany(
                "UPDATE article SET previous_path = '', previous_hash = '' WHERE info_code = ?",
                [(code,) for code in info_codes],
            )

    def was_rejected(self, info_code: str, listing_hash: str) -> bool:
        """Whether these very list rows led to a final rejection before."""
        query = "SELECT 1 FROM rejection WHERE info_code = ? AND listing_hash = ? AND is_final"
        return bool(self.select(query, info_code, listing_hash))

    def has_rejection(self, rejection: Rejection, payload_hash: str) -> bool:
        """Whether this answer of upstream was rejected for this reason before."""
        query = "SELECT 1 FROM rejection WHERE info_code = ? AND reason = ? AND payload_hash = ? AND listing_hash = ?"
        key = (rejection.info_code, rejection.reason, payload_hash, rejection.listing_hash)
        return bool(self.select(query, *key))

    def put_rejection(self, rejection: Rejection, payload_hash: str, rejected_at: str) -> None:
        values = (rejection.info_code, rejection.reason, payload_hash, rejection.listing_hash)
        with self.writing() as connection:
            connection.execute(
                "INSERT OR IGNORE INTO rejection VALUES (?, ?, ?, ?, ?, ?)", (*values, rejection.is_final, rejected_at)
            )

    def check(self) -> None:
        """Raise UnusableIndex when there is an index that cannot be read, now or once it is brought forward."""
        try:
            if self.path.exists():
                with closing(self._connect()) as connection:
                    schema.reject_newer_version(connection, str(self.path))
        except sqlite3.Error as error:
            raise UnusableIndex(f"{self.path} is no index that can be read ({error}): {hint_for(error)}") from error

    def migrate(self) -> None:
        """Make an index of an earlier version one of today's. For the one writer only; creates none."""
        if self.path.exists() and self._connection is None:
            with closing(self._connect()) as connection:
                if not schema.is_empty(connection):
                    schema.migrate(connection, str(self.path))

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction: durable at the end of the block, undone by an error in it."""
        if self._connection is None:
            make_folder(self.path.parent)
            self._open(schema.migrate)
        with self._connected() as connection:
            yield connection

    def select(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """The rows of a query; none where there is no index."""
        if self._connection is None and not (self.path.exists() and self._open(schema.is_readable)):
            return []
        return self._connected().execute(query, values).fetchall()

    @contextmanager
    def snapshot(self) -> Iterator[sqlite3.Connection]:
        """A connection that sees the index as it is now, for as long as the block takes. Raises UnusableIndex."""
        lack = UnusableIndex(f"there is no index in {self.path.parent}: crawl first, or `scrapy reindex` the posts")
        if not self.path.exists():
            raise lack
        with closing(self._connect()) as connection:
            if not schema.is_readable(connection, str(self.path)):
                raise lack
            connection.execute("BEGIN")
            yield connection

    def _connected(self) -> sqlite3.Connection:
        if self._connection is None:
            raise sqlite3.OperationalError(f"{self.path} is not open")
        return self._connection

    def _open(self, see: Callable[[sqlite3.Connection, str], bool | None]) -> bool:
        """Keep a connection, unless *see* says that there is nothing to read."""
        connection = self._connect()
        try:
            is_wanted = see(connection, str(self.path)) is not False
        except BaseException:
            connection.close()
            raise
        if is_wanted:
            self._connection = connection
        else:
            connection.close()
        return is_wanted

    def _connect(self) -> sqlite3.Connection:
        address = self.path.resolve().as_uri()
        if not os.access(self.path.parent, os.W_OK):
            # On a medium that cannot be written SQLite has to be told so; a log beside it would still be read.
            has_log = self.path.with_name(f"{self.path.name}-wal").exists()
            address += f"?mode=ro{'' if has_log else '&immutable=1'}"
        connection = sqlite3.connect(address, timeout=schema.BUSY_TIMEOUT_SECONDS, uri=True)
        # A committed row survives a power failure, as its post does.
        connection.execute("PRAGMA synchronous = FULL")
        return connection


def _row_of(held: IndexEntry) -> list[Any]:
    found = None if held.post_as_found is None else zlib.compress(held.post_as_found)
    previous = (held.previous_path, held.previous_hash)
    return [*row_of(held.article), held.post_path, held.content_hash, found, *previous, held.is_written]


def _held_of(row: Sequence[Any]) -> IndexEntry:
    path, content_hash, found, previous_path, previous_hash, is_written = row[len(COLUMNS) :]
    with reading_row(row[0]):
        found = None if found is None else zlib.decompress(found)
        article = article_of(row[: len(COLUMNS)])
    return IndexEntry(article, path, content_hash, found, previous_path, previous_hash, bool(is_written))


@contextmanager
def reading_row(info_code: str) -> Iterator[None]:
    """Raises UnusableIndex for a row that nobody here has written so."""
    try:
        yield
    except (zlib.error, ValueError, TypeError) as error:
        advice = "restore the index, or move it away and `scrapy reindex` the posts"
        raise UnusableIndex(f"the row of {info_code} is damaged ({error}): {advice}") from error
