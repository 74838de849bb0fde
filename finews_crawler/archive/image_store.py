"""Pictures of articles beside the archive: a file for each content, and a table of the URLs that were requested.

A picture is on disk before its URL is in the table. A process that is killed in between leaves a file that the next run
finds in place.
"""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
import stat
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from finews_crawler.exceptions import ArchiveNotWritable, UnusableIndex
from finews_crawler.utils.error_hints import RESTORE, hint_for
from finews_crawler.utils.files import write_whole
from finews_crawler.utils.folders import refuse_links
from finews_crawler.utils.temporary_files import sweep

if TYPE_CHECKING:
    from finews_crawler.config.data_directory import DataDirectory

VERSION = 1
BUSY_SECONDS = 30
# A URL gets a new number with each attempt: those after a number have changed since. Numbers are never used again.
TABLE = """CREATE TABLE IF NOT EXISTS image (
    number INTEGER PRIMARY KEY AUTOINCREMENT, url TEXT NOT NULL UNIQUE, sha256 TEXT NOT NULL, extension TEXT NOT NULL,
    bytes INTEGER NOT NULL, status TEXT NOT NULL, attempts INTEGER NOT NULL, fetched_at TEXT NOT NULL
)"""
PUT = """INSERT OR REPLACE INTO image (url, sha256, extension, bytes, status, attempts, fetched_at)
    VALUES (?, ?, ?, ?, ?, 1 + coalesce((SELECT attempts FROM image WHERE url = ?), 0), ?)"""
EACH = "SELECT url, sha256, extension FROM json_each(?) JOIN image ON url = value WHERE sha256 <> ''"
NAME = re.compile(r"([0-9a-f]{2})/\1[0-9a-f]{62}\.(jpg|png|gif|webp)")
"""Path of a picture below the folder of pictures."""
HELD = "held"
MOST_ATTEMPTS, ATTEMPTS_IF_LASTING = 10, 3
DAY = timedelta(days=1)


class Lasting(StrEnum):
    """Statuses that do not change by themselves: after a few attempts, the URL is given up."""

    NOT_FOUND = "http_404"
    GONE = "http_410"
    OTHER_TYPE = "other_type"
    """Not a JPEG, PNG, GIF or WebP."""
    TOO_LARGE = "too_large"
    REDIRECTED = "redirected"
    """To a host that no setting names."""


class Attempt(NamedTuple):
    """What is known of a URL."""

    status: str
    """``held``, or why there is no picture: ``http_404``, ``other_type``."""
    attempts: int
    at: datetime

    @property
    def is_held(self) -> bool:
        return self.status == HELD

    def is_due(self, now: datetime) -> bool:
        """Return True if the URL should be requested again: a day after the first failure, then ever later.

        >>> noon = datetime(2026, 9, 10, 12)
        >>> [Attempt("http_500", 2, noon).is_due(noon + timedelta(days=days)) for days in (1, 2)]
        [False, True]
        >>> Attempt("http_404", 3, noon).is_due(noon + timedelta(days=999))
        False
        """
        most = ATTEMPTS_IF_LASTING if self.status in tuple(Lasting) else MOST_ATTEMPTS
        return not self.is_held and self.attempts < most and now >= self.at + self.attempts * DAY


