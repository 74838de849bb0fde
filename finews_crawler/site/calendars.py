"""Numbers of posts by day, as the pages of a month and of all dates show them: in five levels, as calendars."""

from __future__ import annotations

import calendar
import sqlite3
from typing import Any

from finews_crawler.site.post_rows import DAY
from finews_crawler.site.urls import date_page, url_of
from finews_crawler.utils.formatting import level_of

LEVELS = 4
BY_DAY = "SELECT key, posts FROM total WHERE kind = ? AND period = '' ORDER BY key"


def darkest(counts: dict[str, int]) -> int:
    """Return the number of posts from which a day has the last shade: 19 of 20 days have no more than that.

    Otherwise one day with many posts, such as that of a first crawl, gives all others the first shade.

    >>> darkest({"2022-05-18": 3, "2022-05-19": 8}), darkest({f"day {day}": day for day in range(40)})
    (8, 37)
    """
    ordered = sorted(counts.values()) or [1]
    return ordered[-1 - len(ordered) // 20]


def month_weeks(month: str, counts: dict[str, int]) -> list[list[dict[str, Any]]]:
    """Return the weeks of a month, from Monday: a cell for each day, {} for one of another month.

    *counts*: number of posts by day, ``YYYY-MM-DD``.
    """
    year, number = int(month[:4]), int(month[5:7])
    most = darkest(counts)

    def cell(day: int) -> dict[str, Any]:
        date = f"{month}-{day:02}"
        count = counts.get(date, 0)
        found = {"day": day, "count": count, "level": level_of(count, most, LEVELS)}
        return {**found, "url": url_of(date_page(date))} if count else found

    return [[cell(day) if day else {} for day in week] for week in calendar.monthcalendar(year, number)]


def all_months(connection: sqlite3.Connection) -> list[dict[str, Any]]:
    """Return all months with posts, newest first: URL, number of posts, and a digit for the level of each day.

    All of them have one scale, so that months can be compared.
    """
    counts = dict(connection.execute(BY_DAY, (DAY,)).fetchall())
    most = darkest(counts)
    months: dict[str, dict[str, int]] = {}
    for day, count in counts.items():
        months.setdefault(day[:7], {})[day] = count
    return [
        {
            **{"month": month, "url": url_of(date_page(month)), "count": sum(days.values())},
            "levels": "".join(str(level_of(days.get(day, 0), most, LEVELS)) for day in _days(month)),
        }
        for month, days in sorted(months.items(), reverse=True)
    ]


def _days(month: str) -> list[str]:
    length = calendar.monthrange(int(month[:4]), int(month[5:7]))[1]
    return [f"{month}-{day:02}" for day in range(1, length + 1)]
