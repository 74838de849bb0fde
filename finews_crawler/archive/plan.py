"""Plans the write of an article from its index entry and from the files on disk.

A file that the archive did not write is never lost. It remains the article's post; if the article is refetched
(``refetch=1``) or the file is not a whole post, a conflict copy of it is written first. By ``PostState``:

================  ===================================  =======================
file on disk      post                                 post of a refetch
================  ===================================  =======================
missing           the index's external bytes, if any,  rendering
                  else the rendering
ours, current     rendering                            rendering
external, edited  the file                             rendering, file copied
broken            as if missing, file copied           rendering, file copied
================  ===================================  =======================

A post that keeps the file's bytes stays at its path; a rendered one goes to the path that its outlet and date give.
"""

from __future__ import annotations

import os
from collections.abc import Collection
from pathlib import Path

from finews_crawler.archive.entries import IndexEntry
from finews_crawler.archive.locations import read_file
from finews_crawler.archive.on_disk import OnDisk, conflict_copy_path, content_hash
from finews_crawler.archive.writer import PendingWrite
from finews_crawler.articles.links import PostUrls
from finews_crawler.config.data_directory import DataDirectory
from finews_crawler.content.dates import publication_day
from finews_crawler.exporters.category_file import category_name, render_category
from finews_crawler.exporters.jekyll_post import media_tag, post_name, render_post
from finews_crawler.items import Article


class WritePlanner:
    """Plans writes below one data directory. Reads files and writes none."""

    def __init__(self, directory: DataDirectory, urls: PostUrls) -> None:
        self.directory = directory
        self.urls = urls
        # Texts, since paths are made of them for each article, and several times faster than objects.
        self._root = os.path.join(directory.root, "")  # noqa: PTH118
        self._posts = f"{directory.relative(directory.posts)}/"
        self._categories = f"{self._root}{directory.relative(directory.categories)}/"

    def plan(self, article: Article, entry: IndexEntry | None) -> PendingWrite:
        """Plan the write of an article. Raises ValueError without ``published_at``, OSError for an unreadable file."""
        path = self._path_for(article, entry)
        rendered = render_post(article, self.urls)
        content = read_file(f"{self._root}{entry.post_path if entry else path}")
        if entry is None and content is None:
            return self._write(IndexEntry(article, path, ""), rendered)
        there = self._on_disk(entry.post_path if entry else path, content, entry, article, rendered)
        kept = None if article.is_refetched else there.to_keep
        if entry is None:
            return self._pending(IndexEntry(article, path, "", kept), there)
        superseded = entry.article if article.revision > entry.article.revision else None
        if kept is None and path != entry.post_path:
            return self._move(entry, path, there, superseded)
        # Until the new bytes are in place, the run that finishes a killed one may overwrite the entry's bytes.
        previous_hash = entry.previous_hash if kept is not None or entry.previous_path else entry.content_hash
        row = entry.with_fields(article=article, post_as_found=kept, previous_hash=previous_hash)
        return self._pending(row, there, superseded)

    def rewrite(self, row: IndexEntry, known: Collection[str] = ()) -> PendingWrite:
        """Plan the write of *row* as it is, with a conflict copy of the file there unless its hash is in *known*."""
        return self._over(read_file(f"{self._root}{row.post_path}"), row, self.content_of(row), known)

    def write_over(
        self, there: bytes | None, row: IndexEntry, content: bytes, known: Collection[str] = ()
    ) -> PendingWrite:
        """Plan the write that ``rewrite`` does, of a row with the post *content*, over the file *there*.

        A file that has that content is not written, nor read again to see that it still has it.
        """
        change = self._over(there, row, content, known)
        if there == content:
            del change.files[f"{self._root}{row.post_path}"]
        return change

    def _over(self, there: bytes | None, row: IndexEntry, content: bytes, known: Collection[str]) -> PendingWrite:
        is_known = there is None or there == content or content_hash(there) in known
        return self._write(row, content, None if is_known else there)

    def content_of(self, row: IndexEntry) -> bytes:
        """Return the bytes of a row's post."""
        return render_post(row.article, self.urls) if row.post_as_found is None else row.post_as_found

    def post_path(self, article: Article, *, is_retired: bool = False) -> str:
        """Return a post's path in the data directory. Raises ValueError for an article without ``published_at``."""
        if is_retired and article.published_at:
            folder = self.directory.retired_folder(publication_day(article.published_at))
            return self.directory.relative(folder / post_name(article))
        return f"{self._posts}{post_name(article)}"

    def category_file(self, article: Article) -> dict[str, bytes]:
        """Return path and bytes of the article's category file; nothing if it exists, whatever it contains."""
        path = f"{self._categories}{category_name(article.slug)}"
        if os.path.exists(path):  # noqa: PTH110
            return {}
        return {path: render_category(article.slug, media_tag(article.media_name))}

    def _path_for(self, article: Article, entry: IndexEntry | None) -> str:
        """Return the post's path. A post with a name of its own keeps it as long as the usual name would not change."""
        if entry is None:
            return self.post_path(article)
        is_same = entry.article.published_at is not None and post_name(entry.article) == post_name(article)
        is_retired = self.directory.is_retired(entry.post_path)
        return entry.post_path if is_same else self.post_path(article, is_retired=is_retired)

    def _on_disk(
        self, post_path: str, content: bytes | None, entry: IndexEntry | None, article: Article, rendered_now: bytes
    ) -> OnDisk:
        return OnDisk(self.directory.root / post_path, content, entry, article, rendered_now, self.urls)

    def _move(self, entry: IndexEntry, path: str, old: OnDisk, superseded: Article | None) -> PendingWrite:
        """Plan a write to another path: the article's outlet or date became known. The post at the old path goes."""
        new = self._on_disk(path, read_file(f"{self._root}{path}"), None, old.article, old.rendered_now)
        kept = None if old.article.is_refetched else new.to_keep
        row = IndexEntry(old.article, path, "", kept, entry.post_path, old.hash)
        change = self._pending(row, new, superseded)
        if old.content is not None and not old.may_be_lost:
            _set_aside(change, conflict_copy_path(old.path, old.content), old.content)
        return change

    def _pending(self, row: IndexEntry, there: OnDisk, superseded: Article | None = None) -> PendingWrite:
        content = there.rendered_now if row.post_as_found is None else row.post_as_found
        return self._write(row, content, None if there.may_be_lost else there.content, superseded)

    def _write(
        self, row: IndexEntry, content: bytes, to_copy: bytes | None = None, superseded: Article | None = None
    ) -> PendingWrite:
        """Return the write of a row and its files: conflict copy, post, category file, in this order."""
        path = f"{self._root}{row.post_path}"
        files = {path: content, **self.category_file(row.article)}
        change = PendingWrite(row.with_fields(content_hash=content_hash(content)), files, superseded)
        if to_copy is not None and to_copy != content:
            _set_aside(change, conflict_copy_path(Path(path), to_copy), to_copy)
        return change


def _set_aside(change: PendingWrite, path: Path, content: bytes) -> None:
    """Add a conflict copy at *path* to a change, to be written before its other files."""
    change.files = {str(path): content, **change.files}
    change.set_aside.append(path)
