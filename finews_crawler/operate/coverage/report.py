"""What ``scrapy coverage`` tells: the days, the media or channels, and the holes."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import date

from finews_crawler.archive.index import Index
from finews_crawler.operate.coverage.calendar import Calendar, Kind, days_of
from finews_crawler.operate.coverage.gap import Gap
from finews_crawler.operate.coverage.gap_detection import find_gaps_of
from finews_crawler.operate.coverage.query import NO_CHANNELS, Grouping, query_counts
from finews_crawler.operate.coverage.time_series import Period, Series


@dataclass(frozen=True)
class Day:
    """A day of the period, in Beijing."""

    day: date
    kind: Kind
    name: str
    """The holiday's, or ``weekend``, or ``make-up workday``; '' for an ordinary workday."""
    articles: int


@dataclass(frozen=True)
class GroupCoverage:
    """A medium, or a channel."""

    name: str
    by_day: tuple[int, ...]
    """Its articles of each day of the period."""
    last: date
    """The day of its last article."""

    @property
    def articles(self) -> int:
        return sum(self.by_day)


@dataclass(frozen=True)
class Coverage:
    """All of it. The period begins with the archive's first article, where that is later than was asked for."""

    path: str
    by: Grouping
    period: Period
    days: tuple[Day, ...] = ()
    named: tuple[GroupCoverage, ...] = ()
    """Those that have articles in the period, the most first."""
    holes: tuple[Gap, ...] = ()

    @property
    def articles(self) -> int:
        return sum(day.articles for day in self.days)


def build_report(index: Index, path: str, period: Period, by: Grouping) -> Coverage:
    """Look through the index of the archive at *path*. Raises UnusableIndex, sqlite3.Error."""
    archived = query_counts(index, period, by)
    if not archived.whole.days:
        return Coverage(path, by, period)
    period = dataclasses.replace(period, since=max(period.since, min(archived.whole.days)))
    channels = {name: series for name, series in archived.named.items() if name not in NO_CHANNELS}
    listed = archived.named if by is Grouping.MEDIA else channels
    return Coverage(
        path,
        by,
        period,
        days=_days(archived.whole, period),
        named=_named(archived.named, period),
        holes=tuple(find_gaps_of(listed, archived.whole, period, archived.unlisted)),
    )


def _days(whole: Series, period: Period) -> tuple[Day, ...]:
    calendar = Calendar(period.since, period.until)
    days = days_of(period.since, period.until)
    return tuple(Day(day, calendar.kind(day), calendar.name(day), whole.total(day)) for day in days)


def _named(all_series: dict[str, Series], period: Period) -> tuple[GroupCoverage, ...]:
    days = days_of(period.since, period.until)
    named = (
        GroupCoverage(name, tuple(map(series.total, days)), last=max(series.days))
        for name, series in all_series.items()
    )
    return tuple(sorted((one for one in named if one.articles), key=lambda one: (-one.articles, one.name)))
