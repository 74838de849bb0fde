"""The archive on disk: posts, category files, index and rejections. All writes go through this class."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeGuard

from finews_crawler.archive.entries import IndexEntry
from finews_crawler.archive.expected import ExpectedArticles
from finews_crawler.archive.index import Index
from finews_crawler.archive.locations import read_file
from finews_crawler.archive.lock import Lock
from finews_crawler.archive.rejections import Rejections
from finews_crawler.articles.links import PostUrls
from finews_crawler.config.data_directory import DataDirectory
from finews_crawler.exporters.category_file import category_name
from finews_crawler.items import Article, Rejection
from finews_crawler.utils.files import sync_folders, write_whole
from finews_crawler.utils.folders import refuse_links
from finews_crawler.utils.temporary_files import sweep

if TYPE_CHECKING:
    from finews_crawler.archive.plan import WritePlanner
    from finews_crawler.archive.writer import PendingWrite

logger = logging.getLogger(__name__)


class Lookup(NamedTuple):
    """Index entry of an article as it was at one time, attached to the article as ``archived``."""

    entry: IndexEntry | None
    generation: int
    """The archive's generation at that time."""


class Archive:
    """One data directory. Reading creates no files; the first write creates what it needs."""

    def __init__(self, directory: DataDirectory, addresses: PostUrls) -> None:
        self.directory = directory
        self.addresses = addresses
        self.index = Index(directory.index)
        self.expected = ExpectedArticles(self.index)
        self.rejections = Rejections(directory.rejected, self.index)
        self.lock = Lock(directory.lock)
        self._root, self._categories = (os.path.join(path, "") for path in (directory.root, directory.categories))  # noqa: PTH118
        self._is_prepared = False
        self._generation = 0
        """Counts the writes of articles. Entries looked up in an earlier generation may be out of date."""

    @cached_property
    def planner(self) -> WritePlanner:
        from finews_crawler.archive.plan import WritePlanner  # nine in ten runs write nothing

        return WritePlanner(self.directory, self.addresses)

    def get(self, info_code: str) -> Article | None:
        """Return an article, also with its post still to be written. Raises UnusableIndex or sqlite3.Error."""
        entry = self.index.get(info_code)
        return entry.article if entry else None

    def look_up(self, info_code: str) -> Lookup:
        """Read an article's index entry, to be attached to the article as ``archived``."""
        return Lookup(self.expected.get(info_code), self._generation)

    def entry_of(self, article: Article) -> IndexEntry | None:
        """Return the article's index entry: the attached one, or a new look-up if the archive has written since.

        Two copies within one batch would not see each other: ``WriteBatcher`` puts them into different batches.
        """
        found = article.archived
        return found.entry if self._is_current(found) else self.index.get(article.info_code)

    def _is_current(self, found: object) -> TypeGuard[Lookup]:
        return isinstance(found, Lookup) and found.generation == self._generation

    def prepare(
        self, wait_seconds: float = 0, on_wait: Callable[[str], None] | None = None, *, sweeps: bool = False
    ) -> int:
        """Take the lock and finish the writes of a killed run, once; return the number of articles finished.

        *on_wait* gets a message if the lock is taken. After a killed process, or with *sweeps*, temporary files are
        looked for, which reads the names of all posts. Raises Locked after *wait_seconds*, LockLost if the lock that
        was taken before is gone, OSError or sqlite3.Error.
        """
        if self._is_prepared:
            self.lock.check()
            return 0
        self.lock.take(wait_seconds, on_wait)
        if self.index.is_changed_by_others():  # what was read before is out of date
            self._generation += 1
            self.expected.forget_all()
        self.index.migrate()
        self._sweep(is_needed=sweeps or self.lock.is_unclean)
        self._is_prepared = True
        self.rejections.finish()
        return self._finish_writes()

    def _sweep(self, *, is_needed: bool) -> None:
        root = self.directory.root
        for folder in (self.directory.posts, self.directory.categories, self.directory.retired):
            with suppress(NotADirectoryError):
                refuse_links(folder, root=root)
            if is_needed:
                sweep(folder, root)
        if is_needed:
            with suppress(OSError):  # which a sample that cannot be written reports, and nothing else
                sweep(self.directory.samples, root)
        self.lock.mark_clean()

    def _finish_writes(self) -> int:
        changes = [self._rest_of(entry) for entry in self.index.unfinished()]
        if not changes:
            return 0
        # The killed run may have renamed files without syncing their folders, and such files are not written again.
        paths = map(Path, chain.from_iterable(change.files for change in changes))
        sync_folders(path for path in paths if path.parent.is_dir())
        self.write(changes)
        for change in changes:
            if isinstance(change.error, IsADirectoryError):
                logger.error("%s is not finished (%s): move the folder away", change.info_code, change.error)
            elif change.error is not None:
                raise change.error
        return sum(change.error is None for change in changes)

    def _rest_of(self, entry: IndexEntry) -> PendingWrite:
        """Plan the rest of an interrupted write."""
        from finews_crawler.archive.writer import PendingWrite

        if entry.is_written:
            return PendingWrite(entry, {})  # only the previous post is still to be removed
        previous_hash = "" if entry.previous_path else entry.previous_hash
        return self.planner.rewrite(entry, known={entry.content_hash, previous_hash})

    def write(self, changes: Sequence[PendingWrite]) -> None:
        """Write a batch, and log its conflict copies. Sets ``error`` of each change that fails. Raises LockLost."""
        for wait in self._write(changes):
            wait()

    def _write(self, changes: Sequence[PendingWrite]) -> Iterator[Callable[[], object]]:
        """Write by steps, see ``writer.write_steps``."""
        from finews_crawler.archive.writer import write_steps

        self.lock.check()
        self._generation += 1
        try:
            with self.lock.writing():
                yield from write_steps(self.index, self.directory.root, changes)
        finally:
            self.expected.forget(change.info_code for change in changes)
        for change in changes:
            for path in change.set_aside if change.error is None else ():
                logger.warning("set aside: the file at %s is kept as %s", change.row.post_path, path.name)

    def write_all(self, changes: Sequence[PendingWrite]) -> None:
        """Write a batch. Raises the OSError or sqlite3.Error of the first change that fails."""
        self.write(changes)
        for change in changes:
            if change.error is not None:
                raise change.error

    def store(self, articles: Sequence[Article]) -> list[PendingWrite]:
        """Write a batch of articles, each with its post; ``writer`` describes what survives a kill.

        Sets ``error`` of each change that fails. Raises Locked, LockLost, UnusableIndex, OSError or sqlite3.Error if
        none can be written, ValueError for an article without ``published_at``.
        """
        changes = self._plan(articles)
        self.write(changes)
        return changes

    async def store_in_steps(self, articles: Sequence[Article]) -> list[PendingWrite]:
        """Store as ``store`` does, while other tasks go on whenever it waits for the disk.

        For one batch at a time, and none with an article that another one is just writing: see ``WriteBatcher``.
        """
        changes = self._plan(articles)
        for wait in self._write(changes):
            await asyncio.to_thread(wait)
        return changes

    def _plan(self, articles: Sequence[Article]) -> list[PendingWrite]:
        self.prepare()
        entries = zip(articles, self._entries_of(articles), strict=True)
        return [self.planner.plan(article, entry) for article, entry in entries]

    def _entries_of(self, articles: Sequence[Article]) -> list[IndexEntry | None]:
        """Return what ``entry_of`` returns for each article, by one query."""
        outdated = [article.info_code for article in articles if not self._is_current(article.archived)]
        read = self.index.get_each(outdated) if outdated else {}
        found = ((article.info_code, article.archived) for article in articles)
        return [lookup.entry if self._is_current(lookup) else read.get(code) for code, lookup in found]

    def has_files(self, post_path: str, slug: str) -> bool:
        """Return True if an article has its post and category file: ``restore`` would write none. Raises as it does."""
        self.prepare()
        # Texts, since this is done for each article of a list, and several times faster than with objects.
        paths = f"{self._root}{post_path}", f"{self._categories}{category_name(slug)}"
        return all(map(os.path.exists, paths))

    def restore(self, entry: IndexEntry) -> bool:
        """Write an article's post and category file if missing; return True if the post was. Raises as ``reject``."""
        self.prepare()
        if (self.directory.root / entry.post_path).exists():
            if missing := self.planner.category_file(entry.article):
                with self.lock.writing():
                    for path, content in missing.items():
                        write_whole(Path(path), content, self.directory.root)
            return False
        self.write_all([self.planner.rewrite(entry)])
        return True

    def shows(self, entry: IndexEntry) -> bool:
        """Return True if the post on disk is the article's rendering, or if ``restore`` would write that."""
        from finews_crawler.exporters.jekyll_post import render_post

        there = read_file(self.directory.root / entry.post_path)
        is_missing = there is None and entry.post_as_found is None
        return is_missing or there == render_post(entry.article, self.addresses)

    def reject(self, rejection: Rejection, rejected_at: datetime) -> bool:
        """Store a rejection; return False for a known one. Raises Locked, OSError or sqlite3.Error."""
        self.prepare()
        return self.rejections.add(rejection, rejected_at)

    def close(self) -> None:
        """Close the index and release the lock."""
        self.index.close()
        self.lock.release()
