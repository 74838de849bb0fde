"""All holes of an archive: those of the whole, told once, and what its media or channels lack besides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from finews_crawler.operate.coverage.calendar import Calendar
from finews_crawler.operate.coverage.cusum import Stretch
from finews_crawler.operate.coverage.gap import Hole
from finews_crawler.operate.coverage.gap_scan import HISTORY, Scan, Scanned
from finews_crawler.operate.coverage.time_series import Counts, Period, Series, series_of, sum_of

MUCH_THE_SAME = 0.5
"""Holes that have so much of their time in common have one cause, such as a dead channel."""
FEWEST_TOGETHER = 3
"""So many of them are told as one."""


def find_holes(counts: Counts, period: Period) -> list[Hole]:
    """The holes in *counts*, which begin 90 days before the period, in order of time."""
    named = series_of(counts)
    return find_holes_of(named, sum_of(named.values()), period)


def find_holes_of(
    named: Mapping[str, Series], whole: Series, period: Period, unlisted: Series | None = None
) -> list[Hole]:
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


def _common_to_all(whole: Scanned, named: Mapping[str, Scanned]) -> list[Stretch]:
    """The holes of the whole that are not merely those of one name which gives most of the articles."""
    return [stretch for stretch in whole.stretches if _is_common(stretch, named.values())]


def _is_common(stretch: Stretch, named: Iterable[Scanned]) -> bool:
    """Whether the rest lacks half of what was expected of it, too."""
    numbers = [(one.expected_in(stretch), one.found_in(stretch)) for one in named]
    numbers.sort(key=lambda number: number[1] - number[0])
    rest = numbers[1:]
    return 2 * sum(found for _, found in rest) <= sum(expected for expected, _ in rest)


def _hours_around(stretches: Iterable[Stretch], hours: int) -> list[int]:
    """The hours of some stretches, and the one before and after each, of which a part may be missing."""
    wider = (range(max(0, stretch.begin - 1), min(hours, stretch.end + 1)) for stretch in stretches)
    return sorted({position for positions in wider for position in positions})


def _together(holes: Iterable[Hole]) -> list[Hole]:
    """Holes of several names at much the same time as one."""
    groups: list[list[Hole]] = []
    for hole in sorted(holes, key=lambda hole: (hole.begins, hole.ends, hole.names)):
        for group in groups:
            if group[0].overlap(hole) > MUCH_THE_SAME:
                group.append(hole)
                break
        else:
            groups.append([hole])
    few = [hole for group in groups if len(group) < FEWEST_TOGETHER for hole in group]
    return [*few, *(_one_of(group) for group in groups if len(group) >= FEWEST_TOGETHER)]


def _one_of(group: Sequence[Hole]) -> Hole:
    most_first = sorted(group, key=lambda hole: (-hole.missing, hole.names))
    return Hole(
        names=tuple(dict.fromkeys(name for hole in most_first for name in hole.names)),
        begins=min(hole.begins for hole in group),
        ends=max(hole.ends for hole in group),
        is_open=any(hole.is_open for hole in group),
        found=sum(hole.found for hole in group),
        expected=sum(hole.expected for hole in group),
    )
