"""Where everything lies below the data directory: the one path-maker."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path


class ArchiveNotWritable(Exception):
    """The data directory cannot be written; the message says which and what to do."""


@dataclass(frozen=True)
class DataDirectory:
    """The folders and files of one archive.

    >>> DataDirectory(Path("data")).posts.as_posix()
    'data/site/_posts'
    """

    root: Path

    @property
    def posts(self) -> Path:
        return self.root / "site" / "_posts"

    @property
    def categories(self) -> Path:
        return self.root / "site" / "category"

    @property
    def index(self) -> Path:
        return self.root / "index.sqlite"

    @property
    def rejected(self) -> Path:
        return self.root / "rejected.jsonl"

    def check_writable(self) -> None:
        """Raise ArchiveNotWritable when a run could not write here. Nothing is created: a run may find no news."""
        for folder in (self.root, self.posts, self.categories):
            existing = next(parent for parent in (folder, *folder.parents) if parent.exists())
            if not existing.is_dir():
                raise ArchiveNotWritable(f"{existing} is not a folder: set FINEWS_DATA_DIR to one")
            if not os.access(existing, os.W_OK | os.X_OK):
                raise ArchiveNotWritable(f"no permission to write in {existing}: give it, or set FINEWS_DATA_DIR")
        for file in (self.index, self.rejected):
            if file.exists() and not (file.is_file() and os.access(file, os.R_OK | os.W_OK)):
                raise ArchiveNotWritable(f"no permission to write {file}: give it, or set FINEWS_DATA_DIR")
