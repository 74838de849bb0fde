"""Posts from the index: after they were lost, or for other addresses."""

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
from finews_crawler.articles.derive import derive

GROUP = 200


class Rebuilt(StrEnum):
    """What became of a row's post."""

    WRITTEN = "written"
    """It was missing."""
    CHANGED_BACK = "changed back"
    """It was not as the index says; what lay there is set aside."""
    RESPELT = "respelt"
    """It is written otherwise than before: the addresses that posts name were changed since, or this program was."""
    UNCHANGED = "unchanged"


def rebuild(archive: Archive, since: date | None = None) -> Iterator[tuple[str, Rebuilt]]:
    """Write the post of every row, and its category file; with *since* those published from that day on.

    Yields each post's path once it is on disk. Raises OSError or sqlite3.Error when the archive cannot be written.
    """
    rows = archive.index.all(since.isoformat() if since else "")
    while group := [_plan(archive, held) for held in islice(rows, GROUP)]:
        archive.write([change for _, change in group])
        for rebuilt, change in group:
            if change.error is not None:
                raise change.error
            yield change.row.post_path, rebuilt


def _plan(archive: Archive, held: IndexEntry) -> tuple[Rebuilt, PendingWrite]:
    article, _ = derive(held.article, archive.addresses) if held.post_as_found is None else (held.article, [])
    there = read_file(archive.directory.root / held.post_path)
    hash_there = content_hash(there) if there is not None else ""
    known = held.content_hash or hash_there
    previous_hash = held.previous_hash if held.previous_path else known
    row = dataclasses.replace(held, article=article, previous_hash=previous_hash)
    change = archive.planner.rewrite(row, known={known, content_hash(archive.planner.content_of(held))})
    if there is None:
        return Rebuilt.WRITTEN, change
    if hash_there == change.row.content_hash:
        return Rebuilt.UNCHANGED, change
    return (Rebuilt.CHANGED_BACK if change.set_aside else Rebuilt.RESPELT), change
