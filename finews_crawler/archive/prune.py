"""What is kept for a time only, and goes when that is over: revisions, rejections, samples and runs. No article does.

The index goes first, in one transaction, and what lies in files after it: a kill in between leaves lines and files
without their rows, which the next prune removes. The other way round a row would say that a payload is kept which is
gone.

Of what was rejected for good the row stays, for ever, where list rows led to it: without it the channels would ask for
the article again as long as a list shows it. It no longer says that the payload is kept: should upstream give it again,
to somebody who asks for that very article, it is kept anew.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from finews_crawler.archive.archive import Archive
from finews_crawler.utils import clock
from finews_crawler.utils.files import TEMPORARY_SUFFIX, sync_folder, write_whole
from finews_crawler.utils.timezone import BEIJING


class Kind(StrEnum):
    """What may be kept for a time only; the word of FINEWS_KEEP_…_DAYS."""

    REVISIONS = "revisions"
    """What upstream had said of an article, since it said something else."""
    REJECTED = "rejected"
    """What could not become a post, with its payload."""
    SAMPLES = "samples"
    """Answers in a shape that no parser knew."""
    RUNS = "runs"
    """Each spider's last one stays: it says since when nothing was crawled."""


class Due(NamedTuple):
    """How many go, and of how many."""

    due: int
    of: int


# A revision is over when the next one began: that one's revised_at, or the article's own.
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
    """What of each kind in *before* is older than the moment it gives. Changes nothing."""
    looks = {
        Kind.REVISIONS: lambda moment: _count(archive, "revision", REVISION_DUE, moment),
        Kind.REJECTED: lambda moment: _look_at_lines(archive.directory.rejected, moment),
        Kind.SAMPLES: lambda moment: _look_at_samples(archive.directory.samples, moment),
        Kind.RUNS: lambda moment: _count(archive, "run", RUN_DUE, moment),
    }
    return {kind: looks[kind](moment) for kind, moment in before.items()}


def prune(archive: Archive, before: Mapping[Kind, datetime]) -> dict[Kind, Due]:
    """Remove it; *archive* is prepared. Raises OSError or sqlite3.Error when it cannot be written."""
    found = look(archive, before)
    if archive.index.exists():
        with archive.index.writing() as connection:
            for kind, moment in before.items():
                for statement in DELETIONS.get(kind, ()):
                    connection.execute(statement, (_text(moment),))
    _sweep(archive)
    if found.get(Kind.REJECTED, Due(0, 0)).due:
        _cut_lines(archive.directory.rejected, before[Kind.REJECTED])
    if found.get(Kind.SAMPLES, Due(0, 0)).due:
        _remove_samples(archive.directory.samples, before[Kind.SAMPLES])
    return found


def _text(moment: datetime) -> str:
    """Every moment in the index is the clock's, in Beijing: as text they are in order of time, too."""
    return moment.astimezone(BEIJING).isoformat()


def _count(archive: Archive, table: str, is_due: str, moment: datetime) -> Due:
    query = f"SELECT count(*) FILTER (WHERE {is_due}), count(*) FROM {table}"  # noqa: S608
    rows = archive.index.select(query, _text(moment))
    return Due(*rows[0]) if rows else Due(0, 0)


def _lines(path: Path) -> Iterator[bytes]:
    if path.exists():
        with path.open("rb") as file:
            yield from file


def _look_at_lines(path: Path, moment: datetime) -> Due:
    due = [is_line_due(line, moment) for line in _lines(path)]
    return Due(sum(due), len(due))


def is_line_due(line: bytes, moment: datetime) -> bool:
    """Whether a line of ``rejected.jsonl`` is older; one that somebody else wrote is not ours to remove.

    >>> moment = datetime(2022, 5, 18, tzinfo=BEIJING)
    >>> is_line_due(b'{"rejected_at": "2022-05-17T23:59:59+08:00"}', moment), is_line_due(b"a note", moment)
    (True, False)
    """
    try:
        return datetime.fromisoformat(json.loads(line)["rejected_at"]) < moment
    except (ValueError, TypeError, KeyError, RecursionError):
        return False


def _cut_lines(path: Path, moment: datetime) -> None:
    """A link stays one: what it leads to is replaced."""
    write_whole(path.resolve(), b"".join(line for line in _lines(path) if not is_line_due(line, moment)))


def _samples(folder: Path, moment: datetime) -> Iterator[tuple[Path, bool]]:
    for path in sorted(folder.glob("*.txt")):
        yield path, datetime.fromtimestamp(path.stat().st_mtime, BEIJING) < moment


def _look_at_samples(folder: Path, moment: datetime) -> Due:
    due = [is_due for _, is_due in _samples(folder, moment)]
    return Due(sum(due), len(due))


def _remove_samples(folder: Path, moment: datetime) -> None:
    for path, is_due in list(_samples(folder, moment)):
        if is_due:
            path.unlink()
    sync_folder(folder)


def _sweep(archive: Archive) -> None:
    """Remove what a killed prune had written of ``rejected.jsonl``.

    Of the day before and older: somebody may be writing a report beside it at this moment.
    """
    for path in archive.directory.root.glob(f".*{TEMPORARY_SUFFIX}"):
        if datetime.fromtimestamp(path.stat().st_mtime, BEIJING) < clock.now() - timedelta(days=1):
            path.unlink()
