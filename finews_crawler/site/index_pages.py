"""Index pages of the site: pages that list posts, pages of the theme, and other files in the site folder."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from finews_crawler.site.build_state import BuildState
from finews_crawler.site.listings import (
    POSTS_ON_HOME_PAGE,
    SHORT_TIME,
    Listing,
    ListingKey,
    Listings,
    Rows,
    Subject,
)
from finews_crawler.site.post_data import medium_of
from finews_crawler.site.post_rows import CATEGORY, DAY
from finews_crawler.site.urls import CategoryAddresses, date_page, file_of, url_of
from finews_crawler.site.user_files import UserFiles

FIXED, REDIRECT = "fixed", "redirect"
"""The kinds of pages that exist once, such as the home page, and of pages at former URLs of posts."""
TOUCHED_MONTHS = "SELECT DISTINCT substr(day, 1, 7) FROM touched WHERE kind = ?"


class IndexPages:
    """The index pages that the build state requires."""

    def __init__(self, state: BuildState, site: Path) -> None:
        self.state = state
        self.site = site
        rows = state.connection.execute("SELECT DISTINCT key FROM mention WHERE kind = ?", (CATEGORY,))
        slugs = [slug for (slug,) in rows]
        self.listings = Listings(state, CategoryAddresses(slugs), site)
        self.user_files = UserFiles(site, {f"{slug}.html" for slug in slugs})

    @cached_property
    def fixed_pages(self) -> list[Listing]:
        categories, months = self._categories(), self._months()
        newest = sorted(categories, key=lambda category: str(category["newest"]), reverse=True)
        ids = unique_ids(newest)
        total = sum(month["count"] for month in months)
        entries = partial(self.listings.entries, limit=POSTS_ON_HOME_PAGE, shown=SHORT_TIME)
        subjects = [Subject(CATEGORY, row["slug"], row["outlet"]) for row in newest]
        of_each = [
            {**row, "id": ids[at], "entries": json.loads(entries(subjects[at]))} for at, row in enumerate(newest)
        ]
        by_count = sorted(categories, key=lambda category: (-category["count"], category["tag"]))
        media = [medium_of(category["tag"]) for category in by_count]
        moved = self.listings.addresses.moved
        pages: dict[str, dict[str, Any]] = {
            "index.html": {"media": of_each, "count": total},
            "media.html": {"media": by_count},
            "archive.html": {"months": months, "count": total},
            "search.html": {"bundles": self._bundles(), "media": list(dict.fromkeys(media))},
            "404.html": {"moved": [{"from": f"/category/{slug}.html", "to": url_of(moved[slug])} for slug in moved]},
        }
        # The user may have removed a page of the theme, or replaced it by one in Markdown.
        existing = (path for path in pages if (self.site / path).is_file())
        return [Listing(path, FIXED, path, pages[path], path) for path in existing]

    def _bundles(self) -> Rows:
        """Return the search indexes, newest first."""
        query = "SELECT folder, months, posts FROM bundle ORDER BY place DESC"
        rows = self.state.connection.execute(query).fetchall()
        return [{"folder": folder, "months": json.loads(months), "posts": posts} for folder, months, posts in rows]

    def touched_listings(self) -> Iterator[Listing]:
        """Yield the listings whose posts have changed."""
        for kind, key, days in self._touched_keys():
            yield from self.listings.of_key(kind, key, days, self._built(kind, key))
        for (month,) in self.state.connection.execute(TOUCHED_MONTHS, (DAY,)):
            listing = self.listings.month(month)
            if listing.data["days"]:
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
        fixed = {page.path for page in self.fixed_pages}
        built = self.state.connection.execute("SELECT path FROM listing WHERE kind = ?", (FIXED,)).fetchall()
        obsolete += [path for (path,) in built if path not in fixed]
        wanted = {page.path for page in redirects}
        built = self.state.connection.execute("SELECT path FROM listing WHERE kind = ?", (REDIRECT,)).fetchall()
        obsolete += [path for (path,) in built if path not in wanted]
        months = self.state.connection.execute(TOUCHED_MONTHS, (DAY,)).fetchall()
        return obsolete + [date_page(month) for (month,) in months if not self.listings.month(month).data["days"]]

    def has_changed(self, listing: ListingKey) -> bool:
        """Return True if the listing is not as it was last built."""
        return self.state.first("SELECT digest FROM listing WHERE path = ?", listing.path) != listing.digest

    def touch_all(self) -> None:
        """Mark every listing as changed, after a change of the theme."""
        with self.state.transaction() as connection:
            connection.execute("UPDATE listing SET digest = ''")
            connection.execute("INSERT OR IGNORE INTO touched SELECT DISTINCT kind, key, month FROM mention")

    def touch_categories(self) -> None:
        """Mark every category as changed if a category file or the page of any category has changed."""
        files = self.user_files.category_files()
        digest = hashlib.sha256(repr([sorted(self.listings.addresses.moved.items()), files]).encode()).hexdigest()
        if self.state.value("categories") != digest:
            with self.state.transaction() as connection:
                built = "SELECT DISTINCT kind, key, '' FROM listing WHERE kind = ?"
                required = "SELECT DISTINCT kind, key, '' FROM mention WHERE kind = ?"
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
        query = "SELECT key, COUNT(*), MAX(date) FROM mention WHERE kind = ? GROUP BY key"
        rows = [(slug, "", *row) for slug, *row in self.state.connection.execute(query, (CATEGORY,)).fetchall()]
        listings = self.listings
        of_outlets = "SELECT slug, tag, COUNT(*), MAX(date) FROM post WHERE slug = ? GROUP BY tag"
        for slug in listings.shared_slugs:
            rows += self.state.connection.execute(of_outlets, (slug,)).fetchall()
        return [
            {
                **{"slug": slug, "outlet": outlet, "tag": outlet or listings.tag(slug)},
                **{"address": listings.url(slug, outlet), "count": count, "newest": newest},
            }
            for slug, outlet, count, newest in rows
            if outlet or slug not in listings.shared_slugs
        ]

    def touched_months(self) -> set[str]:
        """Return the months with posts that have changed."""
        return {month for (month,) in self.state.connection.execute(TOUCHED_MONTHS, (DAY,))}

    def _months(self) -> Rows:
        query = "SELECT month, COUNT(*) FROM mention WHERE kind = ? GROUP BY month ORDER BY month DESC"
        rows = self.state.connection.execute(query, (DAY,)).fetchall()
        return [{"month": month, "url": url_of(date_page(month)), "count": count} for month, count in rows]


def unique_ids(categories: Rows) -> list[str]:
    """Return an id for the heading of each category: its tag, unless another has that.

    >>> unique_ids([{"tag": "甲新闻", "slug": "jia"}, {"tag": "甲新闻", "slug": "yi"}])
    ['甲新闻', '甲新闻 yi']
    """
    ids: dict[str, None] = {}
    for category in categories:
        tag, slug = category["tag"], category["slug"]
        candidates = (tag, f"{tag} {slug}", f"{tag} {slug} {len(ids)}")
        ids[next(one for one in candidates if one not in ids)] = None
    return list(ids)
