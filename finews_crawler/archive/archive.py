"""The archive on disk: posts, category files, the index and what was rejected. The one place that writes."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

from finews_crawler.archive.index import Index, IndexEntry
from finews_crawler.archive.locations import read_file
from finews_crawler.archive.lock import Lock
from finews_crawler.archive.plan import WritePlanner
from finews_crawler.archive.rejections import Rejections
from finews_crawler.archive.writer import PendingWrite, write_batch
from finews_crawler.articles.links import PostUrls
from finews_crawler.config.data_directory import DataDirectory
from finews_crawler.exporters.jekyll_post import render_post
from finews_crawler.items import Article, Rejection
from finews_crawler.utils.files import sweep, sync_folders, write_whole

logger = logging.getLogger(__name__)


class Lookup(NamedTuple):
    """Index entry of an article as it was at one time, attached to the article as ``archived``."""

    entry: IndexEntry | None
    generation: int
    """The archive's generation at that time."""


class Archive:
    """One data directory. Reading creates nothing; the first article or rejection creates what it needs."""

    def __init__(self, directory: DataDirectory, addresses: PostUrls) -> None:
        self.directory = directory
        self.addresses = addresses
        self.planner = WritePlanner(directory, addresses)
        self.index = Index(directory.index)
        self.rejections = Rejections(directory.rejected, self.index)
        self.lock = Lock(directory.lock)
        self._is_prepared = False
        self._generation = 0
        """Counts the writes of articles. Entries looked up in an earlier generation may be out of date."""

    def contains(self, info_code: str) -> bool:
        """Whether the article is held: its post is on disk, and its row says so."""
        return self.index.contains(info_code)

    def get(self, info_code: str) -> Article | None:
        held = self.index.get(info_code)
        return held.article if held else None

    def look_up(self, info_code: str) -> Lookup:
        """Read an article's index entry, to be attached to the article as ``archived``."""
        return Lookup(self.index.get(info_code), self._generation)

    def entry_of(self, article: Article) -> IndexEntry | None:
        """Return the article's index entry: the attached one, or a new look-up if the archive has written since.

        The write may have been of the same article, found twice in one run. Two copies within one batch would not see
        each other: ``WriteBatcher`` puts them into different batches.
        """
        found = article.archived
        if isinstance(found, Lookup) and found.generation == self._generation:
            return found.entry
        return self.index.get(article.info_code)

    def was_rejected(self, info_code: str, listing_hash: str) -> bool:
        return bool(listing_hash) and self.index.was_rejected(info_code, listing_hash)

    def prepare(self, wait_seconds: float = 0, on_wait: Callable[[str], None] | None = None) -> int:
        """Take the lock, and finish what a killed run left: how many articles that were.

        Raises Locked after *wait_seconds*, OSError or sqlite3.Error when the disk refuses. Done once; the first write
        does it where nobody did before.
        """
        if self._is_prepared:
            return 0
        self.lock.take(wait_seconds, on_wait)
        self._generation += 1  # another process may have written before the lock was taken
        self.index.migrate()
        for folder in (self.directory.posts, self.directory.categories, self.directory.retired):
            sweep(folder)
        self._is_prepared = True
        self.rejections.finish()
        return self._finish_rows()

    def _finish_rows(self) -> int:
        left = [self._rest_of(held) for held in self.index.unfinished()]
        # The killed run may have renamed without coming to sync: what is there already is to stay there, too.
        sync_folders(path for change in left for path in change.files if path.parent.is_dir())
        self.write(left)
        for change in left:
            if isinstance(change.error, IsADirectoryError):
                logger.error("%s is not finished (%s): %s", change.info_code, change.error, "move the folder away")
            elif change.error is not None:
                raise change.error
        return sum(change.error is None for change in left)

    def _rest_of(self, held: IndexEntry) -> PendingWrite:
        """What is left to do for a row whose run was killed."""
        if held.is_written:
            return PendingWrite(held, {})  # but for the removal of the post of before
        return self.planner.rewrite(held, known={held.content_hash, "" if held.previous_path else held.previous_hash})

    def write(self, changes: Sequence[PendingWrite]) -> None:
        """Write a group, and tell of what is set aside."""
        self._generation += 1
        write_batch(self.index, self.directory.root, changes)
        for change in changes:
            for path in change.set_aside if change.error is None else ():
                logger.warning("set aside: what lay at %s is %s now", change.row.post_path, path.name)

    def store(self, articles: Sequence[Article]) -> list[PendingWrite]:
        """Write a group of articles, each its post and its row; see ``group.py`` for what a kill leaves.

        A change whose ``error`` is not None is not held.
        """
        self.prepare()
        changes = [self.planner.plan(article, self.entry_of(article)) for article in articles]
        self.write(changes)
        return changes

    def restore(self, held: IndexEntry) -> bool:
        """Write an archived article's post and category file if they are missing. Return True if the post was."""
        self.prepare()
        post = self.directory.root / held.post_path
        if post.exists():
            for path, content in self.planner.category_file(held.article).items():
                write_whole(path, content)
            return False
        change = self.planner.rewrite(held)
        self.write([change])
        if change.error is not None:
            raise change.error
        return True

    def shows(self, held: IndexEntry) -> bool:
        """Return True if the post on disk, if any, is what would be written today."""
        there = read_file(self.directory.root / held.post_path)
        is_missing = there is None and held.post_as_found is None
        return is_missing or there == render_post(held.article, self.addresses)

    def reject(self, rejection: Rejection, rejected_at: datetime) -> bool:
        """Keep what was rejected, once for each answer of upstream. True when it is new."""
        self.prepare()
        return self.rejections.add(rejection, rejected_at)

    def close(self) -> None:
        self.index.close()
        self.lock.release()
