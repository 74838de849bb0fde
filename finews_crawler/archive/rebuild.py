"""Writes posts from the index: after posts were lost, or after the URLs that they contain were reconfigured."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from itertools import islice

from finews_crawler.archive.archive import Archive
from finews_crawler.archive.entries import IndexEntry
from finews_crawler.archive.locations import read_file
from finews_crawler.archive.on_disk import content_hash
from finews_crawler.archive.writer import PendingWrite
from finews_crawler.articles.derive import derive

BATCH = 500


class Rebuilt(StrEnum):
    """Outcome of rebuilding one post."""

    WRITTEN = "written"
    """It was missing."""
    CHANGED_BACK = "changed back"
    """It had been edited; the file is preserved as a conflict copy."""
    RESPELT = "respelt"
    """Its rendering differs from before: other URLs are configured, or another version of the crawler renders it."""
    UNCHANGED = "unchanged"


def rebuild(archive: Archive, since: date | None = None) -> Iterator[tuple[str, Rebuilt]]:
    """Write the posts and category files of all articles, or of those published on the day *since* or later.

    Yields path and outcome of each post once it is on disk. Raises OSError or sqlite3.Error.
    """
    entries = archive.index.all(since.isoformat() if since else "")
    while batch := [_plan(archive, entry) for entry in islice(entries, BATCH)]:
        archive.write([change for _, change in batch])
        for rebuilt, change in batch:
            if change.error is not None:
                raise change.error
            yield change.row.post_path, rebuilt


def _plan(archive: Archive, entry: IndexEntry) -> tuple[Rebuilt, PendingWrite]:
    is_external = entry.post_as_found is not None
    article = entry.article if is_external else derive(entry.article, archive.addresses, keeps_extract=True).article
    there = read_file(archive.directory.root / entry.post_path)
    hash_there = "" if there is None else content_hash(there)
    known = entry.content_hash or hash_there
    previous_hash = entry.previous_hash if entry.previous_path else known
    row = entry.with_fields(article=article, previous_hash=previous_hash)
    content = archive.planner.content_of(row)
    is_edited = there not in (None, content) and hash_there != known
    ours = {known, content_hash(archive.planner.content_of(entry))} if is_edited else {known}
    change = archive.planner.write_over(there, row, content, ours)
    change.is_row_kept = _is_row_kept(entry, change.row)
    if there is None:
        return Rebuilt.WRITTEN, change
    if hash_there == change.row.content_hash:
        return Rebuilt.UNCHANGED, change
    return (Rebuilt.CHANGED_BACK if change.set_aside else Rebuilt.RESPELT), change


def _is_row_kept(entry: IndexEntry, row: IndexEntry) -> bool:
    """Return True if writing *row* would leave the index as it is.

    Whatever a kill then leaves of the post, the file is the one from before or the one from after, as without a row
    marked as unfinished, and the next rebuild goes on.
    """
    is_settled = entry.is_written and not entry.previous_path and not entry.previous_hash
    is_same = row.article == entry.article and row.content_hash == entry.content_hash
    extract = entry.article.extract  # None in rows of early versions, which are to be written anew
    return is_settled and is_same and extract is not None and row.article.extract == extract
