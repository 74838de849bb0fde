"""Folders as descriptors, so that no symbolic link is followed where a file is written, truncated or removed.

Symbolic links in the path *to* the root of a tree belong to the user: a data directory may be a link to another disk.
A link *below* the root was not made by this package, and may lead to files that are not ours. All functions raise
OSError, with ``ELOOP`` for such a link. Without *root*, only the last component is checked.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

NEW_FILE_MODE = 0o666
AS_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
LINK = "a symbolic link is in the place of a file or folder"
NOT_REGULAR = "something other than a file is in the place of a file"


def link_error(path: Path) -> OSError:
    """Return the error for *path*, a symbolic link in the place of a file or folder of an archive."""
    return OSError(errno.ELOOP, LINK, str(path))


@contextmanager
def open_folder(folder: Path, root: Path | None = None, *, create: bool = False) -> Iterator[int]:
    """Open *folder*, which is *root* or below it, for the functions of ``os`` that take ``dir_fd``.

    With *create*, missing folders are created below the root, and their entries synced: without that, a power failure
    can lose a synced file.
    """
    descriptor = folder_descriptor(folder, root, create=create)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def folder_descriptor(folder: Path, root: Path | None = None, *, create: bool = False) -> int:
    """Return the descriptor of ``open_folder``, which the caller must close."""
    root = folder if root is None else root
    descriptor, path = os.open(root, AS_FOLDER), root
    try:
        for name in folder.relative_to(root).parts:
            path /= name
            descriptor = _step(descriptor, name, path, create=create)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def _step(parent: int, name: str, path: Path, *, create: bool) -> int:
    """Return the subfolder's descriptor, and close its parent's. On an error, the parent's stays open."""
    if create:
        with suppress(FileExistsError):
            os.mkdir(name, dir_fd=parent)
            os.fsync(parent)
    try:
        descriptor = os.open(name, AS_FOLDER | os.O_NOFOLLOW, dir_fd=parent)
    except OSError as error:
        # With O_DIRECTORY, Linux reports a link as ENOTDIR rather than ELOOP.
        raise (link_error(path) if _is_link(name, parent) else located(error, path)) from None
    os.close(parent)
    return descriptor


def open_file(path: Path, flags: int, root: Path | None = None, *, create_folders: bool = False) -> int:
    """Open a regular file, with ``os.open``'s *flags*; return its descriptor."""
    with open_folder(path.parent, root, create=create_folders) as folder:
        return open_at(path, folder, flags)


def open_at(path: Path, folder: int, flags: int) -> int:
    """Open a regular file in a folder that is open; return its descriptor."""
    try:
        # Opening a FIFO would wait for its other end.
        flags |= os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        descriptor = os.open(path.name, flags, NEW_FILE_MODE, dir_fd=folder)
    except OSError as error:
        raise (link_error(path) if error.errno == errno.ELOOP else located(error, path)) from None
    mode = os.fstat(descriptor).st_mode
    if stat.S_ISREG(mode):
        return descriptor
    os.close(descriptor)
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, "a folder is in the place of a file", str(path))
    raise OSError(errno.EEXIST, NOT_REGULAR, str(path))


def remove_file(path: Path, root: Path | None = None) -> bool:
    """Remove a file, or a link itself; return False if it does not exist, also for want of its folder."""
    try:
        with open_folder(path.parent, root) as folder:
            os.unlink(path.name, dir_fd=folder)
    except FileNotFoundError:
        return False
    return True


def rename(source: Path, target: Path, root: Path | None = None) -> None:
    """Rename *source* to *target*, replacing it atomically, also if it is a link. Both are below *root*."""
    with open_folder(source.parent, root) as origin, open_folder(target.parent, root) as folder:
        try:
            os.replace(source.name, target.name, src_dir_fd=origin, dst_dir_fd=folder)
        except OSError as error:
            raise located(error, target) from None


def refuse_links(*paths: Path, root: Path | None = None) -> None:
    """Raise OSError if a path, or a folder between it and *root*, is a link; missing paths and *root* are permitted."""
    for path in paths:
        if path == root:
            continue
        if path.is_symlink():
            raise link_error(path)
        with suppress(FileNotFoundError), open_folder(path.parent, root):
            pass


def _is_link(name: str, folder: int) -> bool:
    try:
        return stat.S_ISLNK(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode)
    except OSError:
        return False


def located(error: OSError, path: Path | str) -> OSError:
    """Return *error* with the whole path: relative to a descriptor, it has the name only."""
    return OSError(error.errno, error.strerror, str(Path(path)))
