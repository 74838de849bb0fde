"""Two months of runs, every three hours: a killed one, a ban of two days, a backfill."""

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


def run_at(moment: datetime, **fields: object) -> Run:
    """One that ended well."""
    counts = {count.value: 0 for count in Count} | {"found": 400, "new": NEW, "held": 400 - NEW}
    run = Run("channel", {}, 7, moment, moment + timedelta(seconds=75), "finished", 0, counts, 19, 380_000)
    run.latency_median, run.latency_largest = 900, 4_000
    for name, value in fields.items():
        setattr(run, name, value)
    return run


def run_of_a_ban(moment: datetime) -> Run:
    counts = {count.value: 0 for count in Count} | {"found": 20, "failed": 20}
    nothing = {"latency_median": None, "latency_largest": None}
    return run_at(moment, exit_status=4, counts=counts, first_error=BAN, **nothing)


def two_months() -> Iterator[Run]:
    moment = FIRST
    while moment <= LAST:
        if moment == KILLED:
            yield Run("channel", {}, 7, moment)
        elif moment == BACKFILL:
            counts = run_at(moment).counts | {"found": 5_000, "new": 5_000, "held": 0}
            given = {"all": "1", "since": "2022-01-01"}
            slow = {"latency_median": 86_400 * 40, "latency_largest": 86_400 * 90}
            yield run_at(moment, spider="category", arguments=given, counts=counts, **slow)
        else:
            yield run_of_a_ban(moment) if BANNED[0] <= moment < BANNED[1] else run_at(moment)
        moment += timedelta(hours=3)


def keep(data: Path, *runs: Run) -> None:
    """Put them into the index of *data*, as if they had been crawls."""
    index = Index(data / "index.sqlite")
    for run in runs:
        put_run(index, run)
    index.close()
