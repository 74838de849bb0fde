"""Lock on a data directory: it has one writer at a time.

The kernel holds the lock (``flock``) until the process ends. The content of the file names the holder, for messages
and reports only. The file itself stays if its holder was killed, so the next one looks for temporary files.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from finews_crawler.archive.runs import Run
from finews_crawler.exceptions import Locked, LockLost
from finews_crawler.utils import clock
from finews_crawler.utils.files import make_folder
from finews_crawler.utils.folders import open_file, remove_file
from finews_crawler.utils.temporary_files import has_left

SECONDS_BETWEEN_TRIES = 0.2
_HELD: set[tuple[int, int]] = set()
"""Device and inode of each lock file that this process holds. Its content is no proof: a full disk takes none, and in
two containers that share a volume the same pid can be another process."""
_UNCLEAN: set[Path] = set()
"""Lock files of this process, of any of its ``Lock`` objects, whose folder may have temporary files."""


class Lock:
    """Held from ``take`` to ``release``. A lock that this process holds already counts as taken: it is one writer."""

    def __init__(self, path: Path, root: Path | None = None) -> None:
        """*root*: folder below which no symbolic link is followed; by default the lock file's own."""
        self.path = path
        self.root = root
        self._descriptor: int | None = None
        self._file: os.stat_result | None = None
        """The file as it was taken, by this object or by another one of this process."""
        self._made: list[Path] = []

    def take(self, wait_seconds: float = 0, on_wait: Callable[[str], None] | None = None) -> None:
        """Take the lock. Raises Locked after *wait_seconds*, or OSError. *on_wait* gets a message with the holder."""
        patience = time.monotonic() + wait_seconds
        while not self._try():
            if held := self._held_here():
                self._file = held
                return
            if time.monotonic() >= patience:
                raise Locked(f"{self._describe_holder()}: wait for it, or set FINEWS_LOCK_WAIT to the seconds to wait")
            if on_wait is not None:
                on_wait(f"{self._describe_holder()}: waiting up to {wait_seconds:g} s")
                on_wait = None
            time.sleep(SECONDS_BETWEEN_TRIES)

    def check(self) -> None:
        """Raise LockLost if the file that was taken is no longer at its path: another process can take a new one."""
        if self._file is not None and not self._is_at_path(self._file):
            raise LockLost(
                f"{self.path} was removed or replaced during this run, so another one may be writing: nothing more is "
                "written; leave that file alone, and run again"
            )

    @property
    def is_unclean(self) -> bool:
        """True if the lock file of a killed process was there, and its temporary files may be: see ``mark_clean``."""
        return self.path in _UNCLEAN

    def mark_clean(self) -> None:
        """Note that there are no temporary files of killed processes."""
        _UNCLEAN.discard(self.path)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Note that there may be temporary files during the block, and after it if it raises."""
        was_unclean = self.is_unclean
        _UNCLEAN.add(self.path)
        yield
        if not was_unclean:
            self.mark_clean()

    def release(self) -> None:
        """Release the lock; delete its file unless it is unclean, and the folders created for it if they are empty."""
        if self._descriptor is None:
            return
        with suppress(OSError):  # the folder became read-only meanwhile: a file without a holder does not lock
            if self._is_in_place(self._descriptor) and not self.is_unclean and not has_left(self.path.parent):
                self.path.unlink()
        self.mark_clean()
        _HELD.discard(_identity(os.fstat(self._descriptor)))
        os.close(self._descriptor)
        self._descriptor = self._file = None
        with suppress(OSError):
            for folder in self._made:
                folder.rmdir()

    def _try(self) -> bool:
        self._make_folders()
        try:
            descriptor, was_there = self._open()
        except FileNotFoundError:
            return False  # the run that created the folder, or the file, has just removed it
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            is_ours = self._is_in_place(descriptor)
        except BlockingIOError:
            is_ours = False
        if not is_ours:
            os.close(descriptor)
            return False
        if was_there:  # its holder would have deleted it
            _UNCLEAN.add(self.path)
        if os.fstat(descriptor).st_nlink > 1:  # a copy of the data directory by hard links: its file is not ours
            remove_file(self.path, self.root)
            os.close(descriptor)
            return self._try()
        self._descriptor, self._file = descriptor, os.fstat(descriptor)
        _HELD.add(_identity(self._file))
        self._sign(descriptor)
        return True

    def _held_here(self) -> os.stat_result | None:
        """Return the file at the path if this process holds it, by this object or another one; otherwise None."""
        try:
            file = self.path.stat()
        except FileNotFoundError:
            return None
        return file if _identity(file) in _HELD else None

    def _open(self) -> tuple[int, bool]:
        """Open the file; return its descriptor, and True if it was there."""
        try:
            return open_file(self.path, os.O_RDWR | os.O_CREAT | os.O_EXCL, self.root), False
        except FileExistsError:
            return open_file(self.path, os.O_RDWR, self.root), True

    def _make_folders(self) -> None:
        missing = [folder for folder in self.path.parents if not folder.exists()]
        make_folder(self.path.parent)
        self._made += [folder for folder in missing if folder not in self._made]

    def _is_in_place(self, descriptor: int) -> bool:
        """Return True if the locked file is still at the path: its previous holder may have deleted it."""
        return self._is_at_path(os.fstat(descriptor))

    def _is_at_path(self, file: os.stat_result) -> bool:
        try:
            return os.path.samestat(file, self.path.stat())
        except (FileNotFoundError, NotADirectoryError):
            return False

    def _sign(self, descriptor: int) -> None:
        holder = {"pid": os.getpid(), "started_at": clock.now().isoformat()}
        os.ftruncate(descriptor, 0)
        with suppress(OSError):  # a full disk: the lock works without a name, and the run will report the disk
            os.write(descriptor, json.dumps(holder).encode())

    def _holder(self) -> dict[str, object]:
        try:
            read = json.loads(self.path.read_bytes())
        except (OSError, ValueError):
            return {}  # just being taken or released
        return read if isinstance(read, dict) else {}

    def _describe_holder(self) -> str:
        holder = self._holder()
        who = f"pid {holder.get('pid', 'unknown')}, started {holder.get('started_at', 'just now')}"
        return f"{self.path.parent} is written by another run ({who})"


def _identity(file: os.stat_result) -> tuple[int, int]:
    return file.st_dev, file.st_ino


class LockHolder(NamedTuple):
    """Process that holds the lock, as recorded in the lock file; empty while the process is just starting."""

    pid: int | None = None
    started_at: datetime | None = None

    def __str__(self) -> str:
        started = f", started {self.started_at:%Y-%m-%d %H:%M:%S %z}" if self.started_at else ""
        return f"pid {self.pid or 'unknown'}{started}"


def find_lock_holder(path: Path) -> LockHolder | None:
    """Return the holder of the lock file at *path*, or None if it is free. Raises OSError if it cannot be read.

    Tests with a shared lock, so that concurrent tests do not disturb each other.
    """
    try:
        descriptor = open_file(path, os.O_RDONLY)
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

    >>> str(parse_holder(b'{"pid": 7, "started_at": "2022-05-26T12:00:00+08:00"}'))
    'pid 7, started 2022-05-26 12:00:00 +0800'
    >>> str(parse_holder(b""))
    'pid unknown'
    """
    try:
        record = json.loads(content)
        return LockHolder(int(record["pid"]), datetime.fromisoformat(record["started_at"]))
    except (ValueError, TypeError, KeyError, OverflowError):  # the last for a pid of Infinity
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
