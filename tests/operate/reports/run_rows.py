"""Two months of runs, one every three hours, with a killed run, a ban of two days and a backfill."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from finews_crawler.archive.index import Index
from finews_crawler.archive.runs import Run, put_run
from finews_crawler.stats import Count
from finews_crawler.utils.timezone import BEIJING

FIRST, LAST = datetime(2022, 3, 20, tzinfo=BEIJING), datetime(2022, 5, 26, 12, tzinfo=BEIJING)
KILLED = datetime(2022, 5, 25, 21, tzinfo=BEIJING)
BANNED = (datetime(2022, 5, 5, tzinfo=BEIJING), datetime(2022, 5, 7, tzinfo=BEIJING))
BACKFILL = datetime(2022, 4, 2, tzinfo=BEIJING)
BAN = "blocked: host 203.0.113.7 refused the last 15 of 20 <script>alert(1)</script>"
NEW = 12


def run_at(started_at: datetime, **fields: object) -> Run:
    """Return a successful run."""
    counts = {count.value: 0 for count in Count} | {"found": 400, "new": NEW, "held": 400 - NEW}
    run = Run("channel", {}, 7, started_at, started_at + timedelta(seconds=75), "finished", 0, counts, 19, 380_000)
    run.latency_median, run.latency_largest = 900, 4_000
    for name, value in fields.items():
        setattr(run, name, value)
    return run


def run_of_a_ban(started_at: datetime) -> Run:
    counts = {count.value: 0 for count in Count} | {"found": 20, "failed": 20}
    nothing = {"latency_median": None, "latency_largest": None}
    return run_at(started_at, exit_status=4, counts=counts, first_error=BAN, **nothing)


def two_months() -> Iterator[Run]:
    started_at = FIRST
    while started_at <= LAST:
        if started_at == KILLED:
            yield Run("channel", {}, 7, started_at)
        elif started_at == BACKFILL:
            counts = run_at(started_at).counts | {"found": 5_000, "new": 5_000, "held": 0}
            arguments = {"all": "1", "since": "2022-01-01"}
            slow = {"latency_median": 86_400 * 40, "latency_largest": 86_400 * 90}
            yield run_at(started_at, spider="category", arguments=arguments, counts=counts, **slow)
        else:
            yield run_of_a_ban(started_at) if BANNED[0] <= started_at < BANNED[1] else run_at(started_at)
        started_at += timedelta(hours=3)


def keep(data: Path, *runs: Run) -> None:
    """Store runs in the index of *data*."""
    index = Index(data / "index.sqlite")
    for run in runs:
        put_run(index, run)
    index.close()
