"""The index from posts: after it was lost, or to bring in an archive that something else wrote.

A post is kept as it is, in whatever form it stands: the index remembers the bytes that today's form would not give.
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

GROUP = 200
TOLD_BY_A_POST = ("title", "published_at", "media_name")
OLD_FORMS = (PostFormat.BARE_DIGEST, PostFormat.ZONED_DIGEST, PostFormat.SPACED_QUOTE, PostFormat.SHORT_DIGEST)


class PostReading(StrEnum):
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
    reading: PostReading
    detail: str = ""
    is_as_found: bool = False
    """Kept in a form that is not today's."""


@dataclass(frozen=True)
class Found:
    """A post that an article can be read from."""

    article: Article
    content: bytes
    form: PostFormat
    place: str
    """Where it is to be in the archive."""
    is_there: bool
    """It is there already, rather than to be brought in."""


class Reindex:
    """Reads posts into the index of an archive that is open to write."""

    def __init__(self, archive: Archive, now: datetime, *, modernise: bool = False) -> None:
        self.archive = archive
        self.now = now
        self.modernise = modernise
        self._group: dict[str, PendingWrite] = {}

    def read(self, paths: Iterable[Path]) -> Iterator[Read]:
        """Read each post. Raises OSError or sqlite3.Error when the archive cannot be written."""
        for path in dict.fromkeys(paths):
            try:
                content = read_file(path)
                path.name.encode()
            except (OSError, UnicodeEncodeError) as error:
                yield Read(path, PostReading.UNREADABLE, getattr(error, "strerror", None) or "its name is not UTF-8")
                continue
            yield (
                self._read_one(path, content) if content is not None else Read(path, PostReading.UNREADABLE, "no file")
            )
            if len(self._group) >= GROUP:
                self._write()
        self._write()

    def _read_one(self, path: Path, content: bytes) -> Read:
        place = self._place(path)
        owner = self.archive.index.owner_of(place) if place and not self.modernise else None
        if owner and owner.content_hash == content_hash(content):
            return Read(path, PostReading.UNCHANGED, is_as_found=owner.is_as_found)
        post = read_post(path.name, content, self.archive.addresses)
        if post.article is None:
            is_other = post.form is PostFormat.NOTICE or not has_day(path.name)
            return Read(path, PostReading.OTHER if is_other else PostReading.UNREADABLE, post.problem)
        article, _ = derive(post.article, self.archive.addresses)
        if lack := _lack(article):
            return Read(path, PostReading.UNREADABLE, post.problem or lack)
        article.first_seen_at = datetime.fromtimestamp(path.stat().st_mtime, BEIJING).replace(microsecond=0)
        # A digest alone is not what upstream has: the body is asked for when the article is next met.
        article.is_stand_in = not article.has_body
        found = Found(article, content, post.form, place or self._place_for(path, article), place is not None)
        reading, detail = self._take(found)
        row = self._held(article.info_code)
        return Read(path, reading, detail, bool(row and row.post_as_found is not None))

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

    def _take(self, found: Found) -> tuple[PostReading, str]:
        held = self._held(found.article.info_code)
        if held is None:
            return self._take_new(found)
        if held.post_path == found.place:
            return self._take_again(held, found)
        owner = self.archive.index.owner_of(found.place)
        if owner:
            return PostReading.DUPLICATE, f"the index has it as the post of {owner.info_code}: reindex once more"
        is_waiting = found.article.info_code in self._group
        if found.is_there and not is_waiting and read_file(self.archive.directory.root / held.post_path) is None:
            return self._put(dataclasses.replace(held, post_path=found.place), found, PostReading.CHANGED, "moved here")
        if found.is_there and not held.article.media_name and found.article.media_name:
            # The rolling list's copy came first, by name: the medium's is the article's post, and says what it says.
            both, _ = derive(merge(held.article, found.article), self.archive.addresses)
            row = dataclasses.replace(held, article=both, post_path=found.place)
            return self._put(row, found, PostReading.DUPLICATE, f"of {held.post_path}, which is the rolling list's")
        return PostReading.DUPLICATE, f"the article's post is {held.post_path}"

    def _take_new(self, found: Found) -> tuple[PostReading, str]:
        if self._is_taken(found.place, found):
            return PostReading.DUPLICATE, f"{found.place} is there already, and is not the same"
        return self._put(IndexEntry(found.article, found.place, ""), found, PostReading.NEW, "")

    def _take_again(self, held: IndexEntry, found: Found) -> tuple[PostReading, str]:
        there = read_file(self.archive.directory.root / found.place)
        if there is None and not found.is_there:
            return PostReading.DUPLICATE, f"the index has it, and {held.post_path} is missing: scrapy rebuild writes it"
        if there != found.content:
            return PostReading.DUPLICATE, f"{held.post_path} is there already, and is not the same"
        if held.content_hash in ("", content_hash(found.content)):
            if self._is_to_be_written_anew(held, found) or not held.content_hash:
                return self._put(held, found, PostReading.CHANGED, "")
            return PostReading.UNCHANGED, ""
        # Changed by hand: it stays so, whatever the lists go on saying of the article.
        told = _as_told(held.article, found.article)
        is_ours = found.content == render_post(told, self.archive.addresses)
        by_hand = dataclasses.replace(held, article=told, post_as_found=None if is_ours else found.content)
        self._group[found.article.info_code] = self.archive.planner.rewrite(by_hand)
        return PostReading.CHANGED, ""

    def _is_to_be_written_anew(self, row: IndexEntry, found: Found) -> bool:
        return self.modernise and found.form in OLD_FORMS and find_flaw(row.article, self.now) is None

    def _put(self, row: IndexEntry, found: Found, reading: PostReading, detail: str) -> tuple[PostReading, str]:
        """Write a row, with the post as it was found unless it is to be written anew."""
        known = content_hash(found.content)
        if self._is_to_be_written_anew(row, found):
            is_retired = self.archive.directory.is_retired(found.place)
            path = self.archive.planner.post_path(row.article, is_retired=is_retired)
            if path != found.place and self._is_taken(path, found):
                return PostReading.DUPLICATE, f"{path} is there already, and is not the same"
            previous = found.place if found.is_there and path != found.place else ""
            row = dataclasses.replace(row, post_path=path, previous_path=previous, post_as_found=None)
        else:
            rendered = render_post(row.article, self.archive.addresses)
            row = dataclasses.replace(row, post_as_found=None if found.content == rendered else found.content)
        row = dataclasses.replace(row, previous_hash=known)
        self._group[row.article.info_code] = self.archive.planner.rewrite(row, known={known})
        return reading, detail

    def _is_taken(self, place: str, found: Found) -> bool:
        """Whether another post has this place, or other bytes lie there."""
        is_waiting = any(change.row.post_path == place for change in self._group.values())
        there = read_file(self.archive.directory.root / place)
        return is_waiting or bool(self.archive.index.owner_of(place)) or there not in (None, found.content)

    def _held(self, info_code: str) -> IndexEntry | None:
        waiting = self._group.get(info_code)
        return waiting.row if waiting else self.archive.index.get(info_code)

    def _write(self) -> None:
        changes, self._group = list(self._group.values()), {}
        self.archive.write(changes)
        for change in changes:
            if change.error is not None:
                raise change.error


def _lack(article: Article) -> str:
    """What an article needs to be one, and this one has not; '' for none."""
    needed = {"title": article.title, "date": article.published_at, "body": article.body_html or article.digest}
    return next((f"no {name}" for name, value in needed.items() if not value), "")


def _as_told(held: Article, article: Article) -> Article:
    """*held* with what its post says now; the bodies stay as upstream sent them."""
    told = {name: value for name in TOLD_BY_A_POST if (value := getattr(article, name)) != getattr(held, name)}
    return dataclasses.replace(held, **told, origins={**held.origins, **dict.fromkeys(told, HAND)})
