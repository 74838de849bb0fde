"""Detection of all gaps: gaps common to all series once, and the other gaps of single outlets or channels."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from finews_crawler.operate.coverage.baseline import SETTLING, Baseline
from finews_crawler.operate.coverage.calendar import Calendar, days_of
from finews_crawler.operate.coverage.cusum import Interval, evidence, find_intervals, needed_evidence, trim
from finews_crawler.operate.coverage.gap import Gap
from finews_crawler.operate.coverage.time_series import HOURS, Period, Series, sum_of
from finews_crawler.utils.timezone import BEIJING

HISTORY = timedelta(days=90)
"""Length of the time before the period that the baseline is learned from."""


@dataclass(frozen=True)
class SeriesIntervals:
    """Gaps of a series as positions in the hours of the period, with the articles expected and found in each hour."""

    intervals: list[Interval] = field(default_factory=list)
    expected: list[float] = field(default_factory=list)
    found: list[int] = field(default_factory=list)

    def expected_in(self, interval: Interval) -> float:
        return sum(self.expected[interval.begin : interval.end])

    def found_in(self, interval: Interval) -> int:
        return sum(self.found[interval.begin : interval.end])


class GapDetector:
    """Gap detection for several series over the complete hours of a period, which are numbered from 0."""

    def __init__(self, period: Period, calendar: Calendar, history_since: date) -> None:
        self.period, self.calendar = period, calendar
        self._days = [(day, period.complete_hours(day)) for day in days_of(period.since, period.until)]
        self._complete = [day for day in days_of(history_since, period.until) if period.complete_hours(day) == HOURS]
        self.hours = sum(complete for _, complete in self._days)

    def chances(self, series: Series) -> int:
        """Return the number of points at which a gap may begin: after each article, at most one per hour."""
        articles = sum(series.total(day) for day, _ in self._days)
        return min(self.hours, articles + 1)

    def has_ended(self, series: Series) -> bool:
        """Return True if the last article came long before the period: that gap was reported earlier."""
        return max(series.days, default=date.min) < self.period.since - SETTLING

    def detect(
        self,
        series: Series,
        chances: int,
        masked: Collection[int] = (),
        *,
        possible: Series | None = None,
        is_total: bool = False,
    ) -> SeriesIntervals:
        """Return the gaps of *series*, ignoring the hours *masked*. *chances*: sum over all series.

        *possible*: articles that may belong to it, which count in it, and not in its baseline.

        A second pass excludes the days of the gaps found in the first pass from the baseline.
        """
        masked_days = {self.start_of(position).date() for position in masked}
        counted = sum_of((series, possible)) if possible else series
        result = self._detect_once(self._baseline(series, masked_days, is_total=is_total), counted, chances, masked)
        if not result.intervals:
            return result
        gaps = {self.start_of(position).date() for interval in result.intervals for position in range(*interval)}
        baseline = self._baseline(series, masked_days | gaps, is_total=is_total)
        return self._detect_once(baseline, counted, chances, masked)

    def _baseline(self, series: Series, excluded: set[date], *, is_total: bool) -> Baseline:
        days = [day for day in self._complete if day not in excluded]
        return Baseline(series, self.calendar, days, is_total=is_total)

    def _detect_once(
        self, baseline: Baseline, counted: Series, chances: int, masked: Collection[int]
    ) -> SeriesIntervals:
        expected = [number for day, complete in self._days for number in baseline.of_hours(day)[:complete]]
        found = [number for day, complete in self._days for number in counted.hours(day)[:complete]]
        for position in masked:
            expected[position], found[position] = 0, 0
        evidences = [evidence(*hour) / baseline.dispersion for hour in zip(found, expected, strict=True)]
        intervals = find_intervals(evidences, needed_evidence(chances))
        return SeriesIntervals([trim(interval, found, evidences) for interval in intervals], expected, found)

    def start_of(self, position: int) -> datetime:
        since = self.period.since
        return datetime(since.year, since.month, since.day, tzinfo=BEIJING) + timedelta(hours=position)

    def gap(self, names: tuple[str, ...], result: SeriesIntervals, interval: Interval) -> Gap:
        """Return an interval as a gap. Without articles after it, it extends to the end of the period."""
        is_open = not any(result.found[interval.end :])
        interval = Interval(interval.begin, self.hours if is_open else interval.end)
        begins, ends = self.start_of(interval.begin), self.start_of(interval.end)
        # Before the baseline begins, and at night, silence is no evidence; but that is where articles may be missing.
        silent = interval.begin
        while silent and not result.found[silent - 1]:
            silent -= 1
        found, expected = result.found_in(interval), result.expected_in(interval)
        return Gap(names, begins, ends, is_open, found, expected, self.start_of(silent))


MIN_OVERLAP = 0.5
"""Minimum overlap of gaps with a common cause, such as a dead channel."""
MIN_MERGED = 3
"""Minimum number of simultaneous gaps to merge into one."""


def find_gaps(
    groups: Mapping[str, Series], total: Series, period: Period, possible: Mapping[str, Series] | None = None
) -> list[Gap]:
    """Return the gaps of *groups* and of *total* in chronological order. The series should begin 90 days before.

    *total* may be less than the sum of *groups*, because channels share articles.
    *possible*: articles that may belong to a series, and therefore count in it.
    """
    if not total.days:
        return []
    first = max(min(total.days), history_since(period, total))
    detector = GapDetector(period, Calendar(first, period.until), first)
    groups = {name: series for name, series in groups.items() if not detector.has_ended(series)}
    chances = sum(map(detector.chances, groups.values())) + detector.chances(total)
    of_total = detector.detect(total, chances, is_total=True)
    further = possible or {}
    results = {name: detector.detect(series, chances, possible=further.get(name)) for name, series in groups.items()}
    # The gaps of the total that are not caused by a single series with most of the articles.
    common = [interval for interval in of_total.intervals if _is_common(interval, results.values())]
    if common:
        masked = _hours_of(common, detector.hours)
        results = {
            name: detector.detect(series, chances, masked, possible=further.get(name))
            for name, series in groups.items()
        }
    separate = [
        detector.gap((name,), result, interval) for name, result in results.items() for interval in result.intervals
    ]
    gaps = [*(detector.gap((), of_total, interval) for interval in common), *_merge_simultaneous(separate)]
    return sorted(gaps, key=lambda gap: (gap.begins, gap.names))


def history_since(period: Period, total: Series) -> date:
    """Return the first day of the baseline: HISTORY before the period or the last article, if earlier."""
    last = max((day for day in total.days if day <= period.until), default=period.until)
    return min(period.since, last) - HISTORY


def _is_common(interval: Interval, groups: Iterable[SeriesIntervals]) -> bool:
    """Return True if the other series together have at most half of their expected articles, too."""
    numbers = [(result.expected_in(interval), result.found_in(interval)) for result in groups]
    numbers.sort(key=lambda number: number[1] - number[0])
    rest = numbers[1:]
    return 2 * sum(found for _, found in rest) <= sum(expected for expected, _ in rest)


def _hours_of(intervals: Iterable[Interval], hours: int) -> list[int]:
    """Return the hours of all intervals, and the adjacent hours, which may be partly missing."""
    wider = (range(max(0, interval.begin - 1), min(hours, interval.end + 1)) for interval in intervals)
    return sorted({position for positions in wider for position in positions})


def _merge_simultaneous(gaps: Iterable[Gap]) -> list[Gap]:
    """Merge gaps of several series at nearly the same time into one."""
    groups: list[list[Gap]] = []
    for gap in sorted(gaps, key=lambda gap: (gap.begins, gap.ends, gap.names)):
        for group in groups:
            if group[0].overlap(gap) > MIN_OVERLAP:
                group.append(gap)
                break
        else:
            groups.append([gap])
    few = [gap for group in groups if len(group) < MIN_MERGED for gap in group]
    return [*few, *(_merge(group) for group in groups if len(group) >= MIN_MERGED)]


def _merge(group: Sequence[Gap]) -> Gap:
    by_missing = sorted(group, key=lambda gap: (-gap.missing, gap.names))
    return Gap(
        names=tuple(dict.fromkeys(name for gap in by_missing for name in gap.names)),
        begins=min(gap.begins for gap in group),
        ends=max(gap.ends for gap in group),
        is_open=any(gap.is_open for gap in group),
        found=sum(gap.found for gap in group),
        expected=sum(gap.expected for gap in group),
        silent_since=min(gap.silent_since or gap.begins for gap in group),
    )