class ImageStore:
    """``images/`` and ``images.sqlite``. Reading creates neither. Methods raise ArchiveError."""

    def __init__(self, directory: DataDirectory) -> None:
        self.directory = directory
        self.path = directory.image_table
        self._connection: sqlite3.Connection | None = None

    def exists(self) -> bool:
        return self.path.is_file()

    def attempt(self, url: str) -> Attempt | None:
        """Return what is known of a URL; None if it was never requested, or if its picture is no longer there."""
        query = "SELECT sha256, extension, bytes, status, attempts, fetched_at FROM image WHERE url = ?"
        for sha256, extension, size, status, attempts, fetched_at in self._select(query, url):
            if status == HELD and self._size_of(file_name(sha256, extension)) != size:
                return None
            return Attempt(status, attempts, datetime.fromisoformat(fetched_at))
        return None

    def files_of(self, urls: Iterable[str]) -> dict[str, str]:
        """Return the paths below ``images/`` of the pictures that are held, by URL."""
        rows = self._select(EACH, json.dumps(list(urls)))
        return {url: name for url, sha256, extension in rows if NAME.fullmatch(name := file_name(sha256, extension))}

    def newest(self) -> int:
        """Return the number of the last attempt, 0 without one."""
        rows = self._select("SELECT coalesce(max(number), 0) FROM image")
        return int(rows[0][0]) if rows else 0

    def held_since(self, number: int) -> list[str]:
        """Return the URLs whose pictures were stored after the attempt of this number."""
        rows = self._select("SELECT url FROM image WHERE number > ? AND sha256 <> ''", number)
        return [url for (url,) in rows]

    def files(self) -> dict[str, int]:
        """Return the paths below ``images/`` of all pictures that the table has, and their sizes in bytes."""
        rows = self._select("SELECT DISTINCT sha256, extension, bytes FROM image WHERE sha256 <> ''")
        return {file_name(sha256, extension): size for sha256, extension, size in rows}

    def keep(self, url: str, content: bytes, extension: str, now: datetime) -> bool:
        """Store the picture of a URL. Return False if another URL has the same content."""
        sha256 = hashlib.sha256(content).hexdigest()
        with self._errors(self.directory.images):
            is_new = write_whole(self.path_of(file_name(sha256, extension)), content, self.directory.root)
        self._put((url, sha256, extension, len(content), HELD, url, now.isoformat()))
        return is_new

    def fail(self, url: str, status: str, now: datetime) -> None:
        """Record that a URL has no picture."""
        self._put((url, "", "", 0, status, url, now.isoformat()))

    def path_of(self, name: str) -> Path:
        return self.directory.images / name

    def sweep(self) -> None:
        """Remove the temporary files of a killed process. The caller must hold the lock."""
        with self._errors(self.directory.images):
            sweep(self.directory.images, self.directory.root)

    def found_files(self) -> dict[str, int]:
        """Return the paths below ``images/`` of the files that are there, and their sizes. Raises OSError."""
        folder = self.directory.images
        sizes: dict[str, int] = {}
        for path in folder.rglob("*"):
            with suppress(FileNotFoundError):  # a temporary file, which a run has just renamed
                status = path.lstat()
                if not stat.S_ISDIR(status.st_mode):
                    sizes[path.relative_to(folder).as_posix()] = status.st_size
        return sizes

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _size_of(self, name: str) -> int | None:
        try:
            return self.path_of(name).stat().st_size
        except OSError:  # to be stored again, which reports a folder that cannot be written
            return None

    def _put(self, values: tuple[str | int, ...]) -> None:
        with self._errors(self.path):
            connection = self._connection or self._open(is_new=True)
            with connection:
                connection.execute(PUT, values)

    def _select(self, query: str, *values: str | int) -> list[tuple[Any, ...]]:
        with self._errors(self.path):
            if self._connection is None and not self.exists():
                return []
            connection = self._connection or self._open()
            return connection.execute(query, values).fetchall()

    def _open(self, *, is_new: bool = False) -> sqlite3.Connection:
        refuse_links(self.path, self.path.with_name(f"{self.path.name}-journal"), root=self.directory.root)
        address = f"{self.path.absolute().as_uri()}?mode={'rwc' if is_new else 'rw'}"
        connection = sqlite3.connect(address, BUSY_SECONDS, uri=True)
        try:
            _prepare(connection, self.path)
        except BaseException:
            connection.close()
            raise
        self._connection = connection
        return connection

    @contextmanager
    def _errors(self, path: Path) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise ArchiveNotWritable(f"{path}: {error}: {hint_for(error)}") from error
        except sqlite3.Error as error:
            hint = hint_for(error)
            anew = "move it away, and `finews images` makes it anew from the hosts"
            raise UnusableIndex(f"{path}: {error}: {anew if hint == RESTORE else hint}") from error


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    """Create the table in a new file. Raises UnusableIndex for one of a newer version."""
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > VERSION:
        raise UnusableIndex(f"{path} has version {version}, this finews_crawler reads {VERSION}: update it")
    if version == 0:
        with connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute(TABLE)
            connection.execute(f"PRAGMA user_version = {VERSION}")


def file_name(sha256: str, extension: str) -> str:
    """Return the path of a picture below the folder of pictures.

    >>> file_name("ab" * 32, "png")[:6]
    'ab/aba'
    """
    return f"{sha256[:2]}/{sha256}.{extension}"


def open_images(directory: DataDirectory) -> closing[ImageStore]:
    """Open the pictures of an archive for a ``with`` block."""
    return closing(ImageStore(directory))
