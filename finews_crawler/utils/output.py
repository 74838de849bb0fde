"""Files that the user names for output: reports, the summary, metrics, the log.

A regular file is replaced atomically. Anything else (a device, a FIFO, a descriptor such as ``/dev/stdout``) is
written to as it is: never truncated, renamed or replaced. ``/dev/stdout`` is a link to whatever the shell opened, so a
regular file behind it, as in ``>> cron.log``, belongs to the shell's redirection as well.
"""

from __future__ import annotations

import errno
import fcntl
import os
import re
import stat
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from finews_crawler.utils.files import write_whole
from finews_crawler.utils.temporary_files import sweep_old

STANDARD_OUTPUT = Path("-")
DESCRIPTOR = re.compile(r"(?:/dev/fd|/proc/(?P<process>\d+)(?:/task/\d+)?/fd)/(?P<number>\d+)", re.ASCII)
"""Path that names a descriptor of a process, once ``/proc/self`` is resolved."""
MOST_LINKS = 40
FOLDER_IS_CLOSED = frozenset((errno.EACCES, errno.EPERM, errno.EROFS, errno.EBUSY))
"""Errors of a folder, or of a file mounted into a container, that may leave the file itself writable."""


def can_be_output(path: Path) -> bool:
    """Return True unless *path* is a folder, or in a folder that does not exist: it may be misspelt.

    True for a path that cannot be examined: writing reports why.
    """
    try:
        return path == STANDARD_OUTPUT or (not path.is_dir() and _target(path).parent.is_dir())
    except OSError:
        return True


def is_standard_output(path: Path) -> bool:
    """Return True if what is written to *path* goes to standard output, also by ``/dev/stdout`` or a redirection."""
    with suppress(OSError):
        return path == STANDARD_OUTPUT or os.path.samestat(path.stat(), os.fstat(1))
    return False


def write_output(path: Path, content: bytes, mode: int | None = None) -> None:
    """Write *content* to the file that the user named, ``-`` for standard output. Raises OSError.

    A link to a regular file is kept, and its target replaced. *mode*: permissions of the file; by default they stay as
    they are. A regular file that this process has open for writing gets *content* at its end: standard output may be
    redirected to it.
    """
    descriptor = open_stream(path)
    if descriptor is None:
        descriptor = _duplicate_of(path)
    if descriptor is None:
        _replace(_target(path), content, mode)
        return
    try:
        write_all(descriptor, content)
    finally:
        os.close(descriptor)


def open_stream(path: Path) -> int | None:
    """Open *path* to append to it if it is anything but a regular file; return None if it is one, or missing.

    Raises OSError, also for a FIFO that no program reads: opening it would wait.
    """
    number, is_descriptor = find_descriptor(path)
    if number is not None:
        return duplicate(number)
    if is_descriptor or is_special(path):
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
        os.set_blocking(descriptor, True)
        return descriptor
    return None


def is_stream(path: Path) -> bool:
    """Return True for anything but a regular file or a missing one."""
    return find_descriptor(path)[1] or is_special(path)


def is_special(path: Path) -> bool:
    """Return True for a device, FIFO or socket, or a link to one."""
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return False
    return not stat.S_ISREG(mode) and not stat.S_ISDIR(mode)


def find_descriptor(path: Path) -> tuple[int | None, bool]:
    """Return the descriptor of this process that *path* names, and whether it names one of any process.

    >>> find_descriptor(Path("-")), find_descriptor(Path("/dev/null"))
    ((1, True), (None, False))
    """
    if path == STANDARD_OUTPUT:
        return 1, True
    for _ in range(MOST_LINKS):
        path = Path(os.path.realpath(path.parent), path.name)
        if found := DESCRIPTOR.fullmatch(str(path)):
            is_ours = found["process"] in (None, str(os.getpid()))
            return (int(found["number"]) if is_ours else None), True
        if not path.is_symlink():
            break
        path = path.parent / path.readlink()
    return None, False


def duplicate(number: int) -> int:
    """Return a duplicate of a descriptor, after what Python has buffered for it. Raises OSError."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError, AttributeError):  # closed, replaced or missing
            if stream.fileno() == number:
                stream.flush()
    return os.dup(number)


def write_all(descriptor: int, content: bytes) -> int:
    """Write all of *content*; return its length. Raises OSError."""
    left = memoryview(content)
    while left:
        left = left[os.write(descriptor, left) :]
    return len(content)


def _target(path: Path) -> Path:
    return Path(os.path.realpath(path))


def _duplicate_of(path: Path) -> int | None:
    """Return a duplicate of the descriptor through which this process writes to the regular file at *path*."""
    try:
        there = path.stat()
    except OSError:
        return None
    for number in _open_descriptors():
        with suppress(OSError):
            is_read_only = fcntl.fcntl(number, fcntl.F_GETFL) & os.O_ACCMODE == os.O_RDONLY
            if not is_read_only and os.path.samestat(os.fstat(number), there):
                return duplicate(number)
    return None


def _open_descriptors() -> Iterator[int]:
    try:
        yield from sorted(int(path.name) for path in Path("/dev/fd").iterdir())
    except OSError:  # a root folder without /dev or /proc
        yield from (1, 2)


def _replace(path: Path, content: bytes, mode: int | None) -> None:
    """Replace a regular file atomically, or write it in place if its folder does not allow that."""
    sweep_old(path.parent)
    there = path.stat() if path.exists() else None
    mode = stat.S_IMODE(there.st_mode) if there and mode is None else mode
    try:
        write_whole(path, content, mode=mode)
    except OSError as error:
        if there is None or error.errno not in FOLDER_IS_CLOSED:
            raise
        with path.open("wb") as file:
            file.write(content)
