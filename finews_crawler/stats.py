"""Counts of a run and its exit status. Their words are the stat keys, and are in log lines, summary and index.

Every mention of an article (a row of a list, a link, a code of the command line) is counted once as *found* and once as
one of the other words. A mention that disappears is therefore noticed.
"""

from __future__ import annotations

from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scrapy.statscollectors import StatsCollector


class Count(StrEnum):
    """Outcome of a mention."""

    FOUND = "found"
    NEW = "new"
    """A new article: its post was written."""
    MERGED = "merged"
    """Another mention of an article of this run, or new data on an archived one."""
    REVISED = "revised"
    """An archived article that the site has changed: the post has the new text, the index both."""
    HELD = "held"
    """An archived article without new data."""
    REJECTED = "rejected"
    """Not an article that a post can have; the reason is in ``rejected.jsonl``."""
    FAILED = "failed"
    """An article that could not be fetched; the next run tries again."""
    SKIPPED = "skipped"
    """Outside of the dates or beyond the limit of the run, or rejected by an earlier run."""


OUTCOMES = tuple(count for count in Count if count is not Count.FOUND)


class FailureReason(StrEnum):
    """Reason why a run is incomplete or needs attention."""

    UNREACHABLE = "unreachable"
    NOT_FOUND = "not_found"
    BLOCKED = "blocked"
    FORBIDDEN = "forbidden"
    """The robots.txt of a host forbids requests of the run."""
    CHANGED_SHAPE = "changed_shape"
    STAND_INS = "stand_ins"
    """The share site failed, and archived copies replace its articles."""
    UNACCOUNTED = "unaccounted"
    """Mentions without an outcome: a bug of this package."""
    NOT_WRITABLE = "not_writable"
    ALARM = "alarm"
    """A monitor has raised an alert."""


class ExitStatus(IntEnum):
    """Exit status of ``finews crawl`` and of the other commands."""

    ALL_WELL = 0
    ARGUMENTS = 2
    SOME_FAILED = 3
    BLOCKED = 4
    CHANGED_SHAPE = 5
    NOT_WRITABLE = 6
    LOCKED = 7


SERIOUS = {
    FailureReason.NOT_WRITABLE: ExitStatus.NOT_WRITABLE,
    FailureReason.BLOCKED: ExitStatus.BLOCKED,
    FailureReason.FORBIDDEN: ExitStatus.BLOCKED,
    FailureReason.CHANGED_SHAPE: ExitStatus.CHANGED_SHAPE,
}
"""Failures with an exit status of their own, the most serious one first."""


def count(stats: StatsCollector, what: Count, number: int = 1) -> None:
    stats.inc_value(f"finews/articles/{what}", number)


def count_failure(stats: StatsCollector, fault: FailureReason) -> None:
    stats.inc_value(f"finews/faults/{fault}")


def read_counts(stats: StatsCollector) -> dict[str, int]:
    """Return all counts of a run by their words, with zeros."""
    return {what.value: stats.get_value(f"finews/articles/{what.value}", 0) for what in Count}


def unaccounted(stats: StatsCollector) -> int:
    """Return the number of mentions without an outcome; 0 at the end of a correct run."""
    counts = read_counts(stats)
    return counts[Count.FOUND.value] - sum(counts[outcome.value] for outcome in OUTCOMES)


def exit_status(stats: StatsCollector) -> ExitStatus:
    """Return the exit status of the most serious failure."""
    failures = [reason for reason in FailureReason if stats.get_value(f"finews/faults/{reason}")]
    for reason, status in SERIOUS.items():
        if reason in failures:
            return status
    counts = read_counts(stats)
    some_failed = failures or counts["failed"] or counts["rejected"] or stats.get_value("spider_exceptions/count")
    return ExitStatus.SOME_FAILED if some_failed else ExitStatus.ALL_WELL
