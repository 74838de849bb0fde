"""Each error of the disk or the index has the hint that helps."""

from __future__ import annotations

import errno
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from finews_crawler.testing.origin.server import RunningOrigin
from finews_crawler.utils.error_hints import hint_for
from tests.support.scrapy_command import Scrapy

ALL_WELL, NOT_WRITABLE = 0, 6
ROOM, PERMISSION, MOVE = "give room and run again", "give permission and run again", "move it away and run again"
DISK = "free some space or check the disk, and run again"
WAIT = "another program holds the index open: wait for it and run again"
RESTORE = "restore it, or move it away and `finews reindex` the posts"
CONFLICT = "`finews audit` names the rows that contradict each other"
ANYTHING = "check the disk and its permissions, and run again"
OPEN_FILES = "raise the limit of open files (ulimit -n) and run again"
MEMORY, MOUNT = "free some memory and run again", "mount it again and run again"
PATH, READER = "check the path and run again", "start the program that reads from it first"


@pytest.mark.parametrize(
    ("number", "hint"),
    [
        (errno.ENOSPC, ROOM),
        (errno.EDQUOT, ROOM),
        (errno.EFBIG, ROOM),
        (errno.EACCES, PERMISSION),
        (errno.EPERM, PERMISSION),
        (errno.EROFS, PERMISSION),
        (errno.EISDIR, MOVE),
        (errno.ENOTDIR, MOVE),
        (errno.EEXIST, MOVE),
        (errno.EIO, DISK),
        (errno.ENOENT, PATH),
        (errno.EBADF, PATH),
        (errno.ENXIO, READER),
        (errno.EPIPE, READER),
        (errno.EMFILE, OPEN_FILES),
        (errno.ENFILE, OPEN_FILES),
        (errno.ENOMEM, MEMORY),
        (errno.ESTALE, MOUNT),
        (errno.ENOTCONN, MOUNT),
        (errno.EINVAL, ANYTHING),
    ],
    ids=lambda value: errno.errorcode[value] if isinstance(value, int) else "",
)
def test_errors_of_the_operating_system(number: int, hint: str) -> None:
    assert hint_for(OSError(number, os.strerror(number), "data/site/_posts")) == hint


def coded(code: int) -> sqlite3.Error:
    """Return an error as SQLite raises it."""
    error = sqlite3.OperationalError(f"SQLite's code {code}")
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize(
    ("error", "hint"),
    [
        (coded(sqlite3.SQLITE_FULL), ROOM),
        (coded(sqlite3.SQLITE_IOERR_SHMMAP), DISK),
        (coded(sqlite3.SQLITE_BUSY_SNAPSHOT), WAIT),
        (coded(sqlite3.SQLITE_LOCKED), WAIT),
        (coded(sqlite3.SQLITE_READONLY), PERMISSION),
        (coded(sqlite3.SQLITE_CANTOPEN), ANYTHING),
        (coded(sqlite3.SQLITE_NOMEM), MEMORY),
        (coded(sqlite3.SQLITE_ERROR), RESTORE),
        (coded(sqlite3.SQLITE_CONSTRAINT_UNIQUE), CONFLICT),
        (sqlite3.OperationalError("Could not decode to UTF-8 column 'title' with text '\ufffd'"), RESTORE),
        (sqlite3.DatabaseError("database disk image is malformed"), RESTORE),
        (sqlite3.DatabaseError("file is not a database"), RESTORE),
        (sqlite3.ProgrammingError("Cannot operate on a closed database."), ANYTHING),
        (OSError("no number"), ANYTHING),
        (RuntimeError("neither"), ANYTHING),
    ],
    ids=str,
)
def test_errors_of_the_index_and_others(error: Exception, hint: str) -> None:
    assert hint_for(error) == hint


def test_messages_of_real_sqlite_errors_are_recognised(tmp_path: Path) -> None:
    """The messages above, raised by SQLite: locked, full, read-only, damaged."""
    path = tmp_path / "index.sqlite"
    with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as one:
        one.execute("CREATE TABLE article (title)")
        one.execute("INSERT INTO article VALUES (zeroblob(100000))")
        with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            assert provoked_hint(one, "INSERT INTO article VALUES (1)") == WAIT
        one.execute("PRAGMA max_page_count = 1")
        assert provoked_hint(one, "INSERT INTO article VALUES (zeroblob(1000000))") == ROOM
        assert provoked_hint(one, "SELECT titel FROM article") == RESTORE
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as reader:
        assert provoked_hint(reader, "INSERT INTO article VALUES (1)") == PERMISSION
    path.write_bytes(path.read_bytes()[:4096] + b"\xff" * 200_000)
    with closing(sqlite3.connect(path)) as damaged:
        assert provoked_hint(damaged, "SELECT * FROM article") == RESTORE
    path.write_bytes(b"no database" * 1000)
    with closing(sqlite3.connect(path)) as none:
        assert provoked_hint(none, "SELECT * FROM article") == RESTORE


def provoked_hint(connection: sqlite3.Connection, statement: str) -> str:
    with pytest.raises(sqlite3.Error) as caught:
        connection.execute(statement).fetchall()
    return hint_for(caught.value)


def overwrite_last_rows(index: Path) -> None:
    """Overwrite the last leaf of the table of articles; the first one stays, so the file still looks like an index."""
    with closing(sqlite3.connect(index)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (root,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'article'").fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    with index.open("rb+") as file:
        page = root
        while True:
            file.seek((page - 1) * size)
            header = file.read(12)
            if header[0] != 5:  # an interior page of a table: its right-most child is at byte 8
                break
            page = int.from_bytes(header[8:12], "big")
        assert page != root
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)


def test_the_hint_for_a_damaged_index_recovers_it(scrapy: Scrapy, origin: RunningOrigin) -> None:
    assert scrapy.at(origin.url)("crawl", "channel").status == ALL_WELL
    index = scrapy.data / "index.sqlite"
    overwrite_last_rows(index)
    run = scrapy("rebuild")
    assert (run.status, run.log) == (
        NOT_WRITABLE,
        f"finews rebuild: {index}: database disk image is malformed: {RESTORE}\n",
    )
    # Follow the hint: the index is rebuilt from the posts.
    for path in scrapy.data.glob("index.sqlite*"):
        path.unlink()
    run = scrapy("reindex", str(scrapy.data))
    assert run.status == ALL_WELL, run.log
    number = len(list(scrapy.posts.iterdir()))
    assert f"unchanged {number}" in scrapy("rebuild").log
