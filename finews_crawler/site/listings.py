"""The pages that list posts, each as its address and what it shows. Only those that a build touched are made."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from finews_crawler.content.slug import EMNEWS_SLUG, EMNEWS_TAG, TAG_SUFFIX
from finews_crawler.site.build_state import BuildState
from finews_crawler.site.partition_build import CATEGORY, DAY, TICKER
from finews_crawler.site.urls import (
    CategoryAddresses,
    category_month_page,
    day_page,
    month_page,
    ticker_page,
    url_of,
)

NEWEST = 200
"""Posts on the page of a category or ticker; one with more of them has a page for each month."""
NEWEST_OF_EACH = 5
# How a list shows when a post was published, of YYYY-MM-DD HH:MM:SS.
FULL_TIME, SHORT_TIME, TIME_OF_DAY = slice(16), slice(5, 16), slice(11, 16)
MONTH = "month"
Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Listing:
    """A page that lists posts."""

    path: str
    kind: str
    key: str
    data: dict[str, Any] = field(repr=False)
    source: str = ""
    """The file in the site's own folder that it is made of, where there is one."""
    source_changed: int = 0
    """That file's time of change, in nanoseconds."""

    @cached_property
    def as_json(self) -> str:
        """What Jekyll is told of it."""
        return json.dumps({"path": self.path, "source": self.source, "data": self.data}, sort_keys=True)

    @cached_property
    def digest(self) -> str:
        return hashlib.sha256(f"{self.source_changed} {self.as_json}".encode()).hexdigest()


