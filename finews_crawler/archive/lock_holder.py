"""The holder of an archive's lock, read without taking the lock. The counterpart of ``archive/lock.py``."""

from __future__ import annotations

import fcntl
import json
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from finews_crawler.archive.runs import Run


@dataclass(frozen=True)
class LockHolder:
    """Process that holds the lock, as recorded in the lock file; empty while the process is just starting."""

    pid: int | None = None
    started_at: datetime | None = None

    def __str__(self) -> str:
        started = f", started {self.started_at:%Y-%m-%d %H:%M:%S %z}" if self.started_at else ""
        return f"pid {self.pid or 'unknown'}{started}"


def find_lock_holder(path: Path) -> LockHolder | None:
    """Return the holder of the lock file at *path*, or None if it is free, whatever a killed run wrote into it.

    Tests with a shared lock, so that concurrent tests do not disturb each other. Raises OSError if the file cannot be
    read.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except (FileNotFoundError, NotADirectoryError):
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return parse_holder(os.read(descriptor, 4096))
    finally:
        os.close(descriptor)
    return None


def parse_holder(content: bytes) -> LockHolder:
    """Parse the content of a lock file.

    >>> str(parse_holder(b'{"pid": 7, "started_at": "2022-05-26T12:00:00+08:00", "process": "1f"}'))
    'pid 7, started 2022-05-26 12:00:00 +0800'
    >>> str(parse_holder(b""))
    'pid unknown'
    """
    try:
        record = json.loads(content)
        return LockHolder(int(record["pid"]), datetime.fromisoformat(record["started_at"]))
    except (ValueError, TypeError, KeyError):
        return LockHolder()


def is_held_by(run: Run, holder: LockHolder) -> bool:
    """Return True if *run* holds the lock. The pid is not enough, because all runs in containers may have the same one.

    A run takes the lock before it is recorded as started.

    >>> at = datetime.fromisoformat
    >>> run = Run("channel", {}, 7, at("2022-05-26T12:00:02+08:00"))
    >>> is_held_by(run, LockHolder(7, at("2022-05-26T12:00:01+08:00")))
    True
    >>> is_held_by(run, LockHolder(7, at("2022-05-26T12:30:01+08:00"))), is_held_by(run, LockHolder(8))
    (False, False)
    """
    return holder.pid in (run.pid, None) and (holder.started_at is None or holder.started_at <= run.started_at)
