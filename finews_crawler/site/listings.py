"""Pages that list posts: of a category, a ticker, a day or a month, each with its path and its data."""

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
from finews_crawler.site.urls import CategoryAddresses, category_month_page, date_page, ticker_page, url_of

POSTS_A_PAGE = 200
"""Posts on the page of a category or ticker; one with more posts also has a page for each month."""
POSTS_ON_HOME_PAGE = 5
"""Posts of each category on the home page."""
# The part of YYYY-MM-DD HH:MM:SS that a list shows.
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
    """Front matter for the layout."""
    source: str = ""
    """The file in the site folder from which the page is made; '' if only the build makes it."""
    source_changed: int = 0
    """Modification time of that file in nanoseconds."""

    @cached_property
    def as_json(self) -> str:
        """The listing as our Jekyll plugin reads it."""
        return json.dumps({"path": self.path, "source": self.source, "data": self.data}, sort_keys=True)

    @cached_property
    def digest(self) -> str:
        return hashlib.sha256(f"{self.source_changed} {self.as_json}".encode()).hexdigest()


class Listings:
    """Makes listings from the posts in the build state."""

    def __init__(self, state: BuildState, addresses: CategoryAddresses, site: Path) -> None:
        self.state = state
        self.connection = state.connection
        self.addresses = addresses
        self.site = site
        self._months_of: dict[tuple[str, str], dict[str, int]] = {}

    def of_key(self, kind: str, key: str, months: set[str], built: set[str]) -> Iterator[Listing]:
        """Yield the listings of a key to build: its own pages, and the month pages that may have changed.

        *months*: months whose posts have changed. *built*: paths of the listings that have been built before.
        """
        counts = self._months(kind, key)
        if not counts:
            return
        if kind == DAY:
            yield self._day(key)
            return
        own, month_path = self._paths(kind, key)
        is_divided = sum(counts.values()) > POSTS_A_PAGE
        links = [{"month": month, "url": url_of(month_path(month)), "count": counts[month]} for month in counts]
        shared = self._shared(kind, key, sum(counts.values()))
        entries = self.entries(kind, key, limit=POSTS_A_PAGE)
        data = {**shared, "entries": entries, "months": links if is_divided else []}
        for path in own:
            is_category_file = kind == CATEGORY and path != f"{EMNEWS_SLUG}/index.html"
            source = f"category/{key}.html" if is_category_file else path
            changed = (self.site / source).stat().st_mtime_ns if (self.site / source).is_file() else 0
            # Jekyll would write the page of a category file to the category's own name.
            permalink = {"permalink": url_of(path)} if path.endswith("/index.html") else {}
            yield Listing(path, kind, key, {**data, **permalink}, source, changed)
        for month in counts if is_divided else ():
            path = month_path(month)
            if month in months or path not in built:
                data = {**shared, "count": counts[month], "month": month, "up": url_of(own[0]), "months": []}
                yield Listing(path, kind, key, {**data, "entries": self.entries(kind, key, month)})

    def paths_of(self, kind: str, key: str) -> set[str]:
        """Return the paths of all listings that a key has."""
        counts = self._months(kind, key)
        if not counts:
            return set()
        if kind == DAY:
            return {date_page(key)}
        own, month_path = self._paths(kind, key)
        return {*own, *(map(month_path, counts) if sum(counts.values()) > POSTS_A_PAGE else ())}

    def _paths(self, kind: str, key: str) -> tuple[list[str], Callable[[str], str]]:
        """Return a key's own pages, and a function from a month to the path of its page."""
        if kind == TICKER:
            return [ticker_page(key)], lambda month: ticker_page(key, month)
        own = [self.addresses.page(key)]
        if key == EMNEWS_SLUG:
            own.append(f"category/{EMNEWS_SLUG}.html")  # the URL of its category file
        return own, lambda month: category_month_page(key, month)

    def _shared(self, kind: str, key: str, count: int) -> dict[str, Any]:
        if kind == TICKER:
            query = "SELECT DISTINCT name FROM mention WHERE kind = ? AND key = ? AND name <> '' ORDER BY name LIMIT 5"
            names = [name for (name,) in self.connection.execute(query, (TICKER, key))]
            return {"layout": "ticker", "symbol": key, "names": names, "title": key, "count": count}
        tag = self.tag(key)
        twins = [{"tag": self.tag(slug), "address": self.url(slug)} for slug in self.addresses.twins(key)]
        return {"layout": "category", "category": key, "tag": tag, "title": tag, "count": count, "twins": twins}

    def _day(self, day: str) -> Listing:
        entries = self.entries(DAY, day, shown=TIME_OF_DAY)
        data = {"layout": "day", "day": day, "title": day, "count": len(entries), "up": url_of(date_page(day[:7]))}
        return Listing(date_page(day), DAY, day, {**data, "entries": entries})

    def month(self, month: str) -> Listing:
        """Return the listing of the days of a month."""
        rows = self.connection.execute(
            "SELECT key, COUNT(*) FROM mention WHERE kind = ? AND key > ? AND key < ? GROUP BY key ORDER BY key DESC",
            (DAY, month, f"{month}~"),
        ).fetchall()
        days = [{"day": day, "url": url_of(date_page(day)), "count": count} for day, count in rows]
        count = sum(count for _, count in rows)
        data = {"layout": "month", "month": month, "title": month, "days": days, "count": count}
        return Listing(date_page(month), MONTH, month, data)

    def entries(self, kind: str, key: str, month: str = "", limit: int = -1, shown: slice = FULL_TIME) -> Rows:
        """Return the newest posts of a key, as rows for the layout. Formatting them in Liquid would be far slower."""
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
        """Return a category's heading, from its newest post: the title of a category file is often another outlet's."""
        if slug == EMNEWS_SLUG:
            return EMNEWS_TAG
        query = (
            "SELECT p.tag FROM mention m JOIN post p ON p.id = m.post WHERE m.kind = ? AND m.key = ? "
            "ORDER BY m.month DESC, m.date DESC, p.url DESC LIMIT 1"
        )
        return self.state.first(query, CATEGORY, slug) or slug

    def url(self, slug: str) -> str:
        return url_of(self.addresses.page(slug))

    def _months(self, kind: str, key: str) -> dict[str, int]:
        """Return the number of posts of a key by month, newest month first."""
        if (kind, key) not in self._months_of:
            query = "SELECT month, COUNT(*) FROM mention WHERE kind = ? AND key = ? GROUP BY month ORDER BY month DESC"
            self._months_of[kind, key] = dict(self.connection.execute(query, (kind, key)).fetchall())
        return self._months_of[kind, key]
