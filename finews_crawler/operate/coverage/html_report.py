"""Coverage report as one HTML file: gaps, a calendar, and a chart per outlet or channel."""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from finews_crawler.operate.coverage.calendar import DayKind
from finews_crawler.operate.coverage.report import Coverage
from finews_crawler.operate.coverage.text_report import (
    NOUNS,
    UNANNOUNCED,
    coverage_summary,
    describe_counts,
    describe_names,
    describe_time,
    weekday,
)
from finews_crawler.operate.reports.chart_geometry import axis_top
from finews_crawler.operate.reports.html import render
from finews_crawler.utils.formatting import level_of

CHARTS = 40
MAX_COLUMNS = 120
"""Maximum number of columns in a chart; with more days, each column is a week."""
LEVELS = 5
"""Shades of the calendar's colour."""


class Cell(NamedTuple):
    """A day in the calendar."""

    day: date
    articles: int
    level: int
    is_free: bool
    has_gap: bool
    title: str


def coverage_as_html(coverage: Coverage) -> str:
    days = [day.day for day in coverage.days]
    charts = [(one.name, _columns(days, one.by_day)) for one in coverage.groups[:CHARTS]]
    gaps = [
        (describe_names(gap), describe_time(gap), describe_counts(gap), coverage.command(gap)) for gap in coverage.gaps
    ]
    return render(
        "coverage.html.j2",
        coverage=coverage,
        summary=coverage_summary(coverage),
        noun=NOUNS[coverage.by],
        months=list(_months(coverage)),
        total=_columns(days, [day.articles for day in coverage.days]),
        is_weekly=len(days) > MAX_COLUMNS,
        charts=charts,
        top=axis_top(max((number for _, columns in charts for _, number in columns), default=0)),
        rest=coverage.groups[CHARTS:],
        gaps=gaps,
        without_baseline=coverage.without_baseline,
        unannounced=coverage.unannounced,
        unannounced_means=UNANNOUNCED,
    )


def _columns(days: Sequence[date], numbers: Sequence[int]) -> list[tuple[str, int]]:
    """Return the columns of a chart: days, or weeks named by their Monday, with their numbers."""
    if len(days) <= MAX_COLUMNS:
        return [(str(day), number) for day, number in zip(days, numbers, strict=True)]
    weeks: dict[str, int] = {}
    for day, number in zip(days, numbers, strict=True):
        monday = str(day - timedelta(days=day.weekday()))
        weeks[monday] = weeks.get(monday, 0) + number
    return list(weeks.items())


def _months(coverage: Coverage) -> Iterator[tuple[str, list[list[Cell | None]]]]:
    """Yield each month in weeks from Monday on, with None for days of other months or outside the period."""
    cells = {cell.day: cell for cell in _cells(coverage)}
    for year, month in sorted({(day.year, day.month) for day in cells}):
        weeks = calendar.Calendar().monthdatescalendar(year, month)
        shown = [[cells.get(day) if day.month == month else None for day in week] for week in weeks]
        yield f"{year}-{month:02}", [week for week in shown if any(week)]


def _cells(coverage: Coverage) -> Iterator[Cell]:
    maximum = max(day.articles for day in coverage.days)
    for day in coverage.days:
        has_gap = any(
            gap.begins.date() <= day.day <= (gap.ends - timedelta(microseconds=1)).date()
            for gap in coverage.gaps
            if not gap.names
        )
        name = f" ({day.name})" if day.name else ""
        articles = f"{day.articles:,} article{'' if day.articles == 1 else 's'}{', gap' if has_gap else ''}"
        yield Cell(
            day.day,
            day.articles,
            level_of(day.articles, maximum, LEVELS),
            day.kind is not DayKind.WORKDAY,
            has_gap,
            f"{weekday(day.day)} {day.day}{name}: {articles}",
        )
