"""Where everything lies below the data directory: the one path-maker."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from finews_crawler.exceptions import ArchiveNotWritable


@dataclass(frozen=True)
class DataDirectory:
    """The folders and files of one archive.

    >>> DataDirectory(Path("data")).posts.as_posix()
    'data/site/_posts'
    """

    root: Path

    @property
    def site(self) -> Path:
        """The Jekyll site: posts, category files and the theme."""
        return self.root / "site"

    @property
    def posts(self) -> Path:
        return self.site / "_posts"

    @property
    def categories(self) -> Path:
        return self.site / "category"

    @property
    def built_site(self) -> Path:
        """The site as it is served: a link to one of the two trees of ``site_build``."""
        return self.root / "_site"

    @property
    def site_build(self) -> Path:
        """What a build keeps for the next one."""
        return self.root / "site-build"

    @property
    def cache(self) -> Path:
        """What may be removed at any time: the next run asks for a little more."""
        return self.root / "cache"

    @property
    def feeds(self) -> Path:
        """Exports, each in a folder of its own."""
        return self.root / "feeds"

    @property
    def retired(self) -> Path:
        """Posts that left the site; beside it, since Jekyll would take them for pages."""
        return self.root / "old_post"

    @property
    def index(self) -> Path:
        return self.root / "index.sqlite"

    @property
    def rejected(self) -> Path:
        return self.root / "rejected.jsonl"

    @property
    def samples(self) -> Path:
        """Answers in a shape that no parser knows."""
        return self.root / "samples"

    @property
    def log(self) -> Path:
        """Where scheduled crawls write their log, unless FINEWS_LOG_FILE names another place."""
        return self.root / "log" / "crawl.jsonl"

    @property
    def lock(self) -> Path:
        return self.root / "lock"

    def relative(self, path: Path) -> str:
        """A path below the data directory, as the index keeps it.

        >>> DataDirectory(Path("data")).relative(Path("data/site/_posts/2022-05-18-NW202205182383638060.md"))
        'site/_posts/2022-05-18-NW202205182383638060.md'
        """
        return path.relative_to(self.root).as_posix()

    def retired_folder(self, day: date) -> Path:
        """Where the posts of a month lie once they are retired.

        >>> DataDirectory(Path("data")).retired_folder(date(2022, 5, 18)).as_posix()
        'data/old_post/2022/05'
        """
        return self.retired / f"{day:%Y}" / f"{day:%m}"

    def is_retired(self, post_path: str) -> bool:
        """Whether a post of the index has left the site."""
        return post_path.startswith(f"{self.retired.name}/")

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
