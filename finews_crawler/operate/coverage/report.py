"""Data of the coverage report: days, outlets or channels, and gaps."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import date

from finews_crawler.archive.index import Index
from finews_crawler.operate.coverage.baseline import SETTLING
from finews_crawler.operate.coverage.calendar import Calendar, DayKind, days_of, unannounced
from finews_crawler.operate.coverage.gap import Gap, backfill_command
from finews_crawler.operate.coverage.gap_detection import find_gaps
from finews_crawler.operate.coverage.query import NO_CHANNELS, Grouping, query_counts
from finews_crawler.operate.coverage.time_series import Period


@dataclass(frozen=True)
class CoverageDay:
    """A day of the period, in Beijing time."""

    day: date
    kind: DayKind
    name: str
    """Name of the holiday, ``weekend`` or ``make-up workday``; '' for an ordinary workday."""
    articles: int


@dataclass(frozen=True)
class GroupCoverage:
    """Articles of an outlet or a channel."""

    name: str
    by_day: tuple[int, ...]
    """Number of articles on each day of the period."""
    last: date
    """Day of the last article."""

    @property
    def articles(self) -> int:
        return sum(self.by_day)


@dataclass(frozen=True)
class Coverage:
    """Coverage report. The period begins no earlier than the first article of the archive."""

    path: str
    by: Grouping
    period: Period
    days: tuple[CoverageDay, ...] = ()
    groups: tuple[GroupCoverage, ...] = ()
    """Outlets or channels with articles in the period, in descending order of articles."""
    gaps: tuple[Gap, ...] = ()
    baseline_since: date | None = None
    """First day that has a baseline: an archive needs two weeks. None without articles."""
    unannounced: tuple[int, ...] = ()
    """Years of the period without known make-up workdays."""
    paged: frozenset[str] = frozenset()
    """Channels that can be read back to a day, and whose host is set."""

    @property
    def without_baseline(self) -> str:
        """Reason for which no gap can be found in the period; '' if one could be, or was."""
        if self.gaps or self.baseline_since is None:
            return ""
        if self.baseline_since > self.period.until:
            days = (self.period.until - self.baseline_since + SETTLING).days + 1
            return f"no baseline yet ({days} of {SETTLING.days} days)"
        # With a baseline, a period without articles is a gap.
        return "" if self.articles else "no baseline, for want of articles before this period"

    def command(self, gap: Gap) -> str:
        """Return the shell command that fills a gap."""
        return backfill_command(gap, by_channel=self.by is Grouping.CHANNEL, paged=self.paged)

    @property
    def articles(self) -> int:
        return sum(day.articles for day in self.days)


def build_report(index: Index, path: str, period: Period, by: Grouping) -> Coverage:
    """Build the report for the archive at *path*. Raises UnusableIndex, sqlite3.Error."""
    counts = query_counts(index, period, by)
    if not counts.total.days:
        return Coverage(path, by, period)
    baseline_since = min(counts.total.days) + SETTLING
    period = dataclasses.replace(period, since=max(period.since, min(counts.total.days)))
    channels = {name: series for name, series in counts.groups.items() if name not in NO_CHANNELS}
    listed = counts.groups if by is Grouping.MEDIA else channels
    days, calendar = days_of(period.since, period.until), Calendar(period.since, period.until)
    groups = (
        GroupCoverage(name, tuple(map(series.total, days)), last=max(series.days)) for name, series in listed.items()
    )
    return Coverage(
        path,
        by,
        period,
        tuple(CoverageDay(day, calendar.kind(day), calendar.name(day), counts.total.total(day)) for day in days),
        tuple(sorted((one for one in groups if one.articles), key=lambda one: (-one.articles, one.name))),
        tuple(find_gaps(listed, counts.total, period, counts.possible)),
        baseline_since,
        tuple(unannounced(period.since, period.until)),
    )
