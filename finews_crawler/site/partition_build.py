"""Building one part: its posts through Jekyll, then their pages through Pagefind."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from finews_crawler.site.build_state import ListedPost, Mention
from finews_crawler.site.jekyll import CONFIGURATION, run_jekyll
from finews_crawler.site.pagefind import index_pages
from finews_crawler.site.partitions import RECENT, PostFile, PostMetadata
from finews_crawler.site.post_data import moved_addresses, page_data, tickers_of
from finews_crawler.site.urls import CategoryAddresses

CATEGORY, TICKER, DAY = "category", "ticker", "day"
THEME_FOLDERS = ("_layouts", "_includes", "_plugins", "_data", "_sass")
SEARCHED = b"data-pagefind-body"
FEED, SITEMAP = "feed.xml", "sitemap.xml"


@dataclass(frozen=True)
class BuiltPartition:
    """A part on disk, and what is on it."""

    name: str
    folder: Path
    posts: list[tuple[ListedPost, list[Mention]]]
    pages: list[str]
    """Those to be searched: a post may have a layout of its own, or none."""
    files: list[str]
    """All that belongs to the part."""
    foreign_slugs: list[str]
    """The categories of its posts that the index does not know."""

    @property
    def months(self) -> list[str]:
        return sorted({post.date[:7] for post, _ in self.posts})

    def index(self, scratch: Path) -> list[str]:
        """Let Pagefind index the pages, by way of *scratch*; the files that this makes. Raises BuildFailed."""
        bundle = self.folder / "pagefind" / self.name
        if not self.pages:
            return []
        index_pages(self.folder, self.pages, bundle, scratch)
        return [f"pagefind/{self.name}/{file}" for file in files_below(bundle)]


@dataclass(frozen=True)
class PartitionBuilder:
    """Builds parts of one site."""

    site: Path
    """The site's source."""
    facts: Mapping[str, PostMetadata]
    addresses: CategoryAddresses
    configuration: Mapping[str, Any]

    def build(self, name: str, posts: Sequence[PostFile], folder: Path, scratch: Path) -> BuiltPartition:
        """Build a part into *folder*, which is made, by way of *scratch*. Raises BuildFailed."""
        source = scratch / "source"
        self._prepare(source, posts)
        told = {"facts": self._page_data(posts), "moved": moved_addresses(self.addresses)}
        for key, value in told.items():
            (scratch / f"{key}.json").write_text(json.dumps(value), "utf-8")
        files = {key: str(scratch / f"{key}.json") for key in ("manifest", *told)}
        run_jekyll(source, folder, self.configuration, files)
        listed = json.loads((scratch / "manifest.json").read_text("utf-8"))
        pages = [post["file"] for post in listed]
        keep_part_only(name, folder, pages)
        searched = [page for page in pages if SEARCHED in (folder / page).read_bytes()]
        foreign = sorted({_first(post["categories"]) for post in listed if self._facts_of(post) is None} - {""})
        return BuiltPartition(name, folder, list(self._listed(listed)), searched, list(files_below(folder)), foreign)

    def _prepare(self, source: Path, posts: Sequence[PostFile]) -> None:
        source.mkdir(parents=True)
        link_theme(self.site, source)
        for post in posts:
            place = source / "_posts" / post.path
            place.parent.mkdir(parents=True, exist_ok=True)
            with suppress(FileNotFoundError):  # a crawl has moved it meanwhile; the next build sees where
                link_file(self.site / "_posts" / post.path, place)

    def _page_data(self, posts: Sequence[PostFile]) -> dict[str, dict[str, object]]:
        known = ((post.path, self.facts.get(post.path)) for post in posts)
        return {f"_posts/{path}": page_data(facts, self.addresses) for path, facts in known if facts}

    def _listed(self, manifest: Iterable[Mapping[str, Any]]) -> Iterator[tuple[ListedPost, list[Mention]]]:
        for post in manifest:
            slug, tag = _first(post["categories"]), _first(post["tags"])
            facts = self._facts_of(post)
            if facts:
                # An old post's slug may hold spaces without quotes, and Jekyll makes several categories of it.
                slug, tag = facts.slug, facts.tag
            tickers = tickers_of(facts) if facts else {}
            day = post["date"][:10]
            mentions = [Mention(DAY, day, day[:7])]
            mentions += [Mention(CATEGORY, slug, day[:7])] if slug else []
            mentions += [Mention(TICKER, symbol, day[:7], name) for symbol, name in tickers.items()]
            yield ListedPost(post["url"], post["title"], post["date"], slug, tag), mentions

    def _facts_of(self, post: Mapping[str, Any]) -> PostMetadata | None:
        return self.facts.get(post["source"].removeprefix("_posts/"))


def _first(values: Sequence[object]) -> str:
    """A category or tag that is no text was meant as one: `categories: 2022`."""
    return str(values[0]) if values else ""


def link_theme(site: Path, source: Path) -> None:
    """Put into *source* what every page of *site* is made with."""
    for name in THEME_FOLDERS:
        if (site / name).is_dir():
            (source / name).symlink_to((site / name).resolve())
    if (site / CONFIGURATION).exists():
        link_file(site / CONFIGURATION, source / CONFIGURATION)


def link_file(file: Path, place: Path) -> None:
    """Another name for *file*: it stays what it is now, though a crawl puts a new one in its place meanwhile."""
    try:
        os.link(file.resolve() if file.is_symlink() else file, place)
    except OSError:  # on another file system, or one without hard links
        shutil.copy2(file, place)


def keep_part_only(name: str, folder: Path, pages: Iterable[str]) -> None:
    """Remove what Jekyll makes of any site, so that the parts do not overwrite each other; the feed is the newest's."""
    sitemap = folder / SITEMAP
    if sitemap.exists():
        place = folder / "sitemaps" / f"{name}.xml"
        place.parent.mkdir(exist_ok=True)
        sitemap.rename(place)
    kept = {*pages, f"sitemaps/{name}.xml", *([FEED] if name == RECENT else [])}
    for file in list(files_below(folder)):
        if file not in kept:
            (folder / file).unlink()


def files_below(folder: Path) -> Iterator[str]:
    """The files in *folder* and the folders below it."""
    for parent, _, names in os.walk(folder):
        yield from (os.path.relpath(os.path.join(parent, name), folder) for name in names)  # noqa: PTH118 (speed)
