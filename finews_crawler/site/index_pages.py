"""Index pages of the site: pages that list posts, pages of the theme, and other files in the site folder."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any

from finews_crawler.site.address import read_configuration
from finews_crawler.site.build_context import BuildContext
from finews_crawler.site.calendars import all_months
from finews_crawler.site.feeds import Feeds
from finews_crawler.site.home_page import home_page
from finews_crawler.site.listing import Listing, ListingKey
from finews_crawler.site.listings import Listings, Rows
from finews_crawler.site.post_data import medium_of
from finews_crawler.site.post_rows import CATEGORY, DAY
from finews_crawler.site.search_page import search_page
from finews_crawler.site.ticker_index import (
    FILE,
    IndexedTicker,
    group_pages,
    read_tickers,
    ticker_file,
    ticker_index,
)
from finews_crawler.site.urls import CategoryAddresses, date_page, file_of, url_of
from finews_crawler.site.user_files import UserFiles

FIXED, TICKERS, REDIRECT = "fixed", "tickers", "redirect"
"""The kinds of pages that exist once, such as the home page, of the index of tickers, and at former URLs of posts."""
CATEGORIES = """
    SELECT t.key, t.posts,
    (SELECT date FROM mention m WHERE m.kind = t.kind AND m.key = t.key ORDER BY month DESC, date DESC LIMIT 1)
    FROM total t WHERE t.kind = ? AND t.period = ''"""
"""Slug of each category, number of its posts, and time of the newest."""
TOUCHED_MONTHS = "SELECT DISTINCT substr(day, 1, 7) FROM touched WHERE kind = ?"


class IndexPages:
    """The index pages that the build state requires."""

    def __init__(self, context: BuildContext, user_files: UserFiles) -> None:
        self.state = state = context.state
        self.site = site = context.directory.site
        self.user_files = user_files
        title = str(read_configuration(site).get("title") or "")
        feeds = Feeds(state.connection, context.address, title, context.share_url)
        self.listings = Listings(state, CategoryAddresses(state.categories()), site, feeds)

    @cached_property
    def fixed_pages(self) -> list[Listing]:
        categories, months = self._categories(), all_months(self.state.connection)
        total = sum(month["count"] for month in months)
        by_count = sorted(categories, key=lambda category: (-category["count"], category["tag"]))
        media = [medium_of(category["tag"]) for category in by_count]
        moved = self.listings.addresses.moved
        pages: dict[str, dict[str, Any]] = {
            "index.html": {**home_page(self.state.connection, self.listings), "count": total},
            "media.html": {"media": by_count},
            "tickers.html": ticker_index(self._tickers),
            "archive.html": {"months": months, "count": total},
            "search.html": search_page(self.state.connection, list(dict.fromkeys(media))),
            "404.html": {"moved": [{"from": f"/category/{slug}.html", "to": url_of(moved[slug])} for slug in moved]},
        }
        # The user may have removed a page of the theme, or replaced it by one in Markdown.
        existing = (path for path in pages if (self.site / path).is_file())
        return [Listing(path, FIXED, path, pages[path], path) for path in existing]

    @cached_property
    def _tickers(self) -> list[IndexedTicker]:
        return read_tickers(self.state.connection)

    @cached_property
    def ticker_pages(self) -> list[Listing]:
        """The pages of the index of tickers but the first one, and its file."""
        if not (self._tickers and (self.site / "tickers.html").is_file()):
            return []
        pages = [Listing(path, TICKERS, path, data) for path, data in group_pages(self._tickers).items()]
        return [*pages, Listing(FILE, TICKERS, FILE, {}, text=ticker_file(self._tickers))]

    def touched_listings(self) -> Iterator[Listing]:
        """Yield the listings whose posts have changed."""
        days: set[str] = set()
        for kind, key, days_of_key in self._touched_keys():
            yield from self.listings.of_key(kind, key, days_of_key, self._built(kind, key))
            days |= {key} if kind == DAY else set()
        # The pages of days and months lead to the ones before and after, which may be new or gone.
        for day in self.listings.dates.beside(days):
            yield from self.listings.of_key(DAY, day, {day}, {})
        months = self.touched_months()
        for month in sorted({*months, *(day[:7] for day in self.listings.dates.beside(months))}):
            listing = self.listings.dates.month(month)
            if listing.data["weeks"]:
                yield listing

    def redirects(self, targets: Mapping[str, str]) -> list[Listing]:
        """Return a page for each former URL of a post, by the present one."""
        return [
            Listing(file_of(url), REDIRECT, url, {"layout": "redirect", "target": target, "sitemap": False})
            for url, target in targets.items()
        ]

    def obsolete_paths(self, redirects: Iterable[Listing] = ()) -> list[str]:
        """Return the paths of built pages that the site no longer has."""
        obsolete = []
        for kind, key, _ in self._touched_keys():
            obsolete += sorted(self._built(kind, key).keys() - self.listings.paths_of(kind, key))
        wanted = {page.path for page in (*self.fixed_pages, *self.ticker_pages, *redirects)}
        query = "SELECT path FROM listing WHERE kind IN (?, ?, ?)"
        built = self.state.connection.execute(query, (FIXED, TICKERS, REDIRECT)).fetchall()
        obsolete += [path for (path,) in built if path not in wanted]
        months = self.state.connection.execute(TOUCHED_MONTHS, (DAY,)).fetchall()
        return obsolete + [
            date_page(month) for (month,) in months if not self.listings.dates.month(month).data["weeks"]
        ]

    def has_changed(self, listing: ListingKey) -> bool:
        """Return True if the listing is not as it was last built."""
        return self.state.first("SELECT digest FROM listing WHERE path = ?", listing.path) != listing.digest

    def touch_all(self) -> None:
        """Mark every listing as changed, after a change of the theme."""
        with self.state.transaction() as connection:
            connection.execute("UPDATE listing SET digest = ''")
            connection.execute(
                "INSERT OR IGNORE INTO touched SELECT kind, key, period FROM total WHERE length(period) = 7"
            )

    def touch_categories(self) -> None:
        """Mark every category as changed if a category file or the page of any category has changed."""
        files = self.user_files.category_files()
        digest = hashlib.sha256(repr([sorted(self.listings.addresses.moved.items()), files]).encode()).hexdigest()
        if self.state.value("categories") != digest:
            with self.state.transaction() as connection:
                built = "SELECT DISTINCT kind, key, '' FROM listing WHERE kind = ?"
                required = "SELECT kind, key, '' FROM total WHERE kind = ? AND period = ''"
                connection.execute(f"INSERT OR IGNORE INTO touched {built} UNION {required}", (CATEGORY, CATEGORY))
            self.state.set_values({"categories": digest})

    def lists(self) -> set[str]:
        """Return the paths of the pages that list posts, as they were built last."""
        query = "SELECT path FROM listing WHERE kind NOT IN (?, ?)"
        return {path for (path,) in self.state.connection.execute(query, (FIXED, REDIRECT))}

    def is_listing(self, path: str) -> bool:
        return self.state.first("SELECT 1 FROM listing WHERE path = ? AND kind <> ?", path, FIXED) != ""

    def mark_built(self, built: Iterable[ListingKey], removed: Iterable[str]) -> None:
        """Record the listings that were built and the paths that were removed: no listing is touched any more."""
        with self.state.transaction() as connection:
            rows = [listing[:4] for listing in built]
            connection.executemany("INSERT OR REPLACE INTO listing VALUES (?, ?, ?, ?)", rows)
            connection.executemany("DELETE FROM listing WHERE path = ?", [(path,) for path in removed])
            connection.execute("DELETE FROM touched")
            shown = [(*subject, digest) for subject, digest in self.listings.shown.items()]
            connection.executemany("INSERT OR REPLACE INTO shown VALUES (?, ?, ?, ?)", shown)

    def _touched_keys(self) -> Iterator[tuple[str, str, set[str]]]:
        keys: dict[tuple[str, str], set[str]] = {}
        for kind, key, day in self.state.connection.execute("SELECT kind, key, day FROM touched"):
            keys.setdefault((kind, key), set()).add(day)
        return ((*key, days) for key, days in keys.items())

    def _built(self, kind: str, key: str) -> dict[str, str]:
        """Return the digests of the built listings of a key, by path."""
        query = "SELECT path, digest FROM listing WHERE kind = ? AND key = ?"
        return dict(self.state.connection.execute(query, (kind, key)))

    def _categories(self) -> Rows:
        """Return a row for each category; for one that outlets share, a row for each of them."""
        rows = [(slug, "", *row) for slug, *row in self.state.connection.execute(CATEGORIES, (CATEGORY,)).fetchall()]
        listings = self.listings
        of_outlets = "SELECT slug, tag, COUNT(*), MAX(date) FROM post WHERE slug = ? GROUP BY tag"
        for slug in listings.shared_slugs:
            rows += self.state.connection.execute(of_outlets, (slug,)).fetchall()
        return [
            {
                **{"slug": slug, "tag": tag, "medium": medium_of(tag), "address": listings.url(slug, outlet)},
                **{"count": count, "newest": newest},
            }
            for slug, outlet, count, newest in rows
            for tag in [outlet or listings.tag(slug)]
            if outlet or slug not in listings.shared_slugs
        ]

    def touched_days(self) -> set[str]:
        """Return the days with posts that have changed."""
        return {day for (day,) in self.state.connection.execute("SELECT key FROM touched WHERE kind = ?", (DAY,))}

    def touched_months(self) -> set[str]:
        """Return the months with posts that have changed."""
        return {month for (month,) in self.state.connection.execute(TOUCHED_MONTHS, (DAY,))}
