"""Looking for holes in one series: the hours of a period against its norm."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from finews_crawler.content.dates import BEIJING
from finews_crawler.operate.coverage.baseline import SETTLING, Norm
from finews_crawler.operate.coverage.calendar import Calendar, days_of
from finews_crawler.operate.coverage.cusum import Stretch, evidence, find_stretches, needed_evidence, tightened
from finews_crawler.operate.coverage.gap import Hole
from finews_crawler.operate.coverage.time_series import HOURS, Period, Series

HISTORY = timedelta(days=90)
"""So much before the period helps to know the norm."""


@dataclass(frozen=True)
class Scanned:
    """The holes of a series, as positions among the hours of the period, and what was expected in each hour."""

    stretches: list[Stretch] = field(default_factory=list)
    expected: list[float] = field(default_factory=list)
    found: list[int] = field(default_factory=list)

    def expected_in(self, stretch: Stretch) -> float:
        return sum(self.expected[stretch.begin : stretch.end])

    def found_in(self, stretch: Stretch) -> int:
        return sum(self.found[stretch.begin : stretch.end])


class Scan:
    """The hours of a period that are over, numbered from 0, and what is common to all series."""

    def __init__(self, period: Period, calendar: Calendar, history_since: date, unlisted: Series) -> None:
        """*unlisted*: articles that may be of any of the series, and fill its holes."""
        self.period, self.calendar, self._unlisted = period, calendar, unlisted
        self._days = [(day, period.hours_over(day)) for day in days_of(period.since, period.until)]
        self._complete = [day for day in days_of(history_since, period.until) if period.hours_over(day) == HOURS]
        self.hours = sum(over for _, over in self._days)

    def chances(self, series: Series) -> int:
        """How many holes may begin in a series: after each article, and in each hour."""
        articles = sum(series.total(day) for day, _ in self._days)
        return min(self.hours, articles + 1)

    def is_gone(self, series: Series) -> bool:
        """Whether it fell silent so long before the period that this is old news."""
        return max(series.days, default=date.min) < self.period.since - SETTLING

    def scan(self, series: Series, chances: int, masked: Collection[int] = (), *, is_whole: bool = False) -> Scanned:
        """The holes of *series*, but for the hours *masked*, which say nothing. *chances*: those of all series.

        Twice: what turns out to be a hole is no part of the norm.
        """
        masked_days = {self.moment(position).date() for position in masked}
        scanned = self._scan_once(series, chances, masked, masked_days, is_whole=is_whole)
        if not scanned.stretches:
            return scanned
        holes = {self.moment(position).date() for stretch in scanned.stretches for position in range(*stretch)}
        return self._scan_once(series, chances, masked, masked_days | holes, is_whole=is_whole)

    def _scan_once(
        self, series: Series, chances: int, masked: Collection[int], left_out: set[date], *, is_whole: bool
    ) -> Scanned:
        days = [day for day in self._complete if day not in left_out]
        norm = Norm(series, self.calendar, days, is_whole=is_whole)
        expected = [number for day, over in self._days for number in norm.of_hours(day)[:over]]
        had = series if is_whole or not self._unlisted.days else series.plus(self._unlisted)
        found = [number for day, over in self._days for number in had.hours(day)[:over]]
        for position in masked:
            expected[position], found[position] = 0, 0
        evidences = [evidence(*hour) / norm.dispersion for hour in zip(found, expected, strict=True)]
        stretches = find_stretches(evidences, needed_evidence(chances))
        return Scanned([tightened(stretch, found, evidences) for stretch in stretches], expected, found)

    def moment(self, position: int) -> datetime:
        """When an hour of the period begins."""
        since = self.period.since
        return datetime(since.year, since.month, since.day, tzinfo=BEIJING) + timedelta(hours=position)

    def hole(self, names: tuple[str, ...], scanned: Scanned, stretch: Stretch) -> Hole:
        """A stretch in words. When nothing came after it, it lasts until the end of the period."""
        is_open = not any(scanned.found[stretch.end :])
        stretch = Stretch(stretch.begin, self.hours if is_open else stretch.end)
        begins, ends = self.moment(stretch.begin), self.moment(stretch.end)
        return Hole(names, begins, ends, is_open, scanned.found_in(stretch), scanned.expected_in(stretch))
