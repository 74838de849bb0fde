"""Articles per hour: of an outlet, of a channel, or of all together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from finews_crawler.utils.timezone import BEIJING

HOURS = 24

GRACE = timedelta(hours=1)
"""Delay after which an hour is complete: the schedule may have intervals of 30 minutes, and a run takes time."""


@dataclass
class Series:
    """Number of articles in each hour, for each day that has articles."""

    days: dict[date, list[int]] = field(default_factory=dict)

    def add(self, day: date, hour: int, number: int) -> None:
        self.days.setdefault(day, [0] * HOURS)[hour] += number

    def hours(self, day: date) -> list[int]:
        """Return the counts of the 24 hours of *day*."""
        return self.days.get(day) or [0] * HOURS

    def total(self, day: date) -> int:
        return sum(self.days.get(day, ()))


@dataclass(frozen=True)
class Period:
    """Days of a report, both included, and the time of the report."""

    since: date
    until: date
    now: datetime

    def complete_hours(self, day: date) -> int:
        """Return the number of complete hours of *day*.

        >>> period = Period(date(2026, 1, 1), date(2026, 1, 9), datetime(2026, 1, 8, 15, 20, tzinfo=BEIJING))
        >>> [period.complete_hours(date(2026, 1, day)) for day in (7, 8, 9)]
        [24, 14, 0]
        """
        midnight = datetime(day.year, day.month, day.day, tzinfo=BEIJING)
        hours = (self.now - GRACE - midnight) // timedelta(hours=1)
        return max(0, min(HOURS, hours))


def sum_of(all_series: Iterable[Series]) -> Series:
    """Return the articles of all series together, by day and hour."""
    total = Series()
    for series in all_series:
        for day, hours in series.days.items():
            for hour, number in enumerate(hours):
                total.add(day, hour, number)
    return total
