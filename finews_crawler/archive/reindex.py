"""Rebuilds the index from posts: after the index was lost, or to import posts that another program wrote.

A post keeps its bytes, whatever its format: the index stores a copy of them unless rendering reproduces them. It stores
none either if the post has another URL of the archive than is configured: its row is as after a change of that setting,
and `rebuild` writes the post with the configured one. Of two posts of one article, the outlet's is the article's post,
and the entry has the fields of both. A damaged row is replaced by what the post has.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path

from finews_crawler.archive.archive import Archive
from finews_crawler.archive.entries import IndexEntry
from finews_crawler.archive.found_posts import (
    FoundPost,
    PathsInArchive,
    PostReading,
    Read,
    read_content,
    read_found_post,
)
from finews_crawler.archive.known_rows import KnownRows
from finews_crawler.archive.locations import read_file
from finews_crawler.archive.on_disk import content_hash
from finews_crawler.archive.writer import PendingWrite
from finews_crawler.articles.derive import derive
from finews_crawler.articles.merge import HAND, merge
from finews_crawler.articles.validate import find_flaw
from finews_crawler.exceptions import DamagedRow
from finews_crawler.exporters.jekyll_post import render_post, shown_digest
from finews_crawler.items import Article
from finews_crawler.posts.formats import CURRENT_FORMATS
from finews_crawler.posts.parser import info_code_in_name
from finews_crawler.posts.reader import RENAME, read_post

BATCH = 500
FIELDS_OF_A_POST = ("title", "published_at", "media_name")
"""Fields that an edited post changes in the index; the bodies stay as the source sent them."""

Outcome = tuple[PostReading, str, str]
"""Reading, reason and detail, see ``Read``."""
IN_THE_WAY = "a file with other content has its path"
ANOTHER_POST = "the article has another post"
MIS_KEYED = f"mis_keyed, it is the post of another article: {RENAME}; `finews rebuild` writes the right one, if lost"


class Reindex:
    """Reads posts into an index. Dates after *now* are flaws; *modernise* rewrites posts of old formats."""

    def __init__(self, archive: Archive, now: datetime, *, modernise: bool = False) -> None:
        self.archive = archive
        self.now = now
        self.modernise = modernise
        self._paths = PathsInArchive(archive.directory)
        self._known = KnownRows(archive.index)
        self._batch: dict[str, PendingWrite] = {}
        self._pending_paths: set[str] = set()

    def read(self, paths: Iterable[Path]) -> Iterator[Read]:
        """Read each post. Raises Locked, OSError or sqlite3.Error if the archive cannot be written."""
        left = iter({str(path): path for path in paths}.values())
        while group := list(islice(left, BATCH)):
            self._known = KnownRows(
                self.archive.index, filter(None, map(self._paths.of_file, group)), map(_code_in, group)
            )
            yield from map(self._read_file, group)
            self._write()

    def _read_file(self, path: Path) -> Read:
        content = read_content(path)
        if isinstance(content, Read):
            return content
        post_path = self._paths.of(path)
        owner = self._known.owner_of(post_path) if post_path and not self.modernise else None
        is_known = owner and owner.content_hash == content_hash(content) and not self._is_damaged(owner.info_code)
        if owner and is_known and not (owner.is_as_found and self._is_current(path, content)):
            return Read(path, PostReading.UNCHANGED, is_as_found=owner.is_as_found)
        found = read_found_post(path, content, post_path, self.archive.directory, self.archive.addresses)
        if isinstance(found, Read):
            return found
        if self._is_of_another(found):
            return Read(path, PostReading.UNREADABLE, MIS_KEYED, found.mis_keyed, found.form)
        outcome = self._take(found)
        entry = self._entry(found.article.info_code)
        is_as_found = bool(entry and entry.post_as_found is not None)
        is_kept = entry is not None and not is_as_found and entry.content_hash == content_hash(content)
        form = None if is_known and outcome[0] is PostReading.UNCHANGED else found.form
        return Read(path, *outcome, form, is_as_found, found.archive_url if is_kept else "")

    def _is_current(self, path: Path, content: bytes) -> bool:
        return read_post(path.name, content, self.archive.addresses).form in CURRENT_FORMATS

    def _take(self, found: FoundPost) -> Outcome:
        entry = self._entry(found.article.info_code)
        if entry is None:
            return self._take_new(found)
        if entry.post_path == found.post_path:
            return self._take_again(entry, found)
        owner = self._known.owner_of(found.post_path)
        if owner:
            detail = f"its path belongs to {owner.info_code} in the index: reindex once more"
            return PostReading.DUPLICATE, "another article has its path", detail
        is_pending = found.article.info_code in self._batch
        if found.is_in_archive and not is_pending and self._file(entry.post_path) is None:
            moved = entry.with_fields(post_path=found.post_path)
            return self._put(moved, found, PostReading.CHANGED)
        if found.article.media_name and not entry.article.media_name:
            return self._replace(entry, found)
        return self._complete(entry, found)

    def _is_of_another(self, found: FoundPost) -> bool:
        """Return True if the file has the name of an article in the index, and the post of another one.

        Only its link may be wrong, and its title be edited: so the time must differ, too, or the title be the other's.
        """
        named = self._entry(found.article.info_code) if found.mis_keyed else None
        title, time = found.article.title, found.article.published_at
        if named is None or named.article.title == title:
            return False
        linked = self._entry(found.linked_code or "")
        return named.article.published_at != time or (linked is not None and linked.article.title == title)

    def _replace(self, entry: IndexEntry, found: FoundPost) -> Outcome:
        """Make the outlet's post the article's, in place of the rolling list's, whose name sorts first."""
        if not found.is_in_archive and self._is_taken(found.post_path, found):
            return PostReading.DUPLICATE, IN_THE_WAY, found.post_path
        merged = derive(merge(entry.article, found.article), self.archive.addresses).article
        row = entry.with_fields(article=merged, post_path=found.post_path)
        if not found.is_in_archive and self._file(entry.post_path) is not None:
            row = row.with_fields(previous_path=entry.post_path, previous_hash=entry.content_hash)
        return self._put(row, found, PostReading.MERGED)

    def _complete(self, entry: IndexEntry, found: FoundPost) -> Outcome:
        """Add the fields that only the second post of an article has. The article's post keeps its bytes."""
        merged = merge(found.article, entry.article)
        merged.revision, merged.revised_at = entry.article.revision, entry.article.revised_at
        merged = derive(merged, self.archive.addresses).article
        if merged == entry.article:
            return PostReading.DUPLICATE, ANOTHER_POST, entry.post_path
        content, rendered = self._content_of(entry), render_post(merged, self.archive.addresses)
        is_rendered = rendered in (content, self.archive.planner.content_of(entry))
        is_modern = self.modernise and entry.post_as_found is None
        row = entry.with_fields(article=merged, post_as_found=None if is_rendered or is_modern else content)
        self._plan(row, {entry.content_hash}, content=None if is_modern else content)
        return PostReading.MERGED, "", ""

    def _take_new(self, found: FoundPost) -> Outcome:
        if self._is_taken(found.post_path, found):
            return PostReading.DUPLICATE, IN_THE_WAY, found.post_path
        is_damaged = self._is_damaged(found.article.info_code)
        if is_damaged:
            found.article.revision = self.archive.index.next_revision(found.article.info_code)
        reading = PostReading.CHANGED if is_damaged else PostReading.NEW
        return self._put(IndexEntry(found.article, found.post_path, ""), found, reading)

    def _take_again(self, entry: IndexEntry, found: FoundPost) -> Outcome:
        there = self._file(found.post_path, found)
        if there is None and not found.is_in_archive:
            detail = f"{entry.post_path}: finews rebuild writes it"
            return PostReading.DUPLICATE, "in the index, but its post is missing", detail
        if there != found.content:
            return PostReading.DUPLICATE, IN_THE_WAY, entry.post_path
        if entry.content_hash in ("", content_hash(found.content)):
            if self._is_to_modernise(entry, found) or not entry.content_hash:
                return self._put(entry, found, PostReading.CHANGED)
            recognised = self._recognised(entry, found)
            return self._put(recognised, found, PostReading.CHANGED) if recognised else (PostReading.UNCHANGED, "", "")
        # Edited: the fields of the post take precedence over the lists from now on.
        edited = _with_fields_of_post(entry.article, found.article)
        is_rendered = found.is_rendering_of(edited, self.archive.addresses)
        row = entry.with_fields(article=edited, post_as_found=None if is_rendered else found.content)
        self._plan(row, found=found, content=found.content)
        return PostReading.CHANGED, "", ""

    def _recognised(self, entry: IndexEntry, found: FoundPost) -> IndexEntry | None:
        """Return the entry of a post that was kept as found because other URLs were configured; else None."""
        if entry.post_as_found is None:
            return None
        article = derive(entry.article, self.archive.addresses, keeps_extract=True).article
        is_rendered = found.is_rendering_of(article, self.archive.addresses)
        return entry.with_fields(article=article) if is_rendered else None

    def _is_to_modernise(self, row: IndexEntry, found: FoundPost) -> bool:
        if not (self.modernise and found.is_outdated(render_post(row.article, self.archive.addresses))):
            return False
        flaw = find_flaw(row.article, self.now)
        return flaw is None or (flaw.reason == "no_body" and bool(shown_digest(row.article)))

    def _put(self, row: IndexEntry, found: FoundPost, reading: PostReading) -> Outcome:
        """Add a row to the batch. Its post keeps its bytes, unless it must be modernised."""
        known = content_hash(found.content)
        if self._is_to_modernise(row, found):
            is_retired = self.archive.directory.is_retired(found.post_path)
            path = self.archive.planner.post_path(row.article, is_retired=is_retired)
            if path != found.post_path and self._is_taken(path, found):
                return PostReading.DUPLICATE, IN_THE_WAY, path
            if found.is_in_archive and path != found.post_path:
                row = row.with_fields(previous_path=found.post_path)
            row, content = row.with_fields(post_path=path, post_as_found=None), None
        else:
            content = found.content
            is_rendered = found.is_rendering_of(row.article, self.archive.addresses)
            row = row.with_fields(post_as_found=None if is_rendered else content)
        if not row.previous_path or row.previous_path == found.post_path:
            row = row.with_fields(previous_hash=known)
        self._plan(row, {known}, found, content)
        return reading, "", ""

    def _plan(
        self,
        row: IndexEntry,
        known: Collection[str] = (),
        found: FoundPost | None = None,
        content: bytes | None = None,
    ) -> None:
        """Add the write of a row to the batch, in place of another one of its article.

        *found*: the post that was just read; *content*: the bytes of the row's post, if known.
        """
        earlier = self._batch.get(row.article.info_code)
        if earlier:
            self._pending_paths.discard(earlier.row.post_path)
        content = self.archive.planner.content_of(row) if content is None else content
        there = self._file(row.post_path, found)
        self._batch[row.article.info_code] = self.archive.planner.write_over(there, row, content, known)
        self._pending_paths.add(row.post_path)

    def _is_taken(self, post_path: str, found: FoundPost) -> bool:
        """Return True if another article's post has this path, or the file there has other bytes."""
        is_pending = post_path in self._pending_paths
        owner = self._known.owner_of(post_path)
        is_own = owner is not None and owner.info_code == found.article.info_code and self._is_damaged(owner.info_code)
        return (
            is_pending
            or (owner is not None and not is_own)
            or self._file(post_path, found) not in (None, found.content)
        )

    def _file(self, post_path: str, found: FoundPost | None = None) -> bytes | None:
        """Return the file at a path of the archive. If it is the post *found*, it has been read."""
        if found and found.is_in_archive and found.post_path == post_path:
            return found.content
        return read_file(self.archive.directory.root / post_path)

    def _content_of(self, entry: IndexEntry) -> bytes:
        """Return the bytes of an entry's post: on disk, or still to be written; rendered if it was lost or edited."""
        pending = self._batch.get(entry.article.info_code)
        path = self.archive.directory.root / entry.post_path
        content = pending.files.get(str(path)) if pending else None
        content = read_file(path) if content is None else content
        is_known = content is not None and content_hash(content) == entry.content_hash
        return content if content is not None and is_known else self.archive.planner.content_of(entry)

    def _entry(self, info_code: str) -> IndexEntry | None:
        pending = self._batch.get(info_code)
        try:
            return pending.row if pending else self._known.get(info_code)
        except DamagedRow:
            return None  # replaced by what the post has

    def _is_damaged(self, info_code: str) -> bool:
        try:
            self._known.get(info_code)
        except DamagedRow:
            return True
        return False

    def _write(self) -> None:
        changes, self._batch = list(self._batch.values()), {}
        self._pending_paths.clear()
        self.archive.write_all(changes)


def _code_in(path: Path) -> str:
    return info_code_in_name(path.name) or ""


def _with_fields_of_post(archived: Article, in_post: Article) -> Article:
    """Return the archived article with the fields that its edited post changed."""
    edited = {name: value for name in FIELDS_OF_A_POST if (value := getattr(in_post, name)) != getattr(archived, name)}
    return archived.with_fields(**edited, origins={**archived.origins, **dict.fromkeys(edited, HAND)})
