"""Paths of all files and folders below the data directory."""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import date
from pathlib import Path
from shlex import quote

from finews_crawler.exceptions import ArchiveNotWritable, UnusableIndex
from finews_crawler.utils.files import existing

POSTS_OF_ARTICLES = f"????-??-??-*{'[0-9]' * 18}.md"
"""Names of posts with an infoCode; a site may have posts of its own."""


class DataDirectory:
    """The folders and files of one archive.

    >>> DataDirectory(Path("data")).posts.as_posix()
    'data/site/_posts'
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.site = root / "site"
        """Jekyll source of the site: posts, category files and the theme."""
        self.posts = self.site / "_posts"
        self.categories = self.site / "category"
        self.built_site = root / "_site"
        """The built site: a symbolic link to one of the two releases in ``site_build``."""
        self.site_build = root / "site-build"
        """State of the last build, for the next one."""
        self.cache = root / "cache"
        """Files that may be removed at any time: the next run then sends a few more requests."""
        self.robots = self.cache / "robots"
        """Copies of robots.txt, one for each host."""
        self.feeds = root / "feeds"
        """Exports, one folder for each format."""
        self.retired = root / "old_post"
        """Posts that left the site; outside of it, because Jekyll would build them as pages."""
        self.images = root / "images"
        """Pictures of articles, of ``finews images``."""
        self.image_table = root / "images.sqlite"
        """What is known of each URL of a picture."""
        self.image_lock = root / "images.lock"
        """Lock of ``finews images``: it runs for hours, beside crawls."""
        self.index = root / "index.sqlite"
        self.rejected = root / "rejected.jsonl"
        self.samples = root / "samples"
        """Responses that no parser understands."""
        self.log = root / "log" / "crawl.jsonl"
        """Log of scheduled crawls, unless FINEWS_LOG_FILE is set."""
        self.lock = root / "lock"

    def relative(self, path: Path) -> str:
        """Return a path relative to the data directory, as the index has it.

        >>> DataDirectory(Path("data")).relative(Path("data/site/_posts/2022-05-18-NW202205182383638060.md"))
        'site/_posts/2022-05-18-NW202205182383638060.md'
        """
        return path.relative_to(self.root).as_posix()

    def retired_folder(self, day: date) -> Path:
        """Return the folder of the retired posts of a month.

        >>> DataDirectory(Path("data")).retired_folder(date(2022, 5, 18)).as_posix()
        'data/old_post/2022/05'
        """
        return self.retired / f"{day:%Y}" / f"{day:%m}"

    def is_retired(self, post_path: str) -> bool:
        return post_path.startswith(f"{self.retired.name}/")

    @property
    def lacks_index(self) -> bool:
        """True if there is no index, or an empty file instead of it. Raises OSError."""
        return not self.index.exists() or (self.index.is_file() and not self.index.stat().st_size)

    def check_index(self) -> None:
        """Raise UnusableIndex for posts of articles without an index, or with an empty file, which was lost.

        It would read like that of an empty archive, and a crawl would request every article again.
        """
        with suppress(OSError):  # a folder that cannot be read: opening the index reports that
            posts = filter(Path.is_file, self.posts.glob(POSTS_OF_ARTICLES))
            if self.lacks_index and next(posts, None):
                root = self.root.absolute()
                hint = f"rebuild it with finews reindex {quote(str(root))}"
                raise UnusableIndex(f"{root} has posts, but no index: {hint}")

    def check_writable(self) -> None:
        """Raise ArchiveNotWritable if a run cannot write here. Creates nothing: a run may find no news."""
        for folder in (self.root, self.posts, self.categories):
            parent = existing(folder)
            if not parent.is_dir():
                raise ArchiveNotWritable(f"{parent} is not a folder: set FINEWS_DATA_DIR to one")
            if not os.access(parent, os.W_OK | os.X_OK):
                raise ArchiveNotWritable(f"no permission to write in {parent}: give it, or set FINEWS_DATA_DIR")
        for file in (self.index, self.rejected):
            if file.exists() and not (file.is_file() and os.access(file, os.R_OK | os.W_OK)):
                raise ArchiveNotWritable(f"no permission to write {file}: give it, or set FINEWS_DATA_DIR")
