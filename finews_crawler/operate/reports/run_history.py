"""A run as it is told: the same words in the table, on the page and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from finews_crawler.archive.runs import Run
from finews_crawler.operate.doctor.archive_checks import Holder, is_held_by
from finews_crawler.stats import Count, ExitStatus

ASKED_TO_STOP = "shutdown"
"""Scrapy's reason for a run that SIGINT or SIGTERM ended."""
UNDER_WAY, KILLED, STOPPED, ERROR = "under way", "killed", "stopped", "error"
ALL_WELL = "all well"
EXIT_WORDS: Mapping[int | None, str] = {status.value: status.name.lower().replace("_", " ") for status in ExitStatus}
ENDINGS = (KILLED, ERROR, "some failed", "blocked", "changed shape", "not writable")
"""How a run ends that did not do all it was asked to."""


@dataclass(frozen=True)
class RunEntry:
    """One run in plain values."""

    spider: str
    arguments: dict[str, str]
    started_at: datetime
    ended_at: datetime | None
    seconds: int | None
    """None for a run under way, or killed: nobody knows when."""
    counts: dict[str, int]
    requests: int
    bytes: int
    retries: int
    status: str
    """``all well``, ``stopped``, ``under way``, or one of ENDINGS."""
    exit_status: int | None
    first_error: str
    latency_median: int | None
    latency_largest: int | None

    @property
    def is_well(self) -> bool:
        return self.status not in ENDINGS

    @property
    def given(self) -> str:
        """The arguments as on the command line."""
        return " ".join(f"{name}={value}" for name, value in self.arguments.items())


def summarize_runs(runs: Sequence[Run], holder: Holder | None = None) -> Iterator[RunEntry]:
    """Runs, oldest first, as they are told. *holder* has the lock, and may be the last of them."""
    for run in runs:
        is_under_way = run is runs[-1] and holder is not None and is_held_by(run, holder)
        yield RunEntry(
            run.spider,
            run.arguments,
            run.started_at,
            run.ended_at,
            round((run.ended_at - run.started_at).total_seconds()) if run.ended_at else None,
            {count.value: run.counts.get(count.value, 0) for count in Count},
            run.requests,
            run.bytes,
            run.retries,
            UNDER_WAY if run.ended_at is None and is_under_way else status_word(run),
            run.exit_status,
            run.first_error,
            run.latency_median,
            run.latency_largest,
        )


def status_word(run: Run) -> str:
    """How a run ended, in a word or two; one that has no end was killed.

    >>> began = datetime.fromisoformat("2022-05-26T12:00:00+08:00")
    >>> ended = Run("channel", {}, 7, began, ended_at=began, reason="finished")
    >>> from dataclasses import replace
    >>> [status_word(replace(ended, exit_status=status)) for status in (0, 1, 3, 4, 5, 6)]
    ['all well', 'error', 'some failed', 'blocked', 'changed shape', 'not writable']
    >>> status_word(replace(ended, exit_status=0, reason="shutdown")), status_word(replace(ended, ended_at=None))
    ('stopped', 'killed')
    """
    if run.ended_at is None:
        return KILLED
    if run.exit_status == ExitStatus.ALL_WELL:
        return STOPPED if run.reason == ASKED_TO_STOP else ALL_WELL
    return EXIT_WORDS.get(run.exit_status, ERROR)
