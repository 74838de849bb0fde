"""Temporary files of atomic writes, which a killed process leaves, and a disk that refuses to remove them."""

from __future__ import annotations

import os
import re
import time
from contextlib import suppress
from pathlib import Path

from finews_crawler.utils.folders import refuse_links

SUFFIX = ".part"
NAME = re.compile(rf"\.[0-9a-f]{{9,}}{re.escape(SUFFIX)}")
"""Names that ``files.Staging`` makes."""
DAY = 24 * 60 * 60
_left: set[Path] = set()


def is_temporary(name: str) -> bool:
    return name.startswith(".") and name.endswith(SUFFIX)


def note_left(path: Path) -> None:
    """Note that this process could not remove the temporary file at *path*."""
    _left.add(path)


def has_left(root: Path) -> bool:
    """Return True if this process could not remove a temporary file below *root*."""
    return any(path.is_relative_to(root) for path in _left)


def sweep(folder: Path, root: Path | None = None) -> None:
    """Remove the temporary files of a killed run from *folder* and its subfolders. The caller must hold the lock.

    Raises OSError for a *folder* that is a link, or has one between it and *root*.
    """
    with suppress(FileNotFoundError, NotADirectoryError):
        refuse_links(folder, root=root)
        for path, _, names, descriptor in os.fwalk(folder):
            for name in names:
                if is_temporary(name):
                    os.unlink(name, dir_fd=descriptor)
                    _left.discard(Path(path, name))


def sweep_old(folder: Path) -> None:
    """Remove ours from a folder of the user, or without a lock, if a day old: others may be writing now.

    It does not raise: they do no harm.
    """
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if NAME.fullmatch(entry.name) and entry.stat(follow_symlinks=False).st_mtime < time.time() - DAY:
                with suppress(OSError):
                    Path(entry.path).unlink()
