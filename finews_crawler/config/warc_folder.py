"""The folder of the WARC files, looked at before the first request."""

from __future__ import annotations

import os
from pathlib import Path


def check_writable(folder: Path) -> None:
    """Raise OSError, with what to do, when no file could be written in *folder*. Nothing is created."""
    existing = next(parent for parent in (folder.absolute(), *folder.absolute().parents) if parent.exists())
    if not existing.is_dir():
        raise NotADirectoryError(f"{existing} is not a folder: name another")
    if not os.access(existing, os.W_OK | os.X_OK):
        raise PermissionError(f"no permission to write in {existing}: give it, or name another folder")
