"""The lock on the data directory: who holds it. Asked of the kernel without writing, and let go at once."""

from __future__ import annotations

import fcntl
import json
import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from finews_crawler.archive.runs import Run
from finews_crawler.operate.doctor.check import Line, attend, ok
from finews_crawler.utils.error_hints import advise


@dataclass(frozen=True)
class Holder:
    """Who holds the lock, as far as the file says; a run that is just starting has not signed yet."""

    pid: int | None = None
    started_at: datetime | None = None

    def __str__(self) -> str:
        started = f", started {self.started_at:%Y-%m-%d %H:%M:%S %z}" if self.started_at else ""
        return f"pid {self.pid or 'unknown'}{started}"


def holder_of(path: Path) -> Holder | None:
    """Who holds the lock file at *path*; None for nobody, whatever a killed run left written there. Raises OSError.

    Shared and for a moment: only where nobody holds it is it taken at all, and two who look do not disturb each other.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except (FileNotFoundError, NotADirectoryError):
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return read_holder(os.read(descriptor, 4096))
    finally:
        os.close(descriptor)
    return None


def read_holder(written: bytes) -> Holder:
    """What a run has written into its lock.

    >>> str(read_holder(b'{"pid": 7, "started_at": "2022-05-26T12:00:00+08:00", "process": "1f"}'))
    'pid 7, started 2022-05-26 12:00:00 +0800'
    >>> str(read_holder(b""))
    'pid unknown'
    """
    try:
        read = json.loads(written)
        return Holder(int(read["pid"]), datetime.fromisoformat(read["started_at"]))
    except (ValueError, TypeError, KeyError):
        return Holder()


def is_held_by(run: Run, holder: Holder) -> bool:
    """Whether it is *run* that holds the lock: a container's runs have all the same pid, and take the lock before they
    begin.

    >>> at = datetime.fromisoformat
    >>> run = Run("channel", {}, 7, at("2022-05-26T12:00:02+08:00"))
    >>> is_held_by(run, Holder(7, at("2022-05-26T12:00:01+08:00")))
    True
    >>> is_held_by(run, Holder(7, at("2022-05-26T12:30:01+08:00"))), is_held_by(run, Holder(8))
    (False, False)
    """
    return holder.pid in (run.pid, None) and (holder.started_at is None or holder.started_at <= run.started_at)


def check_lock(path: Path, now: datetime, longest_run: timedelta) -> tuple[Line, Holder | None]:
    """The line of the lock, and who holds it."""
    try:
        holder, is_left = holder_of(path), path.exists()
    except OSError as error:
        return attend("lock", str(error), advise(error)), None
    if holder is None:
        return ok("lock", f"free{'; a killed run left its file, which hinders nobody' if is_left else ''}"), None
    return judge_holder(holder, now, longest_run), holder


def judge_holder(holder: Holder, now: datetime, longest_run: timedelta) -> Line:
    """A run that holds the lock is all well, unless it should have ended long ago.

    >>> began = datetime.fromisoformat("2022-05-26T00:00:00+08:00")
    >>> judge_holder(Holder(7, began), datetime.fromisoformat("2022-05-26T16:00:00+08:00"), timedelta(hours=12)).text
    'held by pid 7, started 2022-05-26 00:00:00 +0800, longer than a run may take: see what it does, or end it'
    """
    started_at = holder.started_at
    if started_at and started_at.tzinfo and longest_run and now - started_at > longest_run:
        return attend("lock", f"held by {holder}, longer than a run may take", "see what it does, or end it")
    return ok("lock", f"held by {holder}")
