"""How many articles came in each hour: of each medium or channel, and of the whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from finews_crawler.utils.timezone import BEIJING

HOURS = 24
Counts = Mapping[tuple[str, date, int], int]
"""How many articles by name, day and hour of publication, in Beijing."""

GRACE = timedelta(hours=1)
"""An hour is complete so long after it ended: cron may come once in half an hour, and a run takes its time."""


@dataclass
class Series:
    """What came of one medium, one channel, or all: for each day that has articles, how many in each hour."""

    days: dict[date, list[int]] = field(default_factory=dict)

    def add(self, day: date, hour: int, number: int) -> None:
        self.days.setdefault(day, [0] * HOURS)[hour] += number

    def hours(self, day: date) -> list[int]:
        """The counts of a day's hours; zeros for a day without articles."""
        return self.days.get(day) or [0] * HOURS

    def total(self, day: date) -> int:
        return sum(self.days.get(day, ()))

    def plus(self, other: Series) -> Series:
        """The articles of both.

        >>> one, other = Series({date(2026, 1, 5): [1] * 24}), Series({date(2026, 1, 5): [2] * 24})
        >>> one.plus(other).total(date(2026, 1, 5)), one.total(date(2026, 1, 5))
        (72, 24)
        """
        both = Series()
        for series in (self, other):
            for day, hours in series.days.items():
                for hour, number in enumerate(hours):
                    both.add(day, hour, number)
        return both


@dataclass(frozen=True)
class Period:
    """The days that are looked at, both included, and until when anything can have come."""

    since: date
    until: date
    now: datetime

    def hours_over(self, day: date) -> int:
        """How many hours of *day* are complete.

        >>> period = Period(date(2026, 1, 1), date(2026, 1, 9), datetime(2026, 1, 8, 15, 20, tzinfo=BEIJING))
        >>> [period.hours_over(date(2026, 1, day)) for day in (7, 8, 9)]
        [24, 14, 0]
        """
        midnight = datetime(day.year, day.month, day.day, tzinfo=BEIJING)
        over = (self.now - GRACE - midnight) // timedelta(hours=1)
        return max(0, min(HOURS, over))


def series_of(counts: Counts) -> dict[str, Series]:
    """A series for each name.

    >>> counts = {("甲", date(2026, 1, 5), 9): 2, ("乙", date(2026, 1, 5), 9): 1, ("甲", date(2026, 1, 5), 10): 3}
    >>> {name: series.total(date(2026, 1, 5)) for name, series in series_of(counts).items()}
    {'甲': 5, '乙': 1}
    """
    found: dict[str, Series] = {}
    for (name, day, hour), number in counts.items():
        found.setdefault(name, Series()).add(day, hour, number)
    return found


def sum_of(all_series: Iterable[Series]) -> Series:
    """The articles of all of them."""
    whole = Series()
    for series in all_series:
        for day, hours in series.days.items():
            for hour, number in enumerate(hours):
                whole.add(day, hour, number)
    return whole
