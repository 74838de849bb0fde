"""Retention of revisions, rejections, samples and runs: deletes those older than FINEWS_KEEP_…_DAYS. Articles stay.

Rows are deleted first, in one transaction, then lines and files: a kill in between leaves lines and files without rows,
which the next prune deletes. In the other order, rows would claim payloads that are gone.

The row of a final rejection that list rows led to is never deleted: without it, channels would request the article
again as long as a list contains it. Its payload hash is cleared, so the payload is stored again if it is fetched again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from finews_crawler.archive.archive import Archive
from finews_crawler.config.data_directory import DataDirectory
from finews_crawler.utils.files import sync_folder, write_whole
from finews_crawler.utils.folders import remove_file
from finews_crawler.utils.temporary_files import sweep_old
from finews_crawler.utils.timezone import BEIJING


class Kind(StrEnum):
    """Kind of data with a retention period; in capitals, the word in FINEWS_KEEP_…_DAYS."""

    REVISIONS = "revisions"
    """Superseded revisions of articles."""
    REJECTED = "rejected"
    """Articles that could not become posts, with their payloads."""
    SAMPLES = "samples"
    """Responses that no parser could read."""
    RUNS = "runs"
    """Except the last run of each spider, for the time since the last crawl."""


class Due(NamedTuple):
    """Number of expired items, and of all."""

    due: int
    of: int


# A revision ends when the next one starts: at the revised_at of that one, or of the article.
REVISION_DUE = """coalesce(
    (SELECT min(later.revised_at) FROM revision AS later
        WHERE later.info_code = revision.info_code AND later.revision > revision.revision),
    (SELECT article.revised_at FROM article
        WHERE article.info_code = revision.info_code AND article.revision > revision.revision
        AND article.revised_at <> ''),
    '9999') < ?"""
RUN_DUE = "started_at < ? AND id NOT IN (SELECT max(id) FROM run GROUP BY spider)"
DELETIONS: Mapping[Kind, tuple[str, ...]] = {
    Kind.REVISIONS: (f"DELETE FROM revision WHERE {REVISION_DUE}",),  # noqa: S608
    Kind.REJECTED: (
        "DELETE FROM rejection WHERE rejected_at < ? AND NOT (is_final AND listing_hash <> '')",
        "UPDATE OR REPLACE rejection SET payload_hash = '' WHERE rejected_at < ? AND payload_hash <> ''",
    ),
    Kind.RUNS: (f"DELETE FROM run WHERE {RUN_DUE}",),  # noqa: S608
}


def look(archive: Archive, before: Mapping[Kind, datetime]) -> dict[Kind, Due]:
    """Count the items of each kind that are older than its time in *before*. Raises OSError or sqlite3.Error."""
    looks = {
        Kind.REVISIONS: lambda time: _count(archive, "revision", REVISION_DUE, time),
        Kind.REJECTED: lambda time: _tally(is_line_due(line, time) for line in _lines(archive.directory.rejected)),
        Kind.SAMPLES: lambda time: _tally(is_due for _, is_due in _samples(archive.directory.samples, time)),
        Kind.RUNS: lambda time: _count(archive, "run", RUN_DUE, time),
    }
    return {kind: looks[kind](time) for kind, time in before.items()}


def prune(archive: Archive, before: Mapping[Kind, datetime]) -> dict[Kind, Due]:
    """Delete those items from a prepared archive, and return their number. Raises OSError or sqlite3.Error."""
    found = look(archive, before)
    if archive.index.exists():
        with archive.index.writing() as connection:
            for kind, time in before.items():
                for statement in DELETIONS.get(kind, ()):
                    connection.execute(statement, (_text(time),))
    sweep_old(archive.directory.root)  # not at once: `finews runs --html` may be writing a report now
    if found.get(Kind.REJECTED, Due(0, 0)).due:
        path, time = archive.directory.rejected, before[Kind.REJECTED]
        write_whole(path, b"".join(line for line in _lines(path) if not is_line_due(line, time)))
    if found.get(Kind.SAMPLES, Due(0, 0)).due:
        _remove_samples(archive.directory, before[Kind.SAMPLES])
    return found


def _text(time: datetime) -> str:
    """Return a time as the index stores it: all have the offset of Beijing, so their texts sort by time."""
    return time.astimezone(BEIJING).isoformat()


def _count(archive: Archive, table: str, is_due: str, time: datetime) -> Due:
    query = f"SELECT count(*) FILTER (WHERE {is_due}), count(*) FROM {table}"  # noqa: S608
    rows = archive.index.select(query, _text(time))
    return Due(*rows[0]) if rows else Due(0, 0)


def _lines(path: Path) -> Iterator[bytes]:
    if path.exists():
        with path.open("rb") as file:
            yield from file


def _tally(are_due: Iterable[bool]) -> Due:
    due = list(are_due)
    return Due(sum(due), len(due))


def is_line_due(line: bytes, time: datetime) -> bool:
    """Return True for a line of ``rejected.jsonl`` that is older. Lines of other formats are not deleted.

    >>> time = datetime(2022, 5, 18, tzinfo=BEIJING)
    >>> is_line_due(b'{"rejected_at": "2022-05-17T23:59:59+08:00"}', time), is_line_due(b"a note", time)
    (True, False)
    """
    try:
        return datetime.fromisoformat(json.loads(line)["rejected_at"]) < time
    except (ValueError, TypeError, KeyError, RecursionError):
        return False


def _samples(folder: Path, time: datetime) -> Iterator[tuple[Path, bool]]:
    for path in sorted(folder.glob("*.txt")):
        yield path, datetime.fromtimestamp(path.stat().st_mtime, BEIJING) < time


def _remove_samples(directory: DataDirectory, time: datetime) -> None:
    for path, is_due in list(_samples(directory.samples, time)):
        if is_due:
            remove_file(path, directory.root)
    sync_folder(directory.samples)
