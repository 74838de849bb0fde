"""Listings of the days and months of the archive. They lead from one to the next."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from typing import Any, NamedTuple

from finews_crawler.site.build_state import BuildState
from finews_crawler.site.calendars import month_weeks
from finews_crawler.site.listing import Listing
from finews_crawler.site.post_rows import DAY
from finews_crawler.site.urls import date_page, url_of

MONTH = "month"
BESIDE = {
    "older": ("SELECT key FROM mention WHERE kind = ? AND key < ? ORDER BY key DESC LIMIT 1", ""),
    "newer": ("SELECT key FROM mention WHERE kind = ? AND key > ? ORDER BY key LIMIT 1", "~"),
}
"""Queries for the day with posts before and after a day or month, and what stands behind its name in the query."""
OF_MONTH = "SELECT key, posts FROM total WHERE kind = ? AND key > ? AND key < ? AND period = '' ORDER BY key"


class DatePages(NamedTuple):
    """Makes the listings of days and months from the build state."""

    state: BuildState

    def day(self, day: str, entries: str) -> Listing:
        """Return the listing of a day with these posts."""
        count = int(self.state.first("SELECT posts FROM total WHERE kind = ? AND key = ? AND period = ''", DAY, day))
        up = url_of(date_page(day[:7]))
        data = {"layout": "day", "has_heading": True, "day": day, "title": day, "count": count, "up": up}
        return Listing(date_page(day), DAY, day, data | self._links("day", day), entries=entries)

    def month(self, month: str) -> Listing:
        """Return the listing of the days of a month; without ``weeks`` if there are no posts."""
        counts = dict(self.state.connection.execute(OF_MONTH, (DAY, month, f"{month}~")).fetchall())
        data = {"layout": "month", "has_heading": True, "month": month, "title": month, "count": sum(counts.values())}
        weeks = {"weeks": month_weeks(month, counts) if counts else []}
        # For layouts that were made from the first edition's.
        days = [
            {"day": day, "url": url_of(date_page(day)), "count": counts[day]} for day in sorted(counts, reverse=True)
        ]
        return Listing(date_page(month), MONTH, month, data | weeks | {"days": days} | self._links("month", month))

    def beside(self, periods: AbstractSet[str]) -> set[str]:
        """Return the days with posts before and after each of these days or months, without those in them."""
        found = {self.state.first(query, DAY, f"{period}{end}") for period in periods for query, end in BESIDE.values()}
        return {day for day in found if day and day not in periods and day[:7] not in periods}

    def _links(self, name: str, period: str) -> dict[str, Any]:
        """Return the front matter of the links to the days or months before and after one."""
        found = {key: self.state.first(query, DAY, f"{period}{end}") for key, (query, end) in BESIDE.items()}
        others = {key: other[: len(period)] for key, other in found.items() if other}
        return {key: {name: other, "url": url_of(date_page(other))} for key, other in others.items()}
