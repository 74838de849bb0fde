"""The index: one row an infoCode, exact. A row commits only after its post is on disk."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from finews_crawler.archive.rows import COLUMNS, article_of, row_of
from finews_crawler.items import Article, Rejection

SCHEMA_VERSION = 1
SCHEMA = (
    f"CREATE TABLE article (info_code TEXT PRIMARY KEY, {', '.join(COLUMNS[1:])}, post_name TEXT NOT NULL)",
    """CREATE TABLE rejection (
        info_code TEXT NOT NULL, reason TEXT NOT NULL, payload_hash TEXT NOT NULL, listing_hash TEXT NOT NULL,
        is_final INTEGER NOT NULL, rejected_at TEXT NOT NULL,
        PRIMARY KEY (info_code, reason, payload_hash, listing_hash)
    )""",
    f"PRAGMA user_version = {SCHEMA_VERSION}",
)
BUSY_TIMEOUT_SECONDS = 30


class UnusableIndex(Exception):
    """The index is damaged, in use, or from a later version of this project; the message says which, and what to do."""


class Index:
    """``index.sqlite``. Asking never creates the file: an archive that holds nothing needs none."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._connection: sqlite3.Connection | None = None

    def holds(self, info_code: str) -> bool:
        """Whether the article is held, and need not be asked for."""
        return bool(self._select("SELECT 1 FROM article WHERE info_code = ? AND NOT is_stand_in", info_code))

    def get(self, info_code: str) -> tuple[Article, str] | None:
        """The article held under *info_code* and its post's name, or None."""
        rows = self._select(f"SELECT {', '.join(COLUMNS)}, post_name FROM article WHERE info_code = ?", info_code)  # noqa: S608
        return (article_of(rows[0][:-1]), rows[0][-1]) if rows else None

    def put(self, article: Article, post_name: str) -> None:
        """Hold *article*: durable when this returns. Its post must be on disk already."""
        values = [*row_of(article), post_name]
        marks = ", ".join("?" * len(values))
        with self._writing() as connection:
            connection.execute(f"INSERT OR REPLACE INTO article VALUES ({marks})", values)  # noqa: S608

    def was_rejected(self, info_code: str, listing_hash: str) -> bool:
        """Whether these very list rows led to a final rejection before."""
        query = "SELECT 1 FROM rejection WHERE info_code = ? AND listing_hash = ? AND is_final"
        return bool(self._select(query, info_code, listing_hash))

    def has_rejection(self, rejection: Rejection, payload_hash: str) -> bool:
        """Whether this answer of upstream was rejected for this reason before."""
        query = "SELECT 1 FROM rejection WHERE info_code = ? AND reason = ? AND payload_hash = ? AND listing_hash = ?"
        key = (rejection.info_code, rejection.reason, payload_hash, rejection.listing_hash)
        return bool(self._select(query, *key))

    def put_rejection(self, rejection: Rejection, payload_hash: str, rejected_at: str) -> None:
        values = (rejection.info_code, rejection.reason, payload_hash, rejection.listing_hash)
        with self._writing() as connection:
            connection.execute(
                "INSERT OR IGNORE INTO rejection VALUES (?, ?, ?, ?, ?, ?)", (*values, rejection.is_final, rejected_at)
            )

    def check(self) -> None:
        """Raise UnusableIndex when there is an index that cannot be read. Creates nothing."""
        try:
            self._select("SELECT 1 FROM article LIMIT 1")
        except sqlite3.OperationalError as error:
            advice = "wait for the other run, or give permission to write there"
            raise UnusableIndex(f"{self.path} is in use or cannot be written ({error}): {advice}") from error
        except sqlite3.DatabaseError as error:
            advice = "restore it, or move it away to begin a new one"
            raise UnusableIndex(f"{self.path} is no index that can be read ({error}): {advice}") from error

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _select(self, query: str, *values: str) -> list[tuple[str, ...]]:
        if self._connection is None and not self.path.exists():
            return []
        return self._open().execute(query, values).fetchall()

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        connection = self._open()
        with connection:
            yield connection

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(self.path, timeout=BUSY_TIMEOUT_SECONDS)
            self._check_schema(self._connection)
        return self._connection

    def _check_schema(self, connection: sqlite3.Connection) -> None:
        version = int(connection.execute("PRAGMA user_version").fetchone()[0])
        if version > SCHEMA_VERSION:
            raise UnusableIndex(
                f"{self.path} has schema version {version}, this finews_crawler reads up to {SCHEMA_VERSION}: update it"
            )
        # FULL: a committed row survives a power failure, as its post does.
        connection.execute("PRAGMA synchronous = FULL")
        if version == 0:
            self._create_schema(connection)

    def _create_schema(self, connection: sqlite3.Connection) -> None:
        """All of it or nothing, and once: two first runs may stand here together."""
        _switch_to_wal(connection)
        connection.execute("BEGIN IMMEDIATE")
        with connection:
            if connection.execute("PRAGMA user_version").fetchone()[0] == 0:
                for statement in SCHEMA:
                    connection.execute(statement)


def _switch_to_wal(connection: sqlite3.Connection) -> None:
    """SQLite does not wait for another process here, however long its time-out: so this does."""
    for _ in range(BUSY_TIMEOUT_SECONDS * 20):
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            time.sleep(1 / 20)
        else:
            return
    connection.execute("PRAGMA journal_mode = WAL")
