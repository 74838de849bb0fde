"""Pages that list posts: of a category, a ticker, a day or a month, each with its path and its data."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Any

from finews_crawler.content.safe_names import outlet_folder
from finews_crawler.content.slug import EMNEWS_SLUG, EMNEWS_TAG
from finews_crawler.content.tickers import quote_url
from finews_crawler.site.build_context import PAGES
from finews_crawler.site.build_state import BuildState
from finews_crawler.site.date_pages import DatePages
from finews_crawler.site.feeds import Feeds
from finews_crawler.site.kept_rows import KeptRows, is_stock
from finews_crawler.site.list_rows import FULL_TIME, TIME_OF_DAY, Shown, Subject, rows_of
from finews_crawler.site.listing import Listing
from finews_crawler.site.post_data import medium_of
from finews_crawler.site.post_rows import CATEGORY, DAY, TICKER
from finews_crawler.site.shared_slugs import is_outlet_of, read_shared_slugs
from finews_crawler.site.ticker_chart import ticker_chart
from finews_crawler.site.urls import (
    CategoryAddresses,
    category_month_page,
    date_page,
    feed_of,
    ticker_page,
    url_of,
)

POSTS_A_PAGE = 100
"""Posts on the page of a category or ticker; one with more posts also has a page for each month."""
TOTALS = """
    SELECT period, posts FROM total WHERE kind = ? AND key = ? AND length(period) = 7 ORDER BY period DESC"""
TOTALS_OF_TAG = """
    SELECT m.month, COUNT(*) FROM mention m JOIN post p ON p.id = m.post AND p.tag = ? WHERE m.kind = ? AND m.key = ?
    GROUP BY m.month ORDER BY m.month DESC"""
"""Queries for the number of posts by month, newest first."""
Rows = list[dict[str, Any]]


class Listings:
    """Makes listings from the posts in the build state."""

    def __init__(self, state: BuildState, addresses: CategoryAddresses, site: Path, feeds: Feeds) -> None:
        self.state = state
        self.connection = state.connection
        self.addresses = addresses
        self.site = site
        self.feeds = feeds
        self.dates = DatePages(state)
        self.shown: dict[Subject, str] = {}
        """Digests of what the pages of subjects show besides posts, for the state once they are built."""
        self.shared_slugs = read_shared_slugs(state.connection)
        self._months_of: dict[Subject, dict[str, int]] = {}

    def of_key(self, kind: str, key: str, days: AbstractSet[str], built: Mapping[str, str]) -> Iterator[Listing]:
        """Yield the listings of a key to build: its own pages, and the month pages that may have changed.

        *days*: days whose posts have changed, or months, of which any post may have. *built*: digests of the listings
        that have been built before, by path; '' for one whose rows must not be kept.
        """
        for subject in self._subjects(kind, key):
            yield from self._of_subject(subject, days, built)

    def _subjects(self, kind: str, key: str) -> Iterator[Subject]:
        """Yield the key, and each of the outlets that share it as their slug; nothing for a key without posts."""
        if self._months(Subject(kind, key)):
            yield Subject(kind, key)
            if kind == CATEGORY:
                yield from (Subject(kind, key, tag) for tag in self.shared_slugs.get(key, []))

    def _of_subject(self, subject: Subject, days: AbstractSet[str], built: Mapping[str, str]) -> Iterator[Listing]:
        kind, key, _ = subject
        months = {day[:7] for day in days}
        if kind == DAY:
            yield self.dates.day(key, self.entries(subject, shown=TIME_OF_DAY))
            return
        counts = self._months(subject)
        own, month_path = self._paths(subject)
        is_divided = sum(counts.values()) > POSTS_A_PAGE
        links = [{"month": month, "url": url_of(month_path(month)), "count": counts[month]} for month in counts]
        shared = self._shared(subject, sum(counts.values()))
        chart = {"chart": ticker_chart(self.connection, key)} if kind == TICKER else {}
        entries = self.entries(subject, limit=POSTS_A_PAGE)
        data = {**shared, **chart, "months": links if is_divided else []}
        for path in own:
            source = self._source(subject, path)
            changed = (self.site / source).stat().st_mtime_ns if (self.site / source).is_file() else 0
            # Jekyll would write the page of a category file to the category's own name.
            permalink = {"permalink": url_of(path)} if path.endswith("/index.html") else {}
            yield Listing(path, kind, key, {**data, **permalink}, source, changed, entries)
        yield self._feed(subject, own[0])
        if is_divided and self._shows_other(subject):
            months = days = set(counts)
        for month in counts if is_divided else ():
            path = month_path(month)
            if month in months or path not in built:
                data = {**shared, "count": counts[month], "month": month, "up": url_of(own[0]), "months": []}
                entries = self._kept_entries(subject, month, path, days, counts[month]) if built.get(path) else ""
                yield Listing(path, kind, key, data, entries=entries or self.entries(subject, month))

    def _shows_other(self, subject: Subject) -> bool:
        """Return True if all pages of a subject show something else than in the last build, besides posts."""
        digest = hashlib.sha256(json.dumps(self._shared(subject, 0), sort_keys=True).encode()).hexdigest()
        self.shown[subject] = digest
        query = "SELECT digest FROM shown WHERE kind = ? AND key = ? AND tag = ?"
        return self.state.first(query, *subject) != digest

    def _feed(self, subject: Subject, page: str) -> Listing:
        path = feed_of(page)
        title = self._shared(subject, 0)["title"]
        text = self.feeds.feed(subject, title, url_of(path), url_of(page))
        return Listing(path, subject.kind, subject.key, {}, text=text)

    def _kept_entries(self, subject: Subject, month: str, path: str, days: AbstractSet[str], count: int) -> str:
        """Return the entries of a month's page, *count* posts, with rows of the last build; '' if it has none to keep.

        *days*: see ``of_key``.
        """
        kind, key, tag = subject
        if month in days or tag or not self._is_stock:
            return ""
        changed = [day for day in days if day.startswith(month)]
        fresh = {day: rows_of(self.connection, subject, day) for day in changed}
        kept = KeptRows.of(self.state.build_directory / PAGES / path)
        places = kept.without(changed)
        with_outlet = kind == TICKER or key in self.shared_slugs
        if not kept.are(places[::2], count - sum(map(len, fresh.values())), with_outlet=with_outlet):
            return ""
        entries = (fresh[day] if day else [kept.as_json(begin, end)] for day, begin, end in places)
        return f"[{','.join(chain.from_iterable(entries))}]"

    @cached_property
    def _is_stock(self) -> bool:
        return is_stock(self.site)

    def paths_of(self, kind: str, key: str) -> set[str]:
        """Return the paths of all listings that a key has."""
        return {path for subject in self._subjects(kind, key) for path in self._paths_of(subject)}

    def _paths_of(self, subject: Subject) -> Iterator[str]:
        if subject.kind == DAY:
            yield date_page(subject.key)
            return
        counts = self._months(subject)
        own, month_path = self._paths(subject)
        yield from own
        yield feed_of(own[0])
        yield from map(month_path, counts) if sum(counts.values()) > POSTS_A_PAGE else ()

    def _paths(self, subject: Subject) -> tuple[list[str], Callable[[str], str]]:
        """Return a subject's own pages, and a function from a month to the path of its page."""
        kind, key, tag = subject
        if kind == TICKER:
            return [ticker_page(key)], lambda month: ticker_page(key, month)
        if tag:
            folder = f"category/{outlet_folder(key, tag)}"
            return [f"{folder}/index.html"], lambda month: f"{folder}/{month}.html"
        own = [self.addresses.page(key)]
        if key == EMNEWS_SLUG:
            own.append(f"category/{EMNEWS_SLUG}.html")  # the URL of its category file
        return own, lambda month: category_month_page(key, month)

    def _source(self, subject: Subject, path: str) -> str:
        """Return the file in the site folder that a page is made from, unless only the build makes it."""
        if subject.kind != CATEGORY or subject.tag or path == f"{EMNEWS_SLUG}/index.html":
            return path
        return f"category/{subject.key}.html"

    def _shared(self, subject: Subject, count: int) -> dict[str, Any]:
        kind, key, _ = subject
        feed = {"feed": url_of(feed_of(self._paths(subject)[0][0]))}
        if kind == TICKER:
            names = self._names(key)
            shown = {
                "layout": "ticker",
                "has_heading": True,
                "symbol": key,
                "names": names,
                "quote": quote_url(key),
                "count": count,
                **feed,
            }
            return {**shown, "title": f"{names[0]} {key}" if names else key}
        tag = subject.tag or self.tag(key)
        twins = [{"tag": self.tag(slug), "address": self.url(slug)} for slug in self.addresses.twins(key)]
        outlets = (
            []
            if subject.tag
            else [{"tag": one, "address": self.url(key, one)} for one in self.shared_slugs.get(key, [])]
        )
        medium = medium_of(tag) if subject.tag or key not in self.shared_slugs else tag
        shown = {"layout": "category", "category": key, "tag": tag, "medium": medium, "title": medium, "count": count}
        return {**shown, **feed, "twins": [] if subject.tag else twins, "outlets": outlets}

    def _names(self, symbol: str) -> list[str]:
        """Return the names of a ticker, the most frequent one first."""
        query = "SELECT name FROM ticker_name WHERE key = ? ORDER BY posts DESC, name LIMIT 5"
        return [name for (name,) in self.connection.execute(query, (symbol,))]

    def entries(self, subject: Subject, period: str = "", limit: int = -1, shown: Shown = FULL_TIME) -> str:
        """Return the newest posts of a subject as JSON, rows for the layout: formatting in Liquid would be far slower.

        *period*: only those of a month or day.
        """
        return f"[{','.join(rows_of(self.connection, subject, period, limit, shown))}]"

    def tag(self, slug: str) -> str:
        """Return a category's heading: of its outlets, or the tag of its newest post.

        The title of a category file is often another outlet's.
        """
        if outlets := self.shared_slugs.get(slug):
            return "、".join(tag for tag in outlets if is_outlet_of(slug, tag))
        if slug == EMNEWS_SLUG:
            return EMNEWS_TAG
        query = (
            "SELECT p.tag FROM mention m JOIN post p ON p.id = m.post WHERE m.kind = ? AND m.key = ? "
            "ORDER BY m.month DESC, m.date DESC, p.url DESC LIMIT 1"
        )
        return self.state.first(query, CATEGORY, slug) or slug

    def url(self, slug: str, tag: str = "") -> str:
        """Return the URL of a category, or of one of the outlets that share its slug."""
        return url_of(f"category/{outlet_folder(slug, tag)}/index.html" if tag else self.addresses.page(slug))

    def _months(self, subject: Subject) -> dict[str, int]:
        """Return the number of posts of a subject by month, newest month first."""
        if subject not in self._months_of:
            key = subject[:2]
            rows = self.connection.execute(*((TOTALS_OF_TAG, (subject.tag, *key)) if subject.tag else (TOTALS, key)))
            self._months_of[subject] = dict(rows.fetchall())
        return self._months_of[subject]