class Lists:
    """Makes listings from what the state knows of the posts."""

    def __init__(self, state: BuildState, addresses: CategoryAddresses, site: Path) -> None:
        self.connection = state.connection
        self.addresses = addresses
        self.site = site
        self._months_of: dict[tuple[str, str], dict[str, int]] = {}

    def of_key(self, kind: str, key: str, months: set[str], known: set[str]) -> Iterator[Listing]:
        """The listings of a key; of its months, those touched and those that are not *known* yet (their paths).

        None for one that nothing names any more.
        """
        counts = self._months(kind, key)
        if not counts:
            return
        if kind == DAY:
            yield self._day(key)
            return
        own, month_path = self._paths(kind, key)
        is_divided = sum(counts.values()) > NEWEST
        links = [{"month": month, "url": url_of(month_path(month)), "count": counts[month]} for month in counts]
        shared = self._shared(kind, key, sum(counts.values()))
        entries = self.entries(kind, key, limit=NEWEST)
        data = {**shared, "entries": entries, "months": links if is_divided else []}
        for path in own:
            source = self._source(kind, key, path)
            yield Listing(path, kind, key, {**data, **_permalink(path)}, source, self._changed(source))
        for month in counts if is_divided else ():
            path = month_path(month)
            if month in months or path not in known:
                data = {**shared, "count": counts[month], "month": month, "up": url_of(own[0]), "months": []}
                yield Listing(path, kind, key, {**data, "entries": self.entries(kind, key, month)})

    def wanted(self, kind: str, key: str) -> set[str]:
        """The paths of all listings that a key has."""
        counts = self._months(kind, key)
        if not counts:
            return set()
        if kind == DAY:
            return {day_page(key)}
        own, month_path = self._paths(kind, key)
        return {*own, *(map(month_path, counts) if sum(counts.values()) > NEWEST else ())}

    def _paths(self, kind: str, key: str) -> tuple[list[str], Callable[[str], str]]:
        """A key's own pages, and how the page of one of its months is called."""
        if kind == TICKER:
            return [ticker_page(key)], lambda month: ticker_page(key, month)
        own = [self.addresses.page(key)]
        if key == EMNEWS_SLUG:
            own.append(f"category/{EMNEWS_SLUG}.html")  # its category file gives this address as well
        return own, lambda month: category_month_page(key, month)

    def _source(self, kind: str, key: str, path: str) -> str:
        is_own = kind == CATEGORY and path != f"{EMNEWS_SLUG}/index.html"
        return f"category/{key}.html" if is_own else path

    def _changed(self, source: str) -> int:
        file = self.site / source
        return file.stat().st_mtime_ns if file.is_file() else 0

    def _shared(self, kind: str, key: str, count: int) -> dict[str, Any]:
        if kind == TICKER:
            return {"layout": "ticker", "symbol": key, "names": self._names(key), "title": key, "count": count}
        tag = self.tag(key)
        twins = [{"tag": self.tag(slug), "address": self.address(slug)} for slug in self.addresses.twins(key)]
        return {"layout": "category", "category": key, "tag": tag, "title": tag, "count": count, "twins": twins}

    def _day(self, day: str) -> Listing:
        entries = self.entries(DAY, day, shown=TIME_OF_DAY)
        data = {"layout": "day", "day": day, "title": day, "count": len(entries), "up": url_of(month_page(day[:7]))}
        return Listing(day_page(day), DAY, day, {**data, "entries": entries})

    def month(self, month: str) -> Listing:
        """The days of a month."""
        rows = self.connection.execute(
            "SELECT key, COUNT(*) FROM mention WHERE kind = ? AND key > ? AND key < ? GROUP BY key ORDER BY key DESC",
            (DAY, month, f"{month}~"),
        ).fetchall()
        days = [{"day": day, "url": url_of(day_page(day)), "count": count} for day, count in rows]
        count = sum(count for _, count in rows)
        data = {"layout": "month", "month": month, "title": month, "days": days, "count": count}
        return Listing(month_page(month), MONTH, month, data)

    def entries(self, kind: str, key: str, month: str = "", limit: int = -1, shown: slice = FULL_TIME) -> Rows:
        """The newest posts of a key. All that can be said here need not be worked out for each row by Liquid."""
        of_month = "AND m.month = ?" if month else ""
        query = (
            "SELECT p.url, p.title, p.date, p.tag FROM mention m JOIN post p ON p.id = m.post "  # noqa: S608
            f"WHERE m.kind = ? AND m.key = ? {of_month} ORDER BY m.month DESC, m.date DESC, p.url DESC LIMIT ?"
        )
        rows = self.connection.execute(query, (kind, key, *([month] if month else []), limit))
        return [
            {"url": url, "title": title, "time": date[shown], "medium": tag.removesuffix(TAG_SUFFIX) or tag}
            for url, title, date, tag in rows
        ]

    def tag(self, slug: str) -> str:
        """A category's heading, from its newest post: the titles of category files are often another medium's."""
        if slug == EMNEWS_SLUG:
            return EMNEWS_TAG
        query = (
            "SELECT p.tag FROM mention m JOIN post p ON p.id = m.post WHERE m.kind = ? AND m.key = ? "
            "ORDER BY m.month DESC, m.date DESC, p.url DESC LIMIT 1"
        )
        newest = self.connection.execute(query, (CATEGORY, slug)).fetchone()
        return (str(newest[0]) if newest else "") or slug

    def address(self, slug: str) -> str:
        return url_of(self.addresses.page(slug))

    def _months(self, kind: str, key: str) -> dict[str, int]:
        if (kind, key) not in self._months_of:
            self._months_of[kind, key] = self._count_months(kind, key)
        return self._months_of[kind, key]

    def _count_months(self, kind: str, key: str) -> dict[str, int]:
        query = "SELECT month, COUNT(*) FROM mention WHERE kind = ? AND key = ? GROUP BY month ORDER BY month DESC"
        return dict(self.connection.execute(query, (kind, key)).fetchall())

    def _names(self, symbol: str) -> list[str]:
        query = "SELECT DISTINCT name FROM mention WHERE kind = ? AND key = ? AND name <> '' ORDER BY name LIMIT 5"
        return [row[0] for row in self.connection.execute(query, (TICKER, symbol))]


def _permalink(path: str) -> dict[str, str]:
    """A category file lies under the category's own name: where its page cannot, Jekyll is told."""
    return {"permalink": url_of(path)} if path.endswith("/index.html") else {}
