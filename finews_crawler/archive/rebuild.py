"""Posts from the index: after they were lost, or for other addresses."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from enum import Enum

from finews_crawler.archive.archive import Archive
from finews_crawler.archive.group import Change, write_group

GROUP = 200


class Rebuilt(str, Enum):
    """What became of a row's post."""

    WRITTEN = "written"
    """It was missing, or differed from what the index says."""
    UNCHANGED = "unchanged"
    RESPELT = "respelt"
    """It is written otherwise than before: the addresses that posts name were changed since, or this program was."""


def rebuild(archive: Archive, since: date | None = None) -> Iterator[tuple[str, Rebuilt]]:
    """Write the post of every row, and its category file; with *since* those published from that day on.

    Yields each post's path once it is on disk. Raises OSError or sqlite3.Error when the archive cannot be written.
    """
    group: list[tuple[str, Change]] = []
    for held in archive.index.all(since.isoformat() if since else ""):
        group.append((held.content_hash, archive.change(held)))
        if len(group) >= GROUP:
            yield from _write(archive, group)
            group = []
    yield from _write(archive, group)


def _write(archive: Archive, group: list[tuple[str, Change]]) -> Iterator[tuple[str, Rebuilt]]:
    write_group(archive.index, archive.directory.root, [change for _, change in group])
    for hash_before, change in group:
        if change.error is not None:
            raise change.error
        post = archive.directory.root / change.row.post_path
        is_written = any(staged.path == post for staged in change.staged)
        is_respelt = hash_before not in ("", change.row.content_hash)
        rebuilt = Rebuilt.RESPELT if is_respelt else Rebuilt.WRITTEN if is_written else Rebuilt.UNCHANGED
        yield change.row.post_path, rebuilt


