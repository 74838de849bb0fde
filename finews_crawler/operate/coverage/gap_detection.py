"""All holes of an archive: those of the whole, told once, and what its media or channels lack besides."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from finews_crawler.operate.coverage.baseline import SETTLING, Baseline
from finews_crawler.operate.coverage.calendar import Calendar, days_of
from finews_crawler.operate.coverage.cusum import Interval, evidence, find_intervals, needed_evidence, tightened
from finews_crawler.operate.coverage.gap import Gap
from finews_crawler.operate.coverage.time_series import HOURS, Counts, Period, Series, series_of, sum_of
from finews_crawler.utils.timezone import BEIJING

HISTORY = timedelta(days=90)
"""So much before the period helps to know the norm."""


@dataclass(frozen=True)
class Scanned:
    """The holes of a series, as positions among the hours of the period, and what was expected in each hour."""

    stretches: list[Interval] = field(default_factory=list)
    expected: list[float] = field(default_factory=list)
    found: list[int] = field(default_factory=list)

    def expected_in(self, stretch: Interval) -> float:
        return sum(self.expected[stretch.begin : stretch.end])

    def found_in(self, stretch: Interval) -> int:
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
        norm = Baseline(series, self.calendar, days, is_whole=is_whole)
        expected = [number for day, over in self._days for number in norm.of_hours(day)[:over]]
        had = series if is_whole or not self._unlisted.days else series.plus(self._unlisted)
        found = [number for day, over in self._days for number in had.hours(day)[:over]]
        for position in masked:
            expected[position], found[position] = 0, 0
        evidences = [evidence(*hour) / norm.dispersion for hour in zip(found, expected, strict=True)]
        stretches = find_intervals(evidences, needed_evidence(chances))
        return Scanned([tightened(stretch, found, evidences) for stretch in stretches], expected, found)

    def moment(self, position: int) -> datetime:
        """When an hour of the period begins."""
        since = self.period.since
        return datetime(since.year, since.month, since.day, tzinfo=BEIJING) + timedelta(hours=position)

    def hole(self, names: tuple[str, ...], scanned: Scanned, stretch: Interval) -> Gap:
        """A stretch in words. When nothing came after it, it lasts until the end of the period."""
        is_open = not any(scanned.found[stretch.end :])
        stretch = Interval(stretch.begin, self.hours if is_open else stretch.end)
        begins, ends = self.moment(stretch.begin), self.moment(stretch.end)
        return Gap(names, begins, ends, is_open, scanned.found_in(stretch), scanned.expected_in(stretch))


MUCH_THE_SAME = 0.5
"""Holes that have so much of their time in common have one cause, such as a dead channel."""
FEWEST_TOGETHER = 3
"""So many of them are told as one."""


def find_gaps(counts: Counts, period: Period) -> list[Gap]:
    """The holes in *counts*, which begin 90 days before the period, in order of time."""
    named = series_of(counts)
    return find_gaps_of(named, sum_of(named.values()), period)


def find_gaps_of(
    named: Mapping[str, Series], whole: Series, period: Period, unlisted: Series | None = None
) -> list[Gap]:
    """The same of series, where the *whole* need not be their sum: several channels give the same article.

    *unlisted*: articles of the whole that may be of any of the series, and fill its holes.
    """
    if not whole.days:
        return []
    first = max(min(whole.days), history_since(period, whole))
    scan = Scan(period, Calendar(first, period.until), first, unlisted or Series())
    named = {name: series for name, series in named.items() if not scan.is_gone(series)}
    chances = sum(map(scan.chances, named.values())) + scan.chances(whole)
    all_scanned = scan.scan(whole, chances, is_whole=True)
    scanned = {name: scan.scan(series, chances) for name, series in named.items()}
    common = _common_to_all(all_scanned, scanned)
    if common:
        masked = _hours_around(common, scan.hours)
        scanned = {name: scan.scan(series, chances, masked) for name, series in named.items()}
    singly = [scan.hole((name,), one, stretch) for name, one in scanned.items() for stretch in one.stretches]
    holes = [*(scan.hole((), all_scanned, stretch) for stretch in common), *_together(singly)]
    return sorted(holes, key=lambda hole: (hole.begins, hole.names))


def history_since(period: Period, whole: Series) -> date:
    """From when on articles tell the norm: an archive that died long ago is compared with the days when it lived."""
    last = max((day for day in whole.days if day <= period.until), default=period.until)
    return min(period.since, last) - HISTORY


def _common_to_all(whole: Scanned, named: Mapping[str, Scanned]) -> list[Interval]:
    """The holes of the whole that are not merely those of one name which gives most of the articles."""
    return [stretch for stretch in whole.stretches if _is_common(stretch, named.values())]


def _is_common(stretch: Interval, named: Iterable[Scanned]) -> bool:
    """Whether the rest lacks half of what was expected of it, too."""
    numbers = [(one.expected_in(stretch), one.found_in(stretch)) for one in named]
    numbers.sort(key=lambda number: number[1] - number[0])
    rest = numbers[1:]
    return 2 * sum(found for _, found in rest) <= sum(expected for expected, _ in rest)


def _hours_around(stretches: Iterable[Interval], hours: int) -> list[int]:
    """The hours of some stretches, and the one before and after each, of which a part may be missing."""
    wider = (range(max(0, stretch.begin - 1), min(hours, stretch.end + 1)) for stretch in stretches)
    return sorted({position for positions in wider for position in positions})


def _together(holes: Iterable[Gap]) -> list[Gap]:
    """Holes of several names at much the same time as one."""
    groups: list[list[Gap]] = []
    for hole in sorted(holes, key=lambda hole: (hole.begins, hole.ends, hole.names)):
        for group in groups:
            if group[0].overlap(hole) > MUCH_THE_SAME:
                group.append(hole)
                break
        else:
            groups.append([hole])
    few = [hole for group in groups if len(group) < FEWEST_TOGETHER for hole in group]
    return [*few, *(_one_of(group) for group in groups if len(group) >= FEWEST_TOGETHER)]


def _one_of(group: Sequence[Gap]) -> Gap:
    most_first = sorted(group, key=lambda hole: (-hole.missing, hole.names))
    return Gap(
        names=tuple(dict.fromkeys(name for hole in most_first for name in hole.names)),
        begins=min(hole.begins for hole in group),
        ends=max(hole.ends for hole in group),
        is_open=any(hole.is_open for hole in group),
        found=sum(hole.found for hole in group),
        expected=sum(hole.expected for hole in group),
    )
