"""The archive on disk: posts, category files, the index and what was rejected. The one place that writes."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from finews_crawler.archive.files import sweep, write_whole
from finews_crawler.archive.group import Change, write_group
from finews_crawler.archive.index import Held, Index
from finews_crawler.archive.lock import Lock
from finews_crawler.archive.paths import DataDirectory
from finews_crawler.archive.rejections import Rejections
from finews_crawler.exporters.category_file import category_name, render_category
from finews_crawler.exporters.jekyll_post import PostAddresses, media_tag, post_name, render_post
from finews_crawler.items import Article, Rejection
from finews_crawler.text.dates import publication_day


class Archive:
    """One data directory. Reading creates nothing; the first article or rejection creates what it needs."""

    def __init__(self, directory: DataDirectory, addresses: PostAddresses) -> None:
        self.directory = directory
        self.addresses = addresses
        self.index = Index(directory.index)
        self.rejections = Rejections(directory.rejected, self.index)
        self.lock = Lock(directory.lock)
        self._is_prepared = False

    def holds(self, info_code: str) -> bool:
        """Whether the article is held: its post is on disk, and its row says so."""
        return self.index.holds(info_code)

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
        for folder in (self.directory.posts, self.directory.categories, *self.directory.retired.glob("*/*")):
            sweep(folder)
        self._is_prepared = True
        self.rejections.finish()
        left = [self.change(held) for held in self.index.unfinished()]
        write_group(self.index, self.directory.root, left)
        for change in left:
            if change.error is not None:
                raise change.error
        return len(left)

    def store(self, articles: Sequence[Article]) -> list[Change]:
        """Write a group of articles, each its post and its row; see ``group.py`` for what a kill leaves.

        A change whose ``error`` is not None is not held.
        """
        self.prepare()
        changes = [self.plan(article) for article in articles]
        write_group(self.index, self.directory.root, changes)
        return changes

    def plan(self, article: Article) -> Change:
        """What is to be written for an article, given what is held of it."""
        held = self.index.get(article.info_code)
        path = self.post_path(article, is_retired=held is not None and self.directory.is_retired(held.post_path))
        if held is None:
            return self.change(Held(article, path, "", self._found_at(path, article)))
        superseded = held.article if article.revision > held.article.revision else None
        if held.post_as_found is not None and _bodies(article) == _bodies(held.article):
            # Found, not written here: it stays as it is until a body is fetched anew, which somebody has to ask for.
            return self.change(dataclasses.replace(held, article=article), superseded)
        if held.post_path == path:
            return self.change(Held(article, path, "", previous_path=held.previous_path), superseded)
        return self.change(Held(article, path, "", self._found_at(path, article), held.post_path), superseded)

    def change(self, row: Held, superseded: Article | None = None) -> Change:
        """*row* as it is to be written, with its files."""
        content = self.content_of(row)
        files = {self.directory.root / row.post_path: content, **self._category_file(row.article)}
        return Change(dataclasses.replace(row, content_hash=content_hash(content)), files, superseded)

    def content_of(self, row: Held) -> bytes:
        """The bytes of a row's post."""
        return render_post(row.article, self.addresses) if row.post_as_found is None else row.post_as_found

    def post_path(self, article: Article, *, is_retired: bool = False) -> str:
        """Where an article's post belongs, below the data directory."""
        folder = self.directory.posts
        if is_retired and article.published_at:
            folder = self.directory.retired_folder(publication_day(article.published_at))
        return self.directory.relative(folder / post_name(article))

    def restore(self, info_code: str) -> bool:
        """Write a held article's post, and its category file, where they are missing or differ. True for the post."""
        held = self.index.get(info_code)
        if held is None:
            return False
        self.prepare()
        change = self.change(held)
        written = [path for path, content in change.files.items() if write_whole(path, content)]
        return self.directory.root / held.post_path in written

    def reject(self, rejection: Rejection, rejected_at: datetime) -> bool:
        """Keep what was rejected, once for each answer of upstream. True when it is new."""
        self.prepare()
        return self.rejections.add(rejection, rejected_at)

    def close(self) -> None:
        self.index.close()
        self.lock.release()

    def _found_at(self, post_path: str, article: Article) -> bytes | None:
        """The bytes of a post that lies where *article*'s belongs though no row knows it: it is not ours to rewrite."""
        path = self.directory.root / post_path
        content = path.read_bytes() if path.is_file() else None
        return None if content == render_post(article, self.addresses) else content

    def _category_file(self, article: Article) -> dict[Path, bytes]:
        path = self.directory.categories / category_name(article.slug)
        return {} if path.exists() else {path: render_category(article.slug, media_tag(article.media_name))}


def content_hash(content: bytes) -> str:
    """As the index keeps it.

    >>> content_hash(b"")[:12]
    'e3b0c44298fc'
    """
    return hashlib.sha256(content).hexdigest()


def _bodies(article: Article) -> tuple[str, str]:
    return article.text_html, article.content_html

