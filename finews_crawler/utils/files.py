"""Atomic and durable writes: neither a reader nor a crash ever leaves half a file."""

from __future__ import annotations

import errno
import json
import os
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

TEMPORARY_SUFFIX = ".part"
NEW_FILE_MODE = 0o666
BLOCK = 1 << 16


@dataclass(frozen=True)
class Staged:
    """A fully written temporary file next to its target path."""

    path: Path
    temporary: Path

    def publish(self) -> None:
        """Rename it to its target, atomically. Durable once the folder is synced."""
        self.temporary.replace(self.path)

    def discard(self) -> None:
        self.temporary.unlink(missing_ok=True)


def stage(path: Path, content: bytes) -> Staged | None:
    """Write *content* to a synced file next to *path*; None if *path* already has it. Raises OSError."""
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, "a folder is in the place of a file", str(path))
    if path.is_file() and path.read_bytes() == content:
        return None
    make_folder(path.parent)
    # Hidden and without .md: neither Jekyll nor a reader of the folder treats it as a post.
    descriptor, name = tempfile.mkstemp(prefix=".", suffix=TEMPORARY_SUFFIX, dir=path.parent)
    staged = Staged(path, Path(name))
    try:
        with open(descriptor, "wb") as file:  # noqa: PTH123 (a descriptor has no path)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        # mkstemp ignores the umask: its files are readable by their owner only.
        os.umask(umask := os.umask(0))
        staged.temporary.chmod(NEW_FILE_MODE & ~umask)
    except BaseException:
        staged.discard()
        raise
    return staged


def write_whole(path: Path, content: bytes) -> bool:
    """Replace the content of *path* atomically and durably; False if it was the same. Raises OSError."""
    staged = stage(path, content)
    if staged is None:
        return False
    try:
        staged.publish()
    except OSError:
        staged.discard()
        raise
    sync_folder(path.parent)
    return True


def make_folder(folder: Path) -> None:
    """Create a folder and its parents, and sync each entry: without it, a power failure can lose a synced file."""
    if not folder.is_dir():
        make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Sync the entries of a folder: without it, a power failure can undo a rename."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_folders(paths: Iterable[Path]) -> None:
    for folder in dict.fromkeys(path.parent for path in paths):
        sync_folder(folder)


def sweep(folder: Path) -> None:
    """Remove the temporary files of a killed run from *folder* and its subfolders. The caller must hold the lock."""
    for parent, _, names in os.walk(folder):
        for name in names:
            if name.startswith(".") and name.endswith(TEMPORARY_SUFFIX):
                Path(parent, name).unlink(missing_ok=True)


def append_line(path: Path, line: bytes) -> int:
    """Append one line to *path*, durably; return the size before, for ``cut_back``.

    Raises OSError; the file is then as it was before.
    """
    make_folder(path.parent)
    return append(path, line + b"\n", is_synced=True)


def append(path: Path, content: bytes, *, is_synced: bool = False) -> int:
    """Append *content* to *path*, all or nothing, durably if ``is_synced``; return the size before. Raises OSError."""
    with path.open("ab", buffering=0) as file:
        size = file.tell()
        try:
            # On a full disk an unbuffered file takes a part; the next write raises OSError.
            left = memoryview(content)
            while left:
                left = left[file.write(left) :]
            if is_synced:
                os.fsync(file.fileno())
            if is_synced and size == 0:
                sync_folder(path.parent)  # the entry of a new file
        except OSError:
            file.truncate(size)
            raise
    return size


def sync_file(path: Path) -> None:
    """Sync the content of *path* and its entry. Raises OSError."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
    sync_folder(path.parent)


def cut_back(path: Path, size: int) -> None:
    with path.open("rb+") as file:
        file.truncate(size)
        os.fsync(file.fileno())


def last_line(path: Path) -> bytes:
    """Return the last line of *path* without its line break, b"" for an empty file. Reads the end of the file only."""
    with path.open("rb") as file:
        end = file.seek(0, os.SEEK_END)
        start, tail = end, b""
        while start > 0 and tail.count(b"\n", 0, -1) == 0:
            start = max(0, start - BLOCK)
            file.seek(start)
            tail = file.read(end - start)
    return tail.removesuffix(b"\n").rpartition(b"\n")[2]


def cut_half_line(path: Path) -> None:
    """Remove the incomplete line that a killed run leaves at the end of a JSON-lines file.

    A complete JSON value without a line break stays, and gets one: some editors save files that way.
    """
    with path.open("rb+") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - 1))
        if not size or file.read(1) == b"\n":
            return
        tail = last_line(path)
    try:
        json.loads(tail)
    except (ValueError, RecursionError):
        cut_back(path, size - len(tail))
    else:
        append_line(path, b"")


def existing(folder: Path) -> Path:
    """Return *folder*, or the nearest of its parents that exists."""
    return next(parent for parent in (folder, *folder.parents) if parent.exists())
