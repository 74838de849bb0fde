"""Connections to the index, also where SQLite cannot create its own files next to it.

A reader of a database in WAL mode needs the shared memory ``index.sqlite-shm``, which SQLite creates. It cannot in a
folder without write permission, or on a full disk. If there is no WAL, or an empty one, nothing is lost by opening the
file as ``immutable``: SQLite then neither locks nor creates anything. It would not notice a program that writes to the
file meanwhile, so each result is checked against the state of the file (``is_unchanged``).

Source of the rules: https://www.sqlite.org/wal.html#read_only_databases
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from finews_crawler.archive import schema
from finews_crawler.utils.error_hints import primary_code
from finews_crawler.utils.folders import refuse_links

NO_ROOM = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN)
"""SQLite's primary error codes when it cannot create the shared memory."""
FileState = tuple[int, int, int]


class Connection(sqlite3.Connection):
    """A connection that knows if its file has been replaced or written to since it was opened."""

    immutable: Path | None = None
    """The file, if it was opened as immutable."""
    state: FileState | None = None

    def execute(self, *arguments: Any) -> sqlite3.Cursor:
        """Execute a statement. SQLite quotes a damaged schema, and Python cannot decode such a message."""
        try:
            return super().execute(*arguments)
        except UnicodeDecodeError as error:
            raise sqlite3.DatabaseError("malformed database schema, with damaged text") from error

    def select_text(self, query: str, values: Sequence[object]) -> list[tuple[Any, ...]]:
        """Return the rows of a query: decoded by SQLite's own module, which is faster, if no text is damaged."""
        self.text_factory = str
        try:
            return self.execute(query, values).fetchall()
        except sqlite3.OperationalError as error:
            if "decode" not in str(error):
                raise
            self.text_factory = _decode
            return self.execute(query, values).fetchall()
        finally:
            self.text_factory = _decode

    @contextmanager
    def without_sync(self) -> Iterator[None]:
        """Leave the commits of the block to the sync of the next one after it, in WAL mode.

        A power failure may take them back until then. It does not damage the file, as it could without a WAL.
        Source of the rule: https://www.sqlite.org/pragma.html#pragma_synchronous
        """
        (mode,) = self.execute("PRAGMA journal_mode").fetchone()
        if mode != "wal":
            yield
            return
        self.execute("PRAGMA synchronous = NORMAL")
        try:
            yield
        finally:
            self.execute("PRAGMA synchronous = FULL")

    @property
    def is_unchanged(self) -> bool:
        """False if another program wrote to the file of an immutable connection: what was read is not reliable."""
        return self.immutable is None or self.state == _state_of(self.immutable)


def connect(path: Path, *, read_only: bool = False) -> Connection:
    """Connect to the index at *path*. Raises sqlite3.Error, or OSError for a symbolic link.

    With *read_only*, no file is created next to the index, and nothing is recovered after a killed run.
    """
    refuse_links(path, *(path.with_name(f"{path.name}{suffix}") for suffix in ("-wal", "-shm", "-journal")))
    if read_only or not os.access(path.parent, os.W_OK):
        return _open(path, "ro", is_immutable=not has_wal(path))
    connection = _open(path, "rwc")
    try:
        # A committed row must survive a power failure, as its post does.
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    except sqlite3.OperationalError as error:
        connection.close()
        if primary_code(error) not in NO_ROOM or has_wal(path):
            raise
        return _open(path, "ro", is_immutable=True)
    except BaseException:
        connection.close()
        raise
    return connection


def has_wal(path: Path) -> bool:
    """Return True if there are commits that the file at *path* does not have yet."""
    try:
        return path.with_name(f"{path.name}-wal").stat().st_size > 0
    except FileNotFoundError:
        return False


def _open(path: Path, mode: str, *, is_immutable: bool = False) -> Connection:
    address = f"{path.absolute().as_uri()}?mode={mode}{'&immutable=1' if is_immutable else ''}"
    state = _state_of(path) if is_immutable else None
    connection = sqlite3.connect(address, schema.BUSY_TIMEOUT_SECONDS, uri=True, factory=Connection)
    connection.text_factory = _decode
    if is_immutable:
        connection.immutable, connection.state = path, state
    return connection


def _decode(content: bytes) -> str | bytes:
    """Return text, or the bytes of damaged text, which the decoders of its row report."""
    try:
        return content.decode()
    except UnicodeDecodeError:
        return content


def _state_of(path: Path) -> FileState | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns
