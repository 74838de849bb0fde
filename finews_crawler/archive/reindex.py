"""Rebuilds the index from posts: after the index was lost, or to import posts that another program wrote.

A post keeps its bytes, whatever its format: the index stores a copy of them unless rendering reproduces them.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from finews_crawler.archive.archive import Archive
from finews_crawler.archive.index import IndexEntry
from finews_crawler.archive.locations import has_day, is_post, read_file
from finews_crawler.archive.on_disk import content_hash
from finews_crawler.archive.writer import PendingWrite
from finews_crawler.articles.derive import derive
from finews_crawler.articles.merge import HAND, merge
from finews_crawler.articles.validate import find_flaw
from finews_crawler.exporters.jekyll_post import post_name, render_post
from finews_crawler.items import Article
from finews_crawler.posts.reader import PostFormat, read_post
from finews_crawler.utils.timezone import BEIJING

BATCH = 200
FIELDS_OF_A_POST = ("title", "published_at", "media_name")
"""Fields that an edited post changes in the index; the bodies stay as the source sent them."""
OLD_FORMATS = (PostFormat.BARE_DIGEST, PostFormat.ZONED_DIGEST, PostFormat.SPACED_QUOTE, PostFormat.SHORT_DIGEST)


class PostReading(StrEnum):
    """Outcome of reading one post."""

    NEW = "new"
    """Its article was added to the index."""
    CHANGED = "changed"
    """The index entry was updated from the post, or with its path."""
    UNCHANGED = "unchanged"
    DUPLICATE = "duplicate"
    """The article has another post; this one is ignored."""
    OTHER = "other"
    """Not meant to be an article: a notice of the site's own, a README."""
    UNREADABLE = "unreadable"
    """Contains no article that can be parsed; ignored."""


@dataclass(frozen=True)
class Read:
    """A file, and the outcome of reading it."""

    path: Path
    reading: PostReading
    detail: str = ""
    is_as_found: bool = False
    """True if the post keeps bytes that differ from today's rendering."""


@dataclass(frozen=True)
class FoundPost:
    """A post that contains an article."""

    article: Article
    content: bytes
    form: PostFormat
    post_path: str
    """Path in the archive, relative to the data directory."""
    is_in_archive: bool
    """True if the file is at that path already, False if it is imported."""


