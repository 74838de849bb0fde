"""Writing files so that a reader, or a crash, never meets half of one."""

from __future__ import annotations

import errno
import io
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
    """A whole file on disk beside its place, under a name that nobody reads."""

    path: Path
    temporary: Path

    def publish(self) -> None:
        """Put it in its place, in one step. It is there to stay once the folder is synced."""
        self.temporary.replace(self.path)

    def discard(self) -> None:
        self.temporary.unlink(missing_ok=True)


def stage(path: Path, content: bytes) -> Staged | None:
    """Write *content* beside *path*, on disk when this returns; None when *path* already holds it."""
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, "a folder lies where a file belongs", str(path))
    if path.is_file() and path.read_bytes() == content:
        return None
    make_folder(path.parent)
    # Hidden, and no .md: neither Jekyll nor a reader of the folder takes it for a post.
    descriptor, name = tempfile.mkstemp(prefix=".", suffix=TEMPORARY_SUFFIX, dir=path.parent)
    staged = Staged(path, Path(name))
    try:
        with open(descriptor, "wb") as file:  # noqa: PTH123 (a descriptor has no path)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        staged.temporary.chmod(NEW_FILE_MODE & ~_umask())
    except BaseException:
        staged.discard()
        raise
    return staged


def write_whole(path: Path, content: bytes) -> bool:
    """Make *path* hold *content*, in one step, on disk when this returns; False when it already did."""
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


def _umask() -> int:
    """The mask that new files are under; mkstemp makes them for their owner alone."""
    mask = os.umask(0)
    os.umask(mask)
    return mask


def make_folder(folder: Path) -> None:
    """Make a folder and those above it, each an entry on disk: a synced file in a lost folder is lost too."""
    if not folder.is_dir():
        make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Put a folder's entries on disk: without this a renamed file can be lost with the power."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_folders(paths: Iterable[Path]) -> None:
    """Sync the folders of *paths*, each once."""
    for folder in dict.fromkeys(path.parent for path in paths):
        sync_folder(folder)


def sweep(folder: Path) -> None:
    """Remove the temporary files of a run that was killed, in *folder* and in those below it.

    For the one writer only: another's would be in use.
    """
    for parent, _, names in os.walk(folder):
        for name in names:
            if name.startswith(".") and name.endswith(TEMPORARY_SUFFIX):
                Path(parent, name).unlink(missing_ok=True)


def append_line(path: Path, line: bytes) -> int:
    """Add one line to *path*, on disk when this returns; a disk that fills up leaves the file as it was.

    Returns the size before, for ``cut_back``.
    """
    make_folder(path.parent)
    return append(path, line + b"\n", is_synced=True)


def append(path: Path, content: bytes, *, is_synced: bool = False) -> int:
    """Add *content* to *path*, all of it or nothing; on disk when this returns if ``is_synced``.

    Returns the size before. Raises OSError.
    """
    with path.open("ab", buffering=0) as file:
        size = file.tell()
        try:
            _write_all(file, content)
            if is_synced:
                os.fsync(file.fileno())
            if is_synced and size == 0:
                sync_folder(path.parent)  # the file may be new, and a synced file without an entry is lost
        except OSError:
            file.truncate(size)
            raise
    return size


def sync_file(path: Path) -> None:
    """Put on disk what was appended to *path*, and its name. Raises OSError."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
    sync_folder(path.parent)


def cut_back(path: Path, size: int) -> None:
    """Take away again what was appended to *path* when it had *size* bytes."""
    with path.open("rb+") as file:
        file.truncate(size)
        os.fsync(file.fileno())


def last_line(path: Path) -> bytes:
    """The last line of *path*, without its line break; empty when there is none. However long the file is."""
    with path.open("rb") as file:
        end = file.seek(0, os.SEEK_END)
        start, tail = end, b""
        while start > 0 and tail.count(b"\n", 0, -1) == 0:
            start = max(0, start - BLOCK)
            file.seek(start)
            tail = file.read(end - start)
    return tail.removesuffix(b"\n").rpartition(b"\n")[2]


def cut_half_line(path: Path) -> None:
    """Cut off what a killed run had written of a line: what follows the last line break.

    Whole JSON is a line all the same, saved by an editor that ends no line: half an object is none.
    """
    with path.open("rb+") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - 1))
        if not size or file.read(1) == b"\n":
            return
        tail = last_line(path)
    if _is_json(tail):
        append_line(path, b"")
    else:
        cut_back(path, size - len(tail))


def _is_json(text: bytes) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _write_all(file: io.FileIO, content: bytes) -> None:
    """Write to an unbuffered file, which may take a part only: the rest raises what is the matter."""
    left = memoryview(content)
    while left:
        left = left[file.write(left) :]


def existing(folder: Path) -> Path:
    """*folder*, or the nearest above it that is there."""
    return next(parent for parent in (folder, *folder.parents) if parent.exists())
