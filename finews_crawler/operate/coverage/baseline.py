"""Baseline: the expected number of articles per hour, learned from comparable days.

The expected number of a day is the median over days of the same kind and weekday, or over all days of the kind if there
are few (for holidays the lower quartile). Each hour gets its share of it. The median per hour would not do: for an
outlet with ten articles a day it is zero in every hour, so that a gap could never be found.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from statistics import median, quantiles

from finews_crawler.operate.coverage.calendar import SATURDAY, Calendar, DayKind
from finews_crawler.operate.coverage.time_series import HOURS, Series

SAME_WEEKDAYS = 4
"""With at least this many days of the same weekday, other weekdays are not used."""
FEWEST_DAYS = 3
"""Minimum number of comparable days for a baseline."""
HOLIDAY_FLOOR = 0.15
"""Minimum on a holiday, as a share of a weekend's articles. Applies to all outlets together, since one may pause."""
SETTLING = timedelta(days=14)
"""Time after the first article of a series before it has a baseline."""
DAYS_FOR_DISPERSION = 8
INTERQUARTILE_RANGE = 1.349
"""Interquartile range of the normal distribution, in standard deviations."""


class Baseline:
    """Expected number of articles of one series, by day and hour."""

    def __init__(self, series: Series, calendar: Calendar, days: Iterable[date], *, is_total: bool = False) -> None:
        """Learn from *days*, complete days, after the first day of *series* and up to its last.

        The first day is usually partial, and a dead series has no baseline. If *is_total*, the series covers all
        outlets, and days without articles are excluded as well.
        """
        self._calendar, self._is_total = calendar, is_total
        self._first, last = min(series.days, default=date.max), max(series.days, default=date.min)
        active = (day for day in days if self._first < day <= last)
        self.days = [day for day in active if series.total(day) or not is_total]
        self._totals: dict[tuple[DayKind, int], list[int]] = defaultdict(list)
        self._hours: dict[DayKind, list[int]] = {kind: [0] * HOURS for kind in DayKind}
        self._levels: dict[tuple[DayKind, int], float] = {}
        for day in self.days:
            kind, hours = calendar.kind(day), series.hours(day)
            self._totals[kind, day.weekday()].append(sum(hours))
            self._hours[kind] = [one + other for one, other in zip(self._hours[kind], hours, strict=True)]
        self.dispersion = self._dispersion(series)

    def of_day(self, day: date) -> float:
        """Return the expected number of articles on *day*, 0 if unknown."""
        if day < self._first + SETTLING:
            return 0
        key = (self._calendar.kind(day), day.weekday())
        if key not in self._levels:
            self._levels[key] = self._level(*key)
        return self._levels[key]

    def of_hours(self, day: date) -> list[float]:
        """Return the expected number of articles in each hour of *day*."""
        kind, expected = self._calendar.kind(day), self.of_day(day)
        hours = self._hours[kind]
        if kind is DayKind.HOLIDAY and not any(hours):
            hours = self._hours[DayKind.WEEKEND]
        total = sum(hours)
        return [expected * number / total if total else 0.0 for number in hours]

    def _level(self, kind: DayKind, weekday: int) -> float:
        if kind is DayKind.WORKDAY and weekday >= SATURDAY:
            # A make-up workday on a weekend: offices are open but exchanges are closed, so it may resemble either.
            return min(self._typical(kind, weekday), self._level(DayKind.WEEKEND, weekday))
        level = self._typical(kind, weekday)
        if kind is DayKind.HOLIDAY and self._is_total:
            level = max(level, HOLIDAY_FLOOR * self._level(DayKind.WEEKEND, weekday))
        return level

    def _typical(self, kind: DayKind, weekday: int) -> float:
        same = self._totals.get((kind, weekday), [])
        if len(same) < SAME_WEEKDAYS:
            same = [number for (other, _), numbers in self._totals.items() if other is kind for number in numbers]
        if len(same) < FEWEST_DAYS:
            return 0
        # Holidays differ a lot, so only numbers below the lower quartile are unusual.
        return quantiles(same, n=4)[0] if kind is DayKind.HOLIDAY else float(median(same))

    def _dispersion(self, series: Series) -> float:
        """Return the variance of the daily numbers relative to a Poisson distribution, from the interquartile range.

        For all outlets together only the upper half is used: days with gaps are in the lower half, and a young archive
        may have many of them. A single outlet may have such days without a gap.
        """
        expected = [(day, self.of_day(day)) for day in self.days]
        residuals = [(series.total(day) - number) / math.sqrt(number) for day, number in expected if number]
        if len(residuals) < DAYS_FOR_DISPERSION:
            return 1
        low, middle, high = quantiles(residuals, n=4)
        spread = 2 * (high - middle) if self._is_total else high - low
        return max(1.0, (spread / INTERQUARTILE_RANGE) ** 2)
