"""Moves older posts out of the site into ``old_post/YYYY/MM/`` and back, and records their paths in the index."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from itertools import islice
from pathlib import Path

from finews_crawler.archive.archive import Archive
from finews_crawler.archive.entries import IndexEntry
from finews_crawler.archive.locations import read_file
from finews_crawler.archive.on_disk import content_hash
from finews_crawler.archive.writer import PendingWrite
from finews_crawler.content.dates import publication_day

BATCH = 200


class Retired(StrEnum):
    """Outcome of retiring one post, or of moving it back into the site."""

    RETIRED = "retired"
    RESTORED = "restored"
    CHANGED = "changed"
    """Not moved, because it was edited: the index does not know its bytes."""
    IN_THE_WAY = "in the way"
    """Not moved, because another file exists at its new path."""


def retire(archive: Archive, before: date, *, dry_run: bool) -> Iterator[tuple[str, Retired]]:
    """Move the posts published before the day *before* (Beijing time) out of the site; *dry_run* moves nothing.

    Yields the old path and the outcome of each post that is due. Raises OSError or sqlite3.Error.
    """
    in_site = (entry for entry in archive.index.all() if not archive.directory.is_retired(entry.post_path))
    due = ((entry, day) for entry in in_site if (day := _day_of(entry)) is not None and day < before)
    moves = ((entry, archive.directory.retired_folder(day)) for entry, day in due)
    return _move(archive, moves, Retired.RETIRED, dry_run=dry_run)


def restore(archive: Archive, since: date | None, *, dry_run: bool) -> Iterator[tuple[str, Retired]]:
    """Move retired posts published on *since* or later (None: all) back into the site; otherwise like ``retire``."""
    retired = (entry for entry in archive.index.all() if archive.directory.is_retired(entry.post_path))
    due = (entry for entry in retired if since is None or ((day := _day_of(entry)) is not None and day >= since))
    moves = ((entry, archive.directory.posts) for entry in due)
    return _move(archive, moves, Retired.RESTORED, dry_run=dry_run)


def _day_of(entry: IndexEntry) -> date | None:
    time = entry.article.published_at
    return None if time is None else publication_day(time)


def _move(
    archive: Archive, due: Iterator[tuple[IndexEntry, Path]], moved: Retired, *, dry_run: bool
) -> Iterator[tuple[str, Retired]]:
    """Move each post into its folder."""
    taken: set[str] = set()
    while batch := list(islice(due, BATCH)):
        moves = {entry.post_path: _plan(archive, entry, folder, taken) for entry, folder in batch}
        if not dry_run:
            archive.write_all([move for move in moves.values() if isinstance(move, PendingWrite)])
        for path, move in moves.items():
            yield path, moved if isinstance(move, PendingWrite) else move


def _plan(archive: Archive, entry: IndexEntry, folder: Path, taken: set[str]) -> PendingWrite | Retired:
    """Plan the move of a post, unless one in *taken* has its new path; a missing post is written there."""
    old = archive.directory.root / entry.post_path
    there = read_file(old)
    content = archive.planner.content_of(entry) if there is None else there
    known = entry.content_hash or content_hash(content)  # an entry of schema version 1 has no hash to compare with
    if there is not None and content_hash(there) != known:
        return Retired.CHANGED
    new = folder / old.name
    path = archive.directory.relative(new)
    if path in taken or read_file(new) not in (None, content) or archive.index.owner_of(path) is not None:
        return Retired.IN_THE_WAY
    taken.add(path)
    moved = entry.with_fields(post_path=path, previous_path=entry.post_path, previous_hash=known)
    return PendingWrite(moved.with_fields(content_hash=content_hash(content)), {str(new): content})
