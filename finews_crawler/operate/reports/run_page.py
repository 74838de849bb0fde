"""HTML page of ``finews runs --html``, with charts per day."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from finews_crawler.content.dates import publication_day
from finews_crawler.operate.reports.html import render
from finews_crawler.operate.reports.run_history import FAILURE_STATUSES, RunEntry
from finews_crawler.utils.formatting import common_unit

MAX_DAYS = 60
FAILURES = ("failed", "rejected")
LATENCY_SPIDER = "channel"
"""The only spider with a meaningful latency: the others fetch old articles."""

Stack = tuple[tuple[str, ...], list[tuple[str, list[int]]]]
"""Names, and for each day one value per name: the input of ``charts.stacked_bars``."""
RunsOfDay = Sequence[RunEntry]
Count = Callable[[RunsOfDay, str], int]
"""Function that returns the value of a name for a day's runs."""


@dataclass(frozen=True)
class Latency:
    """Latency from publication to the first sight of an article, per day; None for days without new articles."""

    unit: str
    points: list[tuple[str, list[float | None]]]


def run_page(last: Sequence[RunEntry], drawn: Sequence[RunEntry], now: datetime) -> str:
    """Return the page. *last*: runs in the table; *drawn*: runs in the charts; both oldest first."""
    days = by_day(drawn)
    return render(
        "runs.html.j2",
        now=now,
        runs=list(reversed(last)),
        new=new_articles(days),
        failures=failures(days),
        failed_runs=failed_runs(days),
        latencies={
            "Median latency": latency(days, median_latency),
            "Maximum latency": latency(days, largest_latency),
        },
    )


def by_day(runs: Sequence[RunEntry]) -> dict[date, list[RunEntry]]:
    """Return the runs of each day in Beijing, up to the day of the last run, including days without runs.

    Limited to MAX_DAYS, because a wrong clock may have recorded runs centuries apart.
    """
    found = defaultdict(list)
    for run in runs:
        found[publication_day(run.started_at)].append(run)
    if not found:
        return {}
    last = publication_day(runs[-1].started_at)
    number = min((last - min(found)).days + 1, MAX_DAYS)
    return {day: found[day] for day in (last - timedelta(back) for back in reversed(range(number)))}


def new_articles(days: dict[date, list[RunEntry]]) -> Stack:
    names = tuple(sorted({run.spider for runs in days.values() for run in runs}))
    return _stack(days, names, lambda runs, name: sum(run.counts["new"] for run in runs if run.spider == name))


def failures(days: dict[date, list[RunEntry]]) -> Stack:
    """Return the failed and the rejected articles, without names that are zero on all days."""
    return _stack_nonzero(days, FAILURES, lambda runs, name: sum(run.counts[name] for run in runs))


def failed_runs(days: dict[date, list[RunEntry]]) -> Stack:
    """Return the failed and incomplete runs by status, without statuses that did not occur."""
    return _stack_nonzero(days, FAILURE_STATUSES, lambda runs, name: sum(run.status == name for run in runs))


def latency(days: dict[date, list[RunEntry]], of_day: Callable[[RunsOfDay], float | None]) -> Latency:
    """Return the latency of each day, in a unit suited to the longest."""
    seconds = {day: of_day([run for run in runs if run.spider == LATENCY_SPIDER]) for day, runs in days.items()}
    length, unit = common_unit(seconds.values())
    return Latency(unit, [(str(day), [None if each is None else each / length]) for day, each in seconds.items()])


def median_latency(runs: RunsOfDay) -> float | None:
    known = [run.latency_median for run in runs if run.latency_median is not None]
    return statistics.median(known) if known else None


def largest_latency(runs: RunsOfDay) -> float | None:
    return max((run.latency_largest for run in runs if run.latency_largest is not None), default=None)


def _stack(days: dict[date, list[RunEntry]], names: Sequence[str], number: Count) -> Stack:
    return tuple(names), [(str(day), [number(runs, name) for name in names]) for day, runs in days.items()]


def _stack_nonzero(days: dict[date, list[RunEntry]], names: Sequence[str], number: Count) -> Stack:
    return _stack(days, [name for name in names if any(number(runs, name) for runs in days.values())], number)
