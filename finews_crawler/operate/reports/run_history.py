"""A run as reported: with the same status words in the table, on the page and in JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from finews_crawler.archive.lock import LockHolder, is_held_by
from finews_crawler.archive.runs import Run
from finews_crawler.stats import Count, ExitStatus
from finews_crawler.utils.redaction import redacted

SHUTDOWN = "shutdown"
"""Scrapy's reason for a run that SIGINT or SIGTERM ended."""
RUNNING, KILLED, STOPPED, ERROR = "under way", "killed", "stopped", "error"
ALL_WELL = "all well"
STATUS_NAMES: Mapping[int | None, str] = {status.value: status.name.lower().replace("_", " ") for status in ExitStatus}
FAILURE_STATUSES = (KILLED, ERROR, "some failed", "blocked", "changed shape", "not writable")
"""Statuses of failed and incomplete runs."""


@dataclass(frozen=True)
class RunEntry:
    """One run as plain values."""

    spider: str
    arguments: dict[str, str]
    started_at: datetime
    ended_at: datetime | None
    seconds: int | None
    """Duration; None for a running or killed run, or if the clock was set back meanwhile."""
    counts: dict[str, int]
    requests: int
    bytes: int
    retries: int
    status: str
    """One of ``all well``, ``stopped``, ``under way`` and FAILURE_STATUSES."""
    exit_status: int | None
    first_error: str
    latency_median: int | None
    latency_largest: int | None

    @property
    def is_successful(self) -> bool:
        return self.status not in FAILURE_STATUSES

    @property
    def arguments_text(self) -> str:
        return " ".join(f"{name}={redacted(value)}" for name, value in self.arguments.items())


def summarize_runs(runs: Sequence[Run], holder: LockHolder | None = None) -> Iterator[RunEntry]:
    """Yield the entries of *runs*, oldest first. *holder* has the lock, and may be the last run."""
    for run in runs:
        is_running = run is runs[-1] and holder is not None and is_held_by(run, holder)
        yield RunEntry(
            run.spider,
            run.arguments,
            run.started_at,
            run.ended_at,
            run.seconds,
            {count.value: run.counts.get(count.value, 0) for count in Count},
            run.requests,
            run.bytes,
            run.retries,
            RUNNING if run.ended_at is None and is_running else status_word(run),
            run.exit_status,
            run.first_error,
            run.latency_median,
            run.latency_largest,
        )


def status_word(run: Run) -> str:
    """Return the status of a run that is not running: one without an end time was killed.

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
        return STOPPED if run.reason == SHUTDOWN else ALL_WELL
    return STATUS_NAMES.get(run.exit_status, ERROR)
