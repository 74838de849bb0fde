"""The index from posts: after it was lost, or to bring in an archive that something else wrote.

A post is kept as it is, in whatever form it stands: the index remembers the bytes that today's form would not give.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from pathlib import Path

from finews_crawler.archive.archive import Archive, content_hash
from finews_crawler.archive.group import Change, write_group
from finews_crawler.archive.index import Held
from finews_crawler.exporters.jekyll_post import post_name, render_post
from finews_crawler.items import Article
from finews_crawler.merging import POST, merge
from finews_crawler.pipelines.clean import derive
from finews_crawler.pipelines.validate import find_flaw
from finews_crawler.posts.places import has_day, is_post
from finews_crawler.posts.reader import PostForm, read_post
from finews_crawler.text.dates import BEIJING

GROUP = 200
TOLD_BY_A_POST = ("title", "published_at", "media_name")


class Reading(str, Enum):
    """What became of a post that was read."""

    NEW = "new"
    """Its article has a row now."""
    CHANGED = "changed"
    """The row says now what the post says, or where it is."""
    UNCHANGED = "unchanged"
    DUPLICATE = "duplicate"
    """The article's post is another one; this one is left where it is."""
    OTHER = "other"
    """No article, and not meant to be one: a notice of the site's own, a README."""
    UNREADABLE = "unreadable"
    """No article can be read from it; left where it is."""


@dataclass(frozen=True)
class Read:
    """One post, and what became of it."""

    path: Path
    reading: Reading
    detail: str = ""
    form: PostForm = PostForm.UNKNOWN_FORM
    is_as_found: bool = False
    """Kept in a form that is not today's."""


class Reindex:
    """Reads posts into the index of an archive that is open to write."""

    def __init__(self, archive: Archive, now: datetime, *, modernise: bool = False) -> None:
        self.archive = archive
        self.now = now
        self.modernise = modernise
        self._group: dict[str, Change] = {}

    def read(self, paths: Iterable[Path]) -> Iterator[Read]:
        """Read each post. Raises OSError or sqlite3.Error when the archive cannot be written."""
        for path in paths:
            yield self._read_one(path)
            if len(self._group) >= GROUP:
                self._write()
        self._write()

    def _read_one(self, path: Path) -> Read:
        content = path.read_bytes()
        place = self._place(path)
        owner = self.archive.index.owner_of(place) if place and not self.modernise else None
        if owner and owner.content_hash == content_hash(content):
            return Read(path, Reading.UNCHANGED, is_as_found=owner.is_as_found)
        post = read_post(path.name, content, self.archive.addresses)
        if post.article is None:
            is_other = post.form is PostForm.NOTICE or not has_day(path.name)
            return Read(path, Reading.OTHER if is_other else Reading.UNREADABLE, post.problem, post.form)
        article, _ = derive(post.article, self.archive.addresses)
        if not (article.title and article.published_at):
            why = post.problem or f"no {'title' if article.published_at else 'date'}"
            return Read(path, Reading.UNREADABLE, why, post.form)
        article.first_seen_at = datetime.fromtimestamp(path.stat().st_mtime, BEIJING).replace(microsecond=0)
        reading, detail = self._take(article, place or self._place_for(path, article), content)
        row = self._held(article.info_code)
        return Read(path, reading, detail, post.form, bool(row and row.post_as_found is not None))

    def _place(self, path: Path) -> str | None:
        """Where a post of this archive lies; None for one from elsewhere."""
        directory = self.archive.directory
        for folder in (directory.posts, directory.retired):
            if path.resolve().is_relative_to(folder.resolve()):
                return directory.relative(folder / path.resolve().relative_to(folder.resolve()))
        return None

    def _place_for(self, path: Path, article: Article) -> str:
        """Where a post from elsewhere is to lie: among the posts, under a name that Jekyll takes."""
        directory = self.archive.directory
        day = f"{article.published_at:%Y-%m-%d}-"
        name = path.name if path.name.startswith(day) and is_post(path) else post_name(article)
        return directory.relative(directory.posts / name)

    def _take(self, article: Article, target: str, content: bytes) -> tuple[Reading, str]:
        held = self._held(article.info_code)
        if held is None:
            return self._take_new(article, target, content)
        if held.post_path == target:
            return self._take_again(held, article, content)
        if not (self.archive.directory.root / held.post_path).exists() and self._lies_at(target):
            self._put(dataclasses.replace(held, post_path=target), content)
            return Reading.CHANGED, f"it lay at {held.post_path}"
        if not held.article.media_name and article.media_name and self._lies_at(target):
            # The rolling list's copy came first, by name: the medium's is the article's post, and says what it says.
            both, _ = derive(merge(held.article, article), self.archive.addresses)
            self._put(dataclasses.replace(held, article=both, post_path=target), content)
            return Reading.DUPLICATE, f"of {held.post_path}, which is the rolling list's"
        return Reading.DUPLICATE, f"the article's post is {held.post_path}"

    def _take_new(self, article: Article, target: str, content: bytes) -> tuple[Reading, str]:
        owner = self.archive.index.owner_of(target)
        path = self.archive.directory.root / target
        if owner or (path.is_file() and path.read_bytes() != content):
            return Reading.DUPLICATE, f"{target} is there already, and is not the same"
        self._put(Held(article, target, ""), content)
        return Reading.NEW, ""

    def _take_again(self, held: Held, article: Article, content: bytes) -> tuple[Reading, str]:
        if not self._lies_at(held.post_path, content):
            return Reading.DUPLICATE, f"{held.post_path} is there already, and is not the same"
        is_known = held.content_hash == content_hash(content)
        if is_known and not (self.modernise and held.post_as_found is not None):
            return Reading.UNCHANGED, ""
        self._put(dataclasses.replace(held, article=_as_told(held.article, article)), content)
        return Reading.CHANGED, ""

    def _lies_at(self, target: str, content: bytes | None = None) -> bool:
        """Whether a file, with this content, is at its place in the archive, rather than to be brought in."""
        path = self.archive.directory.root / target
        return path.is_file() and (content is None or path.read_bytes() == content)

    def _put(self, row: Held, content: bytes) -> None:
        """Write a row, with the post as it was found unless it is to be written anew."""
        rendered = render_post(row.article, self.archive.addresses)
        if self.modernise and find_flaw(row.article, self.now) is None:
            is_retired = self.archive.directory.is_retired(row.post_path)
            path = self.archive.post_path(row.article, is_retired=is_retired)
            previous = row.post_path if path != row.post_path else ""
            row = dataclasses.replace(row, post_path=path, post_as_found=None, previous_path=previous)
        else:
            row = dataclasses.replace(row, post_as_found=None if content == rendered else content)
        self._group[row.article.info_code] = self.archive.change(row)

    def _held(self, info_code: str) -> Held | None:
        waiting = self._group.get(info_code)
        return waiting.row if waiting else self.archive.index.get(info_code)

    def _write(self) -> None:
        changes, self._group = list(self._group.values()), {}
        write_group(self.archive.index, self.archive.directory.root, changes)
        for change in changes:
            if change.error is not None:
                raise change.error


def _as_told(held: Article, article: Article) -> Article:
    """*held* with what its post says now; the bodies stay as upstream sent them."""
    told = {name: value for name in TOLD_BY_A_POST if (value := getattr(article, name)) != getattr(held, name)}
    return dataclasses.replace(held, **told, origins={**held.origins, **dict.fromkeys(told, POST)})
