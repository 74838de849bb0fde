"""HTML page of ``finews runs --html``, with charts per day."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import chain
from typing import Any

from finews_crawler.content.dates import publication_day
from finews_crawler.operate.reports.chart_geometry import axis_top
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
        **latencies(days),
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


def latencies(days: dict[date, list[RunEntry]]) -> dict[str, Any]:
    """Return the charts of the latency by their titles, and the end of the axis that they share.

    Their unit is suited to the longest latency.
    """
    runs = {day: [run for run in of_day if run.spider == LATENCY_SPIDER] for day, of_day in days.items()}
    functions = {"Median archiving delay": median_latency, "Longest archiving delay": largest_latency}
    seconds = {title: [of_day(each) for each in runs.values()] for title, of_day in functions.items()}
    length, unit = common_unit(chain.from_iterable(seconds.values()))
    charts = {
        title: Latency(unit, [(str(day), [each and each / length]) for day, each in zip(days, of_title, strict=True)])
        for title, of_title in seconds.items()
    }
    largest = max((each / length for of_title in seconds.values() for each in of_title if each is not None), default=0)
    return {"latencies": charts, "latency_top": axis_top(largest)}


def median_latency(runs: RunsOfDay) -> float | None:
    """Return the median of the runs' medians, in seconds; None if no run has one."""
    known = [run.latency_median for run in runs if run.latency_median is not None]
    return statistics.median(known) if known else None


def largest_latency(runs: RunsOfDay) -> float | None:
    """Return the largest latency of a day's runs, in seconds; None if no run has one."""
    return max((run.latency_largest for run in runs if run.latency_largest is not None), default=None)


def _stack(days: dict[date, list[RunEntry]], names: Sequence[str], number: Count) -> Stack:
    return tuple(names), [(str(day), [number(runs, name) for name in names]) for day, runs in days.items()]


def _stack_nonzero(days: dict[date, list[RunEntry]], names: Sequence[str], number: Count) -> Stack:
    return _stack(days, [name for name in names if any(number(runs, name) for runs in days.values())], number)
