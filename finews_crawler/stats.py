"""The words in which a run is counted: in stats, log lines, the summary and the exit status.

Every mention of an article (a row of a list, a link, a code asked for) is *found* once and ends as exactly one of
the others, so nothing can vanish unseen.
"""

from __future__ import annotations

from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scrapy.statscollectors import StatsCollector


class Count(StrEnum):
    """What became of a mention."""

    FOUND = "found"
    NEW = "new"
    """Its post was written."""
    MERGED = "merged"
    """It was another mention of an article of this run, or told something new of a held one."""
    REVISED = "revised"
    """Upstream had changed a held article: its post shows the new one, the index keeps the old one too."""
    HELD = "held"
    """The archive has it, and nothing new is known."""
    REJECTED = "rejected"
    """It cannot be a post; it is in ``rejected.jsonl``."""
    FAILED = "failed"
    """Upstream did not give it; the next run asks again."""
    SKIPPED = "skipped"
    """Out of the dates or over the limit that were asked for, or rejected before."""


OUTCOMES = tuple(count for count in Count if count is not Count.FOUND)


class FailureReason(StrEnum):
    """Why a run did not do all it was asked to."""

    UNREACHABLE = "unreachable"
    NOT_FOUND = "not_found"
    BLOCKED = "blocked"
    CHANGED_SHAPE = "changed_shape"
    STAND_INS = "stand_ins"
    """The share site failed, and archived copies stand in for its articles."""
    UNACCOUNTED = "unaccounted"
    """Some of what was found ended nowhere: an error of ours."""
    NOT_WRITABLE = "not_writable"
    ALARM = "alarm"
    """A monitor has found the run, or the archive, out of the ordinary."""


class ExitStatus(IntEnum):
    """The exit status of ``scrapy crawl``, and of the commands that write to the archive."""

    ALL_WELL = 0
    ARGUMENTS = 2
    SOME_FAILED = 3
    BLOCKED = 4
    CHANGED_SHAPE = 5
    NOT_WRITABLE = 6
    LOCKED = 7


def count(stats: StatsCollector, what: Count, number: int = 1) -> None:
    stats.inc_value(f"finews/articles/{what.value}", number)


def count_failure(stats: StatsCollector, fault: FailureReason) -> None:
    stats.inc_value(f"finews/faults/{fault.value}")


def read_counts(stats: StatsCollector) -> dict[str, int]:
    """All counts of a run, zeros included."""
    return {what.value: stats.get_value(f"finews/articles/{what.value}", 0) for what in Count}


def unaccounted(stats: StatsCollector) -> int:
    """How many mentions ended nowhere so far; 0 when a run is over and all is well."""
    counts = read_counts(stats)
    return counts[Count.FOUND.value] - sum(counts[outcome.value] for outcome in OUTCOMES)


def exit_status(stats: StatsCollector) -> ExitStatus:
    """The gravest thing that happened decides."""

    def happened(fault: FailureReason) -> bool:
        return bool(stats.get_value(f"finews/faults/{fault.value}", 0))

    counts = read_counts(stats)
    some_failed = counts["failed"] or counts["rejected"] or stats.get_value("spider_exceptions/count", 0)
    if happened(FailureReason.NOT_WRITABLE):
        return ExitStatus.NOT_WRITABLE
    if happened(FailureReason.BLOCKED):
        return ExitStatus.BLOCKED
    if happened(FailureReason.CHANGED_SHAPE):
        return ExitStatus.CHANGED_SHAPE
    lesser = (
        FailureReason.UNREACHABLE,
        FailureReason.NOT_FOUND,
        FailureReason.STAND_INS,
        FailureReason.UNACCOUNTED,
        FailureReason.ALARM,
    )
    some_failed = some_failed or any(map(happened, lesser))
    return ExitStatus.SOME_FAILED if some_failed else ExitStatus.ALL_WELL
