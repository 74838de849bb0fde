"""The front of the site: the pages that list posts, the theme's own, and whatever else lies in the site's folder."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from finews_crawler.exceptions import BuildFailed
from finews_crawler.site.build_state import BuildState
from finews_crawler.site.jekyll import run_jekyll
from finews_crawler.site.listings import NEWEST_OF_EACH, SHORT_TIME, Listing, Lists, Rows
from finews_crawler.site.partition_build import CATEGORY, DAY, FEED, SITEMAP, files_below
from finews_crawler.site.partitions import RECENT
from finews_crawler.site.urls import CategoryAddresses, month_page, url_of
from finews_crawler.site.user_files import UserFiles

FIXED = "fixed"
"""The kind of the pages that every build makes."""


class IndexPages:
    """What the front of a site is to show."""

    def __init__(self, state: BuildState, site: Path) -> None:
        self.state = state
        self.site = site
        rows = state.connection.execute("SELECT DISTINCT key FROM mention WHERE kind = ?", (CATEGORY,)).fetchall()
        slugs = [slug for (slug,) in rows]
        self.lists = Lists(state, CategoryAddresses(slugs), site)
        self.folder = UserFiles(site, {f"{slug}.html" for slug in slugs})

    def fixed(self) -> Iterator[Listing]:
        """The pages that there is one of."""
        media, months = self._media(), self._months()
        newest = sorted(media, key=lambda medium: str(medium["newest"]), reverse=True)
        total = sum(month["count"] for month in months)
        of_each = [{**medium, "entries": self._newest_of(medium["slug"])} for medium in newest]
        by_count = sorted(media, key=lambda medium: (-medium["count"], medium["tag"]))
        parts = self.state.parts()
        # The newest first; what has no month comes last.
        named = sorted(parts, key=lambda name: (name == RECENT, name[:1].isdigit(), name), reverse=True)
        bundles = [{"name": name, "months": parts[name].months} for name in named if parts[name].is_searchable]
        moved = self.lists.addresses.moved
        pages: dict[str, dict[str, Any]] = {
            "index.html": {"media": of_each, "count": total},
            "media.html": {"media": by_count},
            "archive.html": {"months": months, "count": total},
            "search.html": {"bundles": bundles},
            "404.html": {"moved": [{"from": f"/category/{slug}.html", "to": url_of(moved[slug])} for slug in moved]},
            SITEMAP: {"layout": "sitemap", "sitemaps": [f"/sitemaps/{name}.xml" for name in parts]},
        }
        # A page of the theme that somebody removed, or replaced by one in markdown, is theirs.
        there = (path for path in pages if path == SITEMAP or (self.site / path).is_file())
        return (Listing(path, FIXED, path, pages[path], path) for path in there)

    def _newest_of(self, slug: str) -> Rows:
        return self.lists.entries(CATEGORY, slug, limit=NEWEST_OF_EACH, shown=SHORT_TIME)

    def touched(self) -> Iterator[Listing]:
        """The pages whose posts have changed, as they are to be."""
        for kind, key, months in self._touched_keys():
            known = {path for path, _ in self._known(kind, key)}
            yield from self.lists.of_key(kind, key, months, known)
        for (month,) in self.state.connection.execute("SELECT DISTINCT month FROM touched WHERE kind = ?", (DAY,)):
            listing = self.lists.month(month)
            if listing.data["days"]:
                yield listing

    def gone(self) -> list[str]:
        """The listings of touched keys that are wanted no more."""
        gone = []
        for kind, key, _ in self._touched_keys():
            wanted = self.lists.wanted(kind, key)
            gone += [path for path, _ in self._known(kind, key) if path not in wanted]
        months = self.state.connection.execute("SELECT DISTINCT month FROM touched WHERE kind = ?", (DAY,)).fetchall()
        fixed = {page.path for page in self.fixed()}
        made = self.state.connection.execute("SELECT path FROM listing WHERE kind = ?", (FIXED,)).fetchall()
        gone += [path for (path,) in made if path not in fixed]
        return gone + [month_page(month) for (month,) in months if not self.lists.month(month).data["days"]]

    def digest_of(self, listing: Listing) -> str:
        """Of the listing as it was built last; '' for one that was not."""
        rows = self.state.connection.execute("SELECT digest FROM listing WHERE path = ?", (listing.path,)).fetchall()
        return str(rows[0][0]) if rows else ""

    def touch_all(self) -> None:
        """Let every listing be made anew: the theme has changed."""
        with self.state.writing() as connection:
            connection.execute("UPDATE listing SET digest = ''")
            connection.execute("INSERT OR IGNORE INTO touched SELECT DISTINCT kind, key, month FROM mention")

    def touch_categories(self) -> None:
        """Let every category be looked at again: one that differs from another in case only has come or gone, or
        somebody changed a category file."""
        files = self.folder.category_files()
        now = hashlib.sha256(repr([sorted(self.lists.addresses.moved.items()), files]).encode()).hexdigest()
        if self.state.fact("categories") != now:
            with self.state.writing() as connection:
                gone = "SELECT DISTINCT kind, key, '' FROM listing WHERE kind = ?"
                here = "SELECT DISTINCT kind, key, '' FROM mention WHERE kind = ?"
                connection.execute(f"INSERT OR IGNORE INTO touched {gone} UNION {here}", (CATEGORY, CATEGORY))
            self.state.set_facts({"categories": now})

    def is_listing(self, path: str) -> bool:
        """Whether a page lists posts."""
        query = "SELECT 1 FROM listing WHERE path = ? AND kind <> ?"
        return self.state.connection.execute(query, (path, FIXED)).fetchone() is not None

    def done(self, built: Iterable[Listing], gone: Iterable[str]) -> None:
        """Nothing is touched any more: these listings are built, those are gone."""
        with self.state.writing() as connection:
            rows = [(listing.path, listing.kind, listing.key, listing.digest) for listing in built]
            connection.executemany("INSERT OR REPLACE INTO listing VALUES (?, ?, ?, ?)", rows)
            connection.executemany("DELETE FROM listing WHERE path = ?", [(path,) for path in gone])
            connection.execute("DELETE FROM touched")

    def _touched_keys(self) -> Iterator[tuple[str, str, set[str]]]:
        keys: dict[tuple[str, str], set[str]] = {}
        for kind, key, month in self.state.connection.execute("SELECT kind, key, month FROM touched"):
            keys.setdefault((kind, key), set()).add(month)
        return ((kind, key, months) for (kind, key), months in keys.items())

    def _known(self, kind: str, key: str) -> list[tuple[str, str]]:
        query = "SELECT path, digest FROM listing WHERE kind = ? AND key = ?"
        return self.state.connection.execute(query, (kind, key)).fetchall()

    def _media(self) -> list[dict[str, Any]]:
        query = "SELECT key, COUNT(*), MAX(date) FROM mention WHERE kind = ? GROUP BY key"
        return [
            {
                "slug": slug,
                "tag": self.lists.tag(slug),
                "address": self.lists.address(slug),
                "count": count,
                "newest": newest,
            }
            for slug, count, newest in self.state.connection.execute(query, (CATEGORY,)).fetchall()
        ]

    def _months(self) -> list[dict[str, Any]]:
        query = "SELECT month, COUNT(*) FROM mention WHERE kind = ? GROUP BY month ORDER BY month DESC"
        rows = self.state.connection.execute(query, (DAY,)).fetchall()
        return [{"month": month, "url": url_of(month_page(month)), "count": count} for month, count in rows]

    def render(
        self, listings: Sequence[Listing], folder: Path, scratch: Path, configuration: Mapping[str, Any]
    ) -> list[str]:
        """Build the front with *listings* into *folder*, by way of *scratch*; the files that it has.

        Raises BuildFailed, also for a listing that Jekyll wrote elsewhere.
        """
        source, data = scratch / "source", scratch / "listings.json"
        self.folder.link_into(source, {listing.source for listing in listings})
        data.write_text(f"[{','.join(listing.as_json for listing in listings)}]", "utf-8")
        run_jekyll(source, folder, configuration, {"listings": str(data)})
        files = set(files_below(folder))
        missing = [listing.path for listing in listings if listing.path not in files]
        if missing:
            raise BuildFailed(f"Jekyll did not write {missing[0]}: look at the permalinks in {self.site}")
        own_feed = (self.site / FEED).exists()
        return [file for file in files if file != FEED or own_feed]
