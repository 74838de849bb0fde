"""The norm: how many articles an hour is expected to bring, from comparable days.

A day's number is the median of the days of its kind on the same weekday, or where they are few of all days of its kind
(of holidays, the lower quartile); each hour has its share of it. Not the median of the hour itself: of a medium with
ten articles a day that is none in any hour, and nobody would miss them.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from statistics import median, quantiles

from finews_crawler.operate.coverage.calendar import SATURDAY, Calendar, Kind
from finews_crawler.operate.coverage.time_series import HOURS, Series

SAME_WEEKDAYS = 4
"""So many days of the same weekday are compared with each other alone."""
FEWEST_DAYS = 3
"""Fewer comparable days make no norm."""
HOLIDAY_FLOOR = 0.15
"""However quiet a holiday is, all media together bring so much of what a weekend brings; one of them may bring none."""
SETTLING = timedelta(days=14)
"""What was first seen less than this before has no norm yet."""
DAYS_FOR_DISPERSION = 8
INTERQUARTILE_RANGE = 1.349
"""Of a normal distribution, in standard deviations."""


class Baseline:
    """The norm of one series."""

    def __init__(self, series: Series, calendar: Calendar, days: Iterable[date], *, is_whole: bool = False) -> None:
        """From the complete days *days*, as far as they lie after the first day of the series, and not after its last.

        The first one is seldom whole, and after the last one it is dead, which is no norm. Of the whole (*is_whole*) no
        day without an article is one.
        """
        self._calendar, self._is_whole = calendar, is_whole
        self._first, last = min(series.days, default=date.max), max(series.days, default=date.min)
        alive = (day for day in days if self._first < day <= last)
        self.days = [day for day in alive if series.total(day) or not is_whole]
        self._totals: dict[tuple[Kind, int], list[int]] = defaultdict(list)
        self._hours: dict[Kind, list[int]] = {kind: [0] * HOURS for kind in Kind}
        self._levels: dict[tuple[Kind, int], float] = {}
        for day in self.days:
            kind, hours = calendar.kind(day), series.hours(day)
            self._totals[kind, day.weekday()].append(sum(hours))
            self._hours[kind] = [one + other for one, other in zip(self._hours[kind], hours, strict=True)]
        self.dispersion = self._dispersion(series)

    def of_day(self, day: date) -> float:
        """How many articles *day* is expected to bring; 0 where nothing is known."""
        if day < self._first + SETTLING:
            return 0
        key = (self._calendar.kind(day), day.weekday())
        if key not in self._levels:
            self._levels[key] = self._level(*key)
        return self._levels[key]

    def of_hours(self, day: date) -> list[float]:
        """The same, hour by hour."""
        kind, expected = self._calendar.kind(day), self.of_day(day)
        hours = self._hours[kind]
        if kind is Kind.HOLIDAY and not any(hours):
            hours = self._hours[Kind.WEEKEND]
        whole = sum(hours)
        return [expected * number / whole if whole else 0.0 for number in hours]

    def _level(self, kind: Kind, weekday: int) -> float:
        if kind is Kind.WORKDAY and weekday >= SATURDAY:
            # A weekend that is made up for: offices are open and exchanges are not, so it may be like either.
            return min(self._typical(kind, weekday), self._level(Kind.WEEKEND, weekday))
        level = self._typical(kind, weekday)
        if kind is Kind.HOLIDAY and self._is_whole:
            level = max(level, HOLIDAY_FLOOR * self._level(Kind.WEEKEND, weekday))
        return level

    def _typical(self, kind: Kind, weekday: int) -> float:
        same = self._totals.get((kind, weekday), [])
        if len(same) < SAME_WEEKDAYS:
            same = [number for (other, _), numbers in self._totals.items() if other is kind for number in numbers]
        if len(same) < FEWEST_DAYS:
            return 0
        # No two holidays are alike: what a quarter of such days brought is no less than usual.
        return quantiles(same, n=4)[0] if kind is Kind.HOLIDAY else float(median(same))

    def _dispersion(self, series: Series) -> float:
        """How many times wider than a Poisson distribution's the spread of the days is; the middle half tells.

        Of the whole its upper part alone: days with a hole lie in the lower, and of a young archive's they may be many.
        One medium may have such days by its own will.
        """
        expected = [(day, self.of_day(day)) for day in self.days]
        residuals = [(series.total(day) - number) / math.sqrt(number) for day, number in expected if number]
        if len(residuals) < DAYS_FOR_DISPERSION:
            return 1
        low, middle, high = quantiles(residuals, n=4)
        spread = 2 * (high - middle) if self._is_whole else high - low
        return max(1.0, (spread / INTERQUARTILE_RANGE) ** 2)
