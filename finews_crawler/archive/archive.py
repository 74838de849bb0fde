"""The archive on disk: posts, category files, the index and what was rejected. The one place that writes."""

from __future__ import annotations

import dataclasses
import hashlib
import logging
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from pathlib import Path

from finews_crawler.archive.index import Index, IndexEntry
from finews_crawler.archive.locations import read_file
from finews_crawler.archive.lock import Lock
from finews_crawler.archive.rejections import Rejections
from finews_crawler.archive.writer import PendingWrite, write_batch
from finews_crawler.articles.links import PostUrls
from finews_crawler.config.data_directory import DataDirectory
from finews_crawler.content.dates import publication_day
from finews_crawler.exporters.category_file import category_name, render_category
from finews_crawler.exporters.jekyll_post import media_tag, post_name, render_post
from finews_crawler.items import Article, Rejection
from finews_crawler.posts.reader import read_post
from finews_crawler.utils.files import sweep, sync_folders, write_whole

logger = logging.getLogger(__name__)
LONGEST_NAME = 230
"""Bytes: with what is added, a file system takes it."""


class Archive:
    """One data directory. Reading creates nothing; the first article or rejection creates what it needs."""

    def __init__(self, directory: DataDirectory, addresses: PostUrls) -> None:
        self.directory = directory
        self.addresses = addresses
        self.index = Index(directory.index)
        self.rejections = Rejections(directory.rejected, self.index)
        self.lock = Lock(directory.lock)
        self._is_prepared = False

    def contains(self, info_code: str) -> bool:
        """Whether the article is held: its post is on disk, and its row says so."""
        return self.index.contains(info_code)

    def get(self, info_code: str) -> Article | None:
        held = self.index.get(info_code)
        return held.article if held else None

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
        return self.change(held, known={held.content_hash, "" if held.previous_path else held.previous_hash})

    def write(self, changes: Sequence[PendingWrite]) -> None:
        """Write a group, and tell of what is set aside."""
        write_batch(self.index, self.directory.root, changes)
        for change in changes:
            for path in change.set_aside if change.error is None else ():
                logger.warning("set aside: what lay at %s is %s now", change.row.post_path, path.name)

    def store(self, articles: Sequence[Article]) -> list[PendingWrite]:
        """Write a group of articles, each its post and its row; see ``group.py`` for what a kill leaves.

        A change whose ``error`` is not None is not held.
        """
        self.prepare()
        changes = [self.plan(article) for article in articles]
        self.write(changes)
        return changes

    def plan(self, article: Article) -> PendingWrite:
        """What is to be written for an article, given what is held of it and what lies on disk."""
        held = self.index.get(article.info_code)
        path = self._path_for(article, held)
        if held is None:
            return self.change(IndexEntry(article, path, "", self._foreign_at(path, article)))
        superseded = held.article if article.revision > held.article.revision else None
        if not article.is_refetched and (kept := self._kept(held, article)) is not None:
            row = dataclasses.replace(held, article=article, post_as_found=kept)
            return self.change(row, superseded, self._known(held))
        if path == held.post_path:
            return self._change_in_place(held, article, superseded)
        return self._change_of_place(held, article, path, superseded)

    def _change_in_place(self, held: IndexEntry, article: Article, superseded: Article | None) -> PendingWrite:
        # Bytes that were found are somebody else's, though the index knows them: they are set aside, too.
        known = self._known(held) if held.post_as_found is None else set()
        previous_hash = held.previous_hash if held.previous_path else held.content_hash
        row = IndexEntry(article, held.post_path, "", previous_path=held.previous_path, previous_hash=previous_hash)
        return self.change(row, superseded, known)

    def _change_of_place(
        self, held: IndexEntry, article: Article, path: str, superseded: Article | None
    ) -> PendingWrite:
        """The article got its medium, or its true date: one article is one post, and what was there goes."""
        old = self.directory.root / held.post_path
        there = read_file(old)
        previous_hash = content_hash(there) if there is not None else ""
        row = IndexEntry(article, path, "", self._foreign_at(path, article), held.post_path, previous_hash)
        change = self.change(row, superseded)
        if there is not None and (held.post_as_found is not None or previous_hash not in self._known(held)):
            aside = conflict_copy_path(old, there)
            change.files, change.set_aside = {aside: there, **change.files}, [*change.set_aside, aside]
        return change

    def change(self, row: IndexEntry, superseded: Article | None = None, known: Collection[str] = ()) -> PendingWrite:
        """*row* as it is to be written, with its files.

        Bytes that lie there and are not those that the index knows (*known*, their hashes) are not lost: they are set
        aside beside the post, under a name that Jekyll and readers of the folder leave alone.
        """
        content, path = self.content_of(row), self.directory.root / row.post_path
        there, aside = read_file(path), {}
        if there is not None and there != content and content_hash(there) not in known:
            aside = {conflict_copy_path(path, there): there}
        files = {**aside, path: content, **self._category_file(row.article)}
        return PendingWrite(
            dataclasses.replace(row, content_hash=content_hash(content)), files, superseded, list(aside)
        )

    def content_of(self, row: IndexEntry) -> bytes:
        """The bytes of a row's post."""
        return render_post(row.article, self.addresses) if row.post_as_found is None else row.post_as_found

    def post_path(self, article: Article, *, is_retired: bool = False) -> str:
        """Where an article's post belongs, below the data directory."""
        folder = self.directory.posts
        if is_retired and article.published_at:
            folder = self.directory.retired_folder(publication_day(article.published_at))
        return self.directory.relative(folder / post_name(article))

    def restore(self, info_code: str) -> bool:
        """Write a held article's post, and its category file, where they are missing. True for the post."""
        held = self.index.get(info_code)
        if held is None:
            return False
        self.prepare()
        post = self.directory.root / held.post_path
        if post.exists():
            for path, content in self._category_file(held.article).items():
                write_whole(path, content)
            return False
        change = self.change(held)
        self.write([change])
        if change.error is not None:
            raise change.error
        return True

    def shows(self, info_code: str) -> bool:
        """Whether the post on disk, if there is one, is what would be written today."""
        held = self.index.get(info_code)
        if held is None:
            return True
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

    def _path_for(self, article: Article, held: IndexEntry | None) -> str:
        """Where the post is to lie. One that was found under a name of its own stays there until that would change."""
        if held is None:
            return self.post_path(article)
        is_same = held.article.published_at is not None and post_name(held.article) == post_name(article)
        is_retired = self.directory.is_retired(held.post_path)
        return held.post_path if is_same else self.post_path(article, is_retired=is_retired)

    def _known(self, held: IndexEntry) -> set[str]:
        """The hashes of what we may have written at a held article's place.

        A row of version 1 has none: what lies there is taken for ours.
        """
        rendered = content_hash(render_post(held.article, self.addresses))
        there = read_file(self.directory.root / held.post_path) if not held.content_hash else None
        return {held.content_hash, rendered, content_hash(there) if there is not None else rendered}

    def _kept(self, held: IndexEntry, article: Article) -> bytes | None:
        """The bytes of a held article's post, when they are not ours to rewrite: found so, or changed by hand since."""
        path = self.directory.root / held.post_path
        there = read_file(path)
        if there is None or content_hash(there) == held.content_hash:
            return held.post_as_found
        if content_hash(there) in self._known(held) or there == render_post(article, self.addresses):
            return None
        return there if self._is_sound(path.name, there, held.article) else held.post_as_found

    def _foreign_at(self, post_path: str, article: Article) -> bytes | None:
        """The bytes of a post that lies where *article*'s belongs though no row knows it: it is not ours to rewrite."""
        path = self.directory.root / post_path
        there = read_file(path)
        if there is None or article.is_refetched or there == render_post(article, self.addresses):
            return None
        return there if self._is_sound(path.name, there, article) else None

    def _is_sound(self, name: str, content: bytes, article: Article) -> bool:
        """Whether these bytes are a post of the article, rather than what is left of one."""
        read = read_post(name, content, self.addresses).article
        if read is None or read.info_code != article.info_code:
            return False
        return bool(read.title and read.published_at and (read.body_html or read.digest))

    def _category_file(self, article: Article) -> dict[Path, bytes]:
        path = self.directory.categories / category_name(article.slug)
        return {} if path.exists() else {path: render_category(article.slug, media_tag(article.media_name))}


def content_hash(content: bytes) -> str:
    """As the index keeps it.

    >>> content_hash(b"")[:12]
    'e3b0c44298fc'
    """
    return hashlib.sha256(content).hexdigest()


def conflict_copy_path(path: Path, content: bytes) -> Path:
    """Where the bytes are kept that somebody else wrote to *path*: a name for each, so that none replaces another.

    >>> conflict_copy_path(Path("_posts/2022-05-18-NW202205182383638060.md"), b"").as_posix()
    '_posts/.2022-05-18-NW202205182383638060.md.e3b0c442.found'
    """
    name = path.name.encode()[:LONGEST_NAME].decode(errors="ignore")
    return path.with_name(f".{name}.{content_hash(content)[:8]}.found")
