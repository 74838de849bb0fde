"""Atomic and durable writes: neither a reader nor a crash ever leaves half a file. No symbolic link is followed."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from finews_crawler.utils.folders import (
    NEW_FILE_MODE,
    located,
    open_at,
    open_file,
    open_folder,
    refuse_links,
    remove_file,
    rename,
)

TEMPORARY_SUFFIX = ".part"
BLOCK = 1 << 16


@dataclass(frozen=True)
class Staged:
    """A fully written temporary file next to its target path."""

    path: Path
    temporary: Path
    root: Path | None = None
    """Folder below which no link is followed, see ``utils.folders``."""

    def publish(self) -> None:
        """Rename it to its target, atomically. Durable once the folder is synced."""
        rename(self.temporary, self.path, self.root)

    def discard(self) -> None:
        remove_file(self.temporary, self.root)


def stage(path: Path, content: bytes, root: Path | None = None) -> Staged | None:
    """Write *content* to a synced file next to *path*; None if *path* already has it.

    Raises OSError, also for a symbolic link at *path*, or between it and *root*.
    """
    make_folder(path.parent if root is None else root)
    # Hidden and without .md: neither Jekyll nor a reader of the folder treats it as a post.
    staged = Staged(path, path.with_name(f".{secrets.token_hex(4)}{TEMPORARY_SUFFIX}"), root)
    with open_folder(path.parent, root, create=True) as folder:
        if _content_at(path, folder) == content:
            return None
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        descriptor = os.open(staged.temporary.name, flags, NEW_FILE_MODE, dir_fd=folder)
        try:
            with open(descriptor, "wb") as file:  # noqa: PTH123 (a descriptor has no path)
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        except BaseException as error:
            os.unlink(staged.temporary.name, dir_fd=folder)
            if isinstance(error, OSError):
                raise located(error, path) from error
            raise
    return staged


def _content_at(path: Path, folder: int) -> bytes | None:
    """Return the bytes of the file at *path*, None for a missing one. Raises OSError for anything but a file."""
    try:
        descriptor = open_at(path, folder, os.O_RDONLY)
    except FileNotFoundError:
        return None
    with open(descriptor, "rb") as file:  # noqa: PTH123
        return file.read()


def write_whole(path: Path, content: bytes, root: Path | None = None) -> bool:
    """Replace the content of *path* atomically and durably; False if it was the same. Raises as ``stage``."""
    staged = stage(path, content, root)
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


def sweep(folder: Path, root: Path | None = None) -> None:
    """Remove the temporary files of a killed run from *folder* and its subfolders. The caller must hold the lock.

    Raises OSError for a *folder* that is a link, or has one between it and *root*.
    """
    with suppress(FileNotFoundError, NotADirectoryError):
        refuse_links(folder, root=root)
        for _, _, names, descriptor in os.fwalk(folder):
            for name in names:
                if name.startswith(".") and name.endswith(TEMPORARY_SUFFIX):
                    os.unlink(name, dir_fd=descriptor)


def append_line(path: Path, line: bytes) -> int:
    """Append one line to *path*, durably; return the size before, for ``cut_back``.

    Raises OSError; the file is then as it was before.
    """
    make_folder(path.parent)
    return append(path, line + b"\n", is_synced=True)


def append(path: Path, content: bytes, *, is_synced: bool = False) -> int:
    """Append *content* to *path*, all or nothing, durably if ``is_synced``; return the size before. Raises OSError."""
    descriptor = open_file(path, os.O_RDWR | os.O_APPEND | os.O_CREAT)
    with open(descriptor, "ab", buffering=0) as file:  # noqa: PTH123
        size = file.seek(0, os.SEEK_END)
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
    """Truncate *path*. Raises OSError, also for a symbolic link."""
    with open(open_file(path, os.O_RDWR), "rb+") as file:  # noqa: PTH123
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
    with open(open_file(path, os.O_RDWR), "rb+") as file:  # noqa: PTH123
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
