"""What the charts of runs show, day by day: pure sums over rows."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from finews_crawler.content.dates import publication_day
from finews_crawler.operate.reports.run_history import ENDINGS, RunEntry
from finews_crawler.utils.formatting import common_unit

DAYS_DRAWN = 60
FAILURES = ("failed", "rejected")
FOLLOWS_THE_NEWS = "channel"
"""The spider whose latency says something: the others fetch what was published long ago."""

Stack = tuple[tuple[str, ...], list[tuple[str, list[int]]]]
"""Names, and for each day a value of each: what ``charts.stacked_bars`` draws."""
Day = Sequence[RunEntry]
Number = Callable[[Day, str], int]
"""What a day adds to the column of a name."""


@dataclass(frozen=True)
class Latency:
    """From publication until held, of each day's runs; nothing for a day that brought nothing new."""

    unit: str
    points: list[tuple[str, list[float | None]]]


def by_day(runs: Sequence[RunEntry]) -> dict[date, list[RunEntry]]:
    """The runs of each day in Beijing, up to the day of the last run; a day without any is among them.

    At most DAYS_DRAWN days, whatever a clock that was wrong has left in a row.
    """
    found = defaultdict(list)
    for run in runs:
        found[publication_day(run.started_at)].append(run)
    if not found:
        return {}
    last = publication_day(runs[-1].started_at)
    number = min((last - min(found)).days + 1, DAYS_DRAWN)
    return {day: found[day] for day in (last - timedelta(back) for back in reversed(range(number)))}


def new_articles(days: dict[date, list[RunEntry]]) -> Stack:
    """New articles of each spider."""
    names = tuple(sorted({run.spider for runs in days.values() for run in runs}))
    return _stack(days, names, lambda runs, name: sum(run.counts["new"] for run in runs if run.spider == name))


def failures(days: dict[date, list[RunEntry]]) -> Stack:
    """Articles that failed, and that were rejected; no names when there were none."""
    return _stack_of_some(days, FAILURES, lambda runs, name: sum(run.counts[name] for run in runs))


def bad_endings(days: dict[date, list[RunEntry]]) -> Stack:
    """Runs that did not do all they were asked to, by how they ended; only the endings that there were."""
    return _stack_of_some(days, ENDINGS, lambda runs, name: sum(run.status == name for run in runs))


def latency(days: dict[date, list[RunEntry]], of_day: Callable[[Day], float | None]) -> Latency:
    """The latency of each day, in a unit that suits the longest."""
    seconds = {day: of_day([run for run in runs if run.spider == FOLLOWS_THE_NEWS]) for day, runs in days.items()}
    length, unit = common_unit(seconds.values())
    return Latency(unit, [(str(day), [None if each is None else each / length]) for day, each in seconds.items()])


def median_latency(runs: Day) -> float | None:
    """Of a day: the median of its runs' medians."""
    known = [run.latency_median for run in runs if run.latency_median is not None]
    return statistics.median(known) if known else None


def largest_latency(runs: Day) -> float | None:
    """Of a day: the article that took longest."""
    return max((run.latency_largest for run in runs if run.latency_largest is not None), default=None)


def _stack(days: dict[date, list[RunEntry]], names: Sequence[str], number: Number) -> Stack:
    return tuple(names), [(str(day), [number(runs, name) for name in names]) for day, runs in days.items()]


def _stack_of_some(days: dict[date, list[RunEntry]], names: Sequence[str], number: Number) -> Stack:
    return _stack(days, [name for name in names if any(number(runs, name) for runs in days.values())], number)
