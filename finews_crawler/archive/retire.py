"""Older posts leave the site for ``old_post/YYYY/MM/``, and the index knows where they are."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from itertools import islice

from finews_crawler.archive.archive import Archive
from finews_crawler.archive.index import IndexEntry
from finews_crawler.archive.locations import read_file
from finews_crawler.archive.on_disk import content_hash
from finews_crawler.archive.writer import PendingWrite
from finews_crawler.content.dates import publication_day

GROUP = 200


class Retired(StrEnum):
    """What became of an old post."""

    RETIRED = "retired"
    CHANGED = "changed"
    """Left where it is: it is not as the index says, and moving it would lose what somebody wrote."""
    IN_THE_WAY = "in the way"
    """Left where it is: another file lies where it belongs."""


def retire(archive: Archive, before: date, *, dry_run: bool) -> Iterator[tuple[str, Retired]]:
    """Move the posts published before *before* (a day in Beijing) out of the site; *dry_run*: only say which.

    Yields each post's path. Raises OSError or sqlite3.Error when the archive cannot be written.
    """
    due = (held for held in archive.index.all() if _is_due(archive, held, before))
    while group := list(islice(due, GROUP)):
        moves: dict[str, PendingWrite | Retired] = {}
        for held in group:
            move = _move(archive, held)
            is_taken = isinstance(move, PendingWrite) and any(_is_same_place(move, other) for other in moves.values())
            moves[held.post_path] = Retired.IN_THE_WAY if is_taken else move
        if not dry_run:
            _write(archive, [move for move in moves.values() if isinstance(move, PendingWrite)])
        for path, move in moves.items():
            yield path, Retired.RETIRED if isinstance(move, PendingWrite) else move


def _is_same_place(move: PendingWrite, other: PendingWrite | Retired) -> bool:
    """Posts from two folders may have one name."""
    return isinstance(other, PendingWrite) and other.row.post_path == move.row.post_path


def _is_due(archive: Archive, held: IndexEntry, before: date) -> bool:
    moment = held.article.published_at
    return moment is not None and publication_day(moment) < before and not archive.directory.is_retired(held.post_path)


def _move(archive: Archive, held: IndexEntry) -> PendingWrite | Retired:
    """The post at its new place, or why it cannot be moved there. One that is missing is written there."""
    old, moment = archive.directory.root / held.post_path, held.article.published_at
    there = read_file(old)
    content = archive.planner.content_of(held) if there is None else there
    known = held.content_hash or content_hash(content)  # what a row of version 1 does not know is taken for ours
    if moment is None or (there is not None and content_hash(there) != known):
        return Retired.CHANGED
    new = archive.directory.retired_folder(publication_day(moment)) / old.name
    place = archive.directory.relative(new)
    if read_file(new) not in (None, content) or archive.index.owner_of(place) is not None:
        return Retired.IN_THE_WAY
    moved = dataclasses.replace(held, post_path=place, previous_path=held.post_path, previous_hash=known)
    return PendingWrite(dataclasses.replace(moved, content_hash=content_hash(content)), {new: content})


def _write(archive: Archive, moves: list[PendingWrite]) -> None:
    archive.write(moves)
    for move in moves:
        if move.error is not None:
            raise move.error
