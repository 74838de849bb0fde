"""A coverage as one HTML file: calendar, holes, and a chart a medium."""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from finews_crawler.operate.coverage.calendar import Kind
from finews_crawler.operate.coverage.gap import Gap, filling_command
from finews_crawler.operate.coverage.query import Grouping
from finews_crawler.operate.coverage.report import Coverage, Day
from finews_crawler.operate.coverage.text_report import PLURAL, how_many, summary, weekday, when, who
from finews_crawler.operate.reports.html import render

CHARTS = 40
MOST_COLUMNS = 120
"""Of a chart: over more days each column is a week."""
LEVELS = 5
"""Of the calendar's colour."""


class Cell(NamedTuple):
    """A day of the calendar."""

    day: date
    articles: int
    level: int
    name: str
    is_free: bool
    has_hole: bool
    title: str


class Month(NamedTuple):
    """Its weeks from Monday on; None for a day of another month, or outside the period."""

    name: str
    weeks: list[list[Cell | None]]


def as_html(coverage: Coverage) -> str:
    """The page."""
    days = [day.day for day in coverage.days]
    charts = [(one.name, _columns(days, one.by_day)) for one in coverage.named[:CHARTS]]
    holes = [
        (who(hole), when(hole), how_many(hole), filling_command(hole, by_channel=coverage.by is Grouping.CHANNEL))
        for hole in coverage.holes
    ]
    return render(
        "coverage.html.j2",
        coverage=coverage,
        summary=summary(coverage),
        noun=PLURAL[coverage.by],
        months=list(_months(coverage)),
        whole=_columns(days, [day.articles for day in coverage.days]),
        is_weekly=len(days) > MOST_COLUMNS,
        charts=charts,
        rest=coverage.named[CHARTS:],
        holes=holes,
    )


def _columns(days: Sequence[date], numbers: Sequence[int]) -> list[tuple[str, int]]:
    """Days, or weeks by their Monday, with their numbers."""
    if len(days) <= MOST_COLUMNS:
        return [(str(day), number) for day, number in zip(days, numbers, strict=True)]
    weeks: dict[str, int] = {}
    for day, number in zip(days, numbers, strict=True):
        monday = str(day - timedelta(days=day.weekday()))
        weeks[monday] = weeks.get(monday, 0) + number
    return list(weeks.items())


def _months(coverage: Coverage) -> Iterator[Month]:
    """The calendar: a month is the block that people know, and as wide as a telephone."""
    cells = {cell.day: cell for cell in _cells(coverage)}
    for year, month in sorted({(day.year, day.month) for day in cells}):
        weeks = calendar.Calendar().monthdatescalendar(year, month)
        shown = [[cells.get(day) if day.month == month else None for day in week] for week in weeks]
        yield Month(f"{year}-{month:02}", [week for week in shown if any(week)])


def _cells(coverage: Coverage) -> Iterator[Cell]:
    most = max(day.articles for day in coverage.days)
    for day in coverage.days:
        holes = [hole for hole in coverage.holes if not hole.names and _is_in(day.day, hole)]
        yield Cell(
            day.day,
            day.articles,
            level(day.articles, most),
            day.name,
            day.kind is not Kind.WORKDAY,
            bool(holes),
            _title(day, has_hole=bool(holes)),
        )


def level(articles: int, most: int) -> int:
    """How dark a day is: from 0 for none to 5 for the most.

    >>> [level(articles, 500) for articles in (0, 1, 100, 101, 500)]
    [0, 1, 1, 2, 5]
    """
    return -(-articles * LEVELS // most) if most else 0


def _is_in(day: date, hole: Gap) -> bool:
    return hole.begins.date() <= day <= (hole.ends - timedelta(microseconds=1)).date()


def _title(day: Day, *, has_hole: bool) -> str:
    what = f" ({day.name})" if day.name else ""
    articles = f"{day.articles:,} article{'' if day.articles == 1 else 's'}"
    return f"{weekday(day.day)} {day.day}{what}: {articles}{', a hole' if has_hole else ''}"