class Reindex:
    """Reads posts into an index. Dates after *now* are flaws; *modernise* rewrites posts of old formats."""

    def __init__(self, archive: Archive, now: datetime, *, modernise: bool = False) -> None:
        self.archive = archive
        self.now = now
        self.modernise = modernise
        self._batch: dict[str, PendingWrite] = {}

    def read(self, paths: Iterable[Path]) -> Iterator[Read]:
        """Read each post. Raises Locked, OSError or sqlite3.Error if the archive cannot be written."""
        for path in dict.fromkeys(paths):
            yield self._read_file(path)
            if len(self._batch) >= BATCH:
                self._write()
        self._write()

    def _read_file(self, path: Path) -> Read:
        try:
            content = read_file(path)
            path.name.encode()
        except (OSError, UnicodeEncodeError) as error:
            return Read(path, PostReading.UNREADABLE, getattr(error, "strerror", None) or "its name is not UTF-8")
        return Read(path, PostReading.UNREADABLE, "not a file") if content is None else self._read_post(path, content)

    def _read_post(self, path: Path, content: bytes) -> Read:
        post_path = self._path_in_archive(path)
        owner = self.archive.index.owner_of(post_path) if post_path and not self.modernise else None
        if owner and owner.content_hash == content_hash(content):
            return Read(path, PostReading.UNCHANGED, is_as_found=owner.is_as_found)
        post = read_post(path.name, content, self.archive.addresses)
        if post.article is None:
            is_other = post.form is PostFormat.NOTICE or not has_day(path.name)
            return Read(path, PostReading.OTHER if is_other else PostReading.UNREADABLE, post.problem)
        article, _ = derive(post.article, self.archive.addresses)
        if missing := _missing_part(article):
            return Read(path, PostReading.UNREADABLE, post.problem or missing)
        article.first_seen_at = datetime.fromtimestamp(path.stat().st_mtime, BEIJING).replace(microsecond=0)
        # A post with only a digest lacks the body: it is fetched when a list next contains the article.
        article.is_stand_in = not article.has_body
        found = FoundPost(
            article, content, post.form, post_path or self._import_path(path, article), post_path is not None
        )
        reading, detail = self._take(found)
        entry = self._entry(article.info_code)
        return Read(path, reading, detail, bool(entry and entry.post_as_found is not None))

    def _path_in_archive(self, path: Path) -> str | None:
        """Return the path of a post of this archive, relative to the data directory; None for another file."""
        directory = self.archive.directory
        for folder in (directory.posts, directory.retired):
            if path.resolve().is_relative_to(folder.resolve()):
                return directory.relative(folder / path.resolve().relative_to(folder.resolve()))
        return None

    def _import_path(self, path: Path, article: Article) -> str:
        """Return the path of an imported post: under its own name if Jekyll accepts that, else under the usual one."""
        directory = self.archive.directory
        day = f"{article.published_at:%Y-%m-%d}-"
        name = path.name if path.name.startswith(day) and is_post(path) else post_name(article)
        return directory.relative(directory.posts / name)

    def _take(self, found: FoundPost) -> tuple[PostReading, str]:
        entry = self._entry(found.article.info_code)
        if entry is None:
            return self._take_new(found)
        if entry.post_path == found.post_path:
            return self._take_again(entry, found)
        owner = self.archive.index.owner_of(found.post_path)
        if owner:
            return PostReading.DUPLICATE, f"its path belongs to {owner.info_code} in the index: reindex once more"
        is_pending = found.article.info_code in self._batch
        if found.is_in_archive and not is_pending and self._file(entry.post_path) is None:
            moved = dataclasses.replace(entry, post_path=found.post_path)
            return self._put(moved, found, PostReading.CHANGED, "moved here")
        if found.is_in_archive and not entry.article.media_name and found.article.media_name:
            # The rolling list's copy sorts first by name, but the outlet's copy is the article's post.
            merged, _ = derive(merge(entry.article, found.article), self.archive.addresses)
            row = dataclasses.replace(entry, article=merged, post_path=found.post_path)
            return self._put(row, found, PostReading.DUPLICATE, f"replaces {entry.post_path}, the rolling list's copy")
        return PostReading.DUPLICATE, f"the article's post is {entry.post_path}"

    def _take_new(self, found: FoundPost) -> tuple[PostReading, str]:
        if self._is_taken(found.post_path, found):
            return PostReading.DUPLICATE, f"{found.post_path} exists with other content"
        return self._put(IndexEntry(found.article, found.post_path, ""), found, PostReading.NEW, "")

    def _take_again(self, entry: IndexEntry, found: FoundPost) -> tuple[PostReading, str]:
        there = self._file(found.post_path)
        if there is None and not found.is_in_archive:
            return PostReading.DUPLICATE, f"{entry.post_path} is in the index, but missing: scrapy rebuild writes it"
        if there != found.content:
            return PostReading.DUPLICATE, f"{entry.post_path} exists with other content"
        if entry.content_hash in ("", content_hash(found.content)):
            if self._is_to_modernise(entry, found) or not entry.content_hash:
                return self._put(entry, found, PostReading.CHANGED, "")
            return PostReading.UNCHANGED, ""
        # Edited: the fields of the post take precedence over the lists from now on.
        edited = _with_fields_of_post(entry.article, found.article)
        is_rendered = found.content == render_post(edited, self.archive.addresses)
        row = dataclasses.replace(entry, article=edited, post_as_found=None if is_rendered else found.content)
        self._batch[found.article.info_code] = self.archive.planner.rewrite(row)
        return PostReading.CHANGED, ""

    def _is_to_modernise(self, row: IndexEntry, found: FoundPost) -> bool:
        return self.modernise and found.form in OLD_FORMATS and find_flaw(row.article, self.now) is None

    def _put(self, row: IndexEntry, found: FoundPost, reading: PostReading, detail: str) -> tuple[PostReading, str]:
        """Add a row to the batch. Its post keeps its bytes, unless it must be modernised."""
        known = content_hash(found.content)
        if self._is_to_modernise(row, found):
            is_retired = self.archive.directory.is_retired(found.post_path)
            path = self.archive.planner.post_path(row.article, is_retired=is_retired)
            if path != found.post_path and self._is_taken(path, found):
                return PostReading.DUPLICATE, f"{path} exists with other content"
            previous = found.post_path if found.is_in_archive and path != found.post_path else ""
            row = dataclasses.replace(row, post_path=path, previous_path=previous, post_as_found=None)
        else:
            rendered = render_post(row.article, self.archive.addresses)
            row = dataclasses.replace(row, post_as_found=None if found.content == rendered else found.content)
        row = dataclasses.replace(row, previous_hash=known)
        self._batch[row.article.info_code] = self.archive.planner.rewrite(row, known={known})
        return reading, detail

    def _is_taken(self, post_path: str, found: FoundPost) -> bool:
        """Return True if another article's post has this path, or the file there has other bytes."""
        is_pending = any(change.row.post_path == post_path for change in self._batch.values())
        is_owned = is_pending or self.archive.index.owner_of(post_path) is not None
        return is_owned or self._file(post_path) not in (None, found.content)

    def _file(self, post_path: str) -> bytes | None:
        return read_file(self.archive.directory.root / post_path)

    def _entry(self, info_code: str) -> IndexEntry | None:
        pending = self._batch.get(info_code)
        return pending.row if pending else self.archive.index.get(info_code)

    def _write(self) -> None:
        changes, self._batch = list(self._batch.values()), {}
        self.archive.write_all(changes)


def _missing_part(article: Article) -> str:
    """Return the part that every article needs and this one lacks, or ''."""
    needed = {"title": article.title, "date": article.published_at, "body": article.body_html or article.digest}
    return next((f"no {name}" for name, value in needed.items() if not value), "")


def _with_fields_of_post(archived: Article, in_post: Article) -> Article:
    """Return the archived article with the fields that its edited post changed."""
    edited = {name: value for name in FIELDS_OF_A_POST if (value := getattr(in_post, name)) != getattr(archived, name)}
    return dataclasses.replace(archived, **edited, origins={**archived.origins, **dict.fromkeys(edited, HAND)})
