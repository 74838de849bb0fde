"""Atomic and durable writes: neither a reader nor a crash ever leaves half a file. No symbolic link is followed."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from finews_crawler.utils.folders import NEW_FILE_MODE, folder_descriptor, located, open_at, open_file
from finews_crawler.utils.temporary_files import SUFFIX, note_left

if TYPE_CHECKING:
    from typing import Self

CLOSED = -1
NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
BLOCK = 1 << 16


@dataclass
class Staged:
    """A temporary file with the whole content of *path*, next to it. ``sync`` and ``publish`` raise OSError."""

    path: Path | str
    name: str
    """The last part of the path."""
    temporary: str
    """Name of the temporary file."""
    folder: int
    """Descriptor of their folder, open as long as the ``Staging``."""
    file: int
    """Descriptor of the temporary file until it is closed."""
    is_published: bool = False

    def sync(self) -> None:
        """Sync the content. May be called in another thread, which waits for the interpreter once for each file."""
        try:
            os.fsync(self.file)
        except OSError as error:
            raise located(error, self.path) from error

    def close(self) -> None:
        """Close the file, synced or not. It does not raise."""
        file, self.file = self.file, CLOSED
        if file != CLOSED:
            with suppress(OSError):  # what was written is synced, or there was an error
                os.close(file)

    def publish(self) -> None:
        """Rename the file to its path, atomically, replacing also a link. Durable once the folder is synced."""
        try:
            os.replace(self.temporary, self.name, src_dir_fd=self.folder, dst_dir_fd=self.folder)
        except OSError as error:
            raise located(error, self.path) from None
        self.is_published = True

    def discard(self) -> None:
        """Remove the file unless it is published. It does not raise: the error that led to this is the one to report.

        On a disk that has become read-only, the file stays, which no reader takes for a post, until the next run.
        """
        self.close()
        if not self.is_published:
            try:
                os.unlink(self.temporary, dir_fd=self.folder)
            except OSError:
                note_left(Path(self.path).with_name(self.temporary))


class Staging:
    """Writes temporary files next to their paths. A context, which opens each folder once and closes it at the end.

    No link is followed below *root*, see ``utils.folders``.
    """

    def __init__(self, root: Path | None = None) -> None:
        self.root = root
        self._folders: dict[str, int] = {}
        self._changed: set[int] = set()
        self._names = map(f".{secrets.token_hex(4)}{{:x}}{SUFFIX}".format, count())
        """Names of temporary files: hidden and without .md, neither Jekyll nor a reader takes them for posts."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        for descriptor in self._folders.values():
            os.close(descriptor)
        self._folders.clear()

    def stage(self, path: Path | str, content: bytes) -> Staged | None:
        """Write *content* to a file next to *path*, not yet synced; None if *path* already has it.

        Raises OSError, also for a symbolic link at *path*, or between it and the root.
        """
        parent, name = os.path.split(path)
        folder = self._folder(parent)
        if _content_at(path, name, folder) == content:
            return None
        temporary = next(self._names)
        staged = Staged(path, name, temporary, folder, os.open(temporary, NEW_FILE, NEW_FILE_MODE, dir_fd=folder))
        try:
            _write(staged.file, content)
        except BaseException as error:
            staged.discard()
            if isinstance(error, OSError):
                raise located(error, path) from error
            raise
        self._changed.add(folder)
        return staged

    def sync_folders(self) -> None:
        """Sync the folders of the files: without it, a power failure can undo a rename. May run in another thread."""
        for descriptor in self._changed:
            os.fsync(descriptor)

    def _folder(self, path: str) -> int:
        if path not in self._folders:
            folder = Path(path)
            make_folder(folder if self.root is None else self.root)
            self._folders[path] = folder_descriptor(folder, self.root, create=True)
        return self._folders[path]


def _write(file: int, content: bytes) -> None:
    """Write all of *content*. On a full disk a write takes a part; the next one raises OSError."""
    left = memoryview(content)
    while left:
        left = left[os.write(file, left) :]


def _content_at(path: Path | str, name: str, folder: int) -> bytes | None:
    """Return the bytes of the file at *path*, None for a missing one. Raises OSError for anything but a file."""
    if not os.access(name, os.F_OK, dir_fd=folder, follow_symlinks=False):  # the usual case, without an exception
        return None
    try:
        descriptor = open_at(Path(path), folder, os.O_RDONLY)
    except FileNotFoundError:
        return None
    with open(descriptor, "rb") as file:  # noqa: PTH123
        return file.read()


def write_whole(path: Path, content: bytes, root: Path | None = None, *, mode: int | None = None) -> bool:
    """Replace the content of *path* atomically and durably; False if it was the same. Raises as ``Staging.stage``.

    *mode*: permissions of the new file; by default those that the umask gives.
    """
    with Staging(root) as staging:
        staged = staging.stage(path, content)
        if staged is None:
            return False
        try:
            if mode is not None:
                os.fchmod(staged.file, mode)
            staged.sync()
            staged.close()
            staged.publish()
        except BaseException:  # also Ctrl-C
            staged.discard()
            raise
        staging.sync_folders()
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
    """Sync the folder of each path once: without it, a power failure can undo a rename. Raises OSError."""
    for folder in dict.fromkeys(path.parent for path in paths):
        sync_folder(folder)


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
            _write(file.fileno(), content)
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


def named_if_there(what: str, folder: Path) -> str:
    """Return the end of a summary that names *folder*, '' if it does not exist.

    >>> named_if_there("posts", Path("/")), named_if_there("posts", Path("/no/such/folder"))
    ('; posts are in /', '')
    """
    return f"; {what} are in {folder}" if os.path.isdir(folder) else ""  # noqa: PTH112 (Path.is_dir may raise)


def existing(folder: Path) -> Path:
    """Return *folder*, or the nearest of its parents that exists."""
    return next(parent for parent in (folder, *folder.parents) if parent.exists())
