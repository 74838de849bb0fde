"""Build of one partition: Jekyll renders its posts, then their pages are indexed for the search."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from finews_crawler.exceptions import BuildFailed
from finews_crawler.site.address import CONFIGURATION, SiteAddress
from finews_crawler.site.build_state import ListedPost, Membership
from finews_crawler.site.jekyll import run_jekyll
from finews_crawler.site.partitions import RECENT, PostMetadata, PostSource
from finews_crawler.site.post_data import moved_page_data, page_data, search_post, tickers_of
from finews_crawler.site.search_index import SearchPost, build_search_index
from finews_crawler.site.search_pages import is_searchable
from finews_crawler.site.urls import CategoryAddresses

CATEGORY, TICKER, DAY = "category", "ticker", "day"
"""Kinds of lists."""
THEME_FOLDERS = ("_layouts", "_includes", "_plugins", "_data", "_sass")
SEARCH = "search-index"
"""Folder of the site with a search index for each partition."""
FEED, SITEMAP = "feed.xml", "sitemap.xml"


@dataclass(frozen=True)
class BuiltPartition:
    """A partition on disk, and its contents; paths are below its folder."""

    name: str
    folder: Path
    posts: list[tuple[ListedPost, list[Membership]]]
    searchable: list[SearchPost]
    """Those of its posts that can be searched. A post with a layout of its own, or without one, is not among them."""
    files: list[str]
    foreign_slugs: list[str]
    """Categories of its posts that are not in the index."""

    def build_search_index(self) -> list[str]:
        """Build the search index of its pages. Return the files of the index. Raises OSError.

        Its folder has the name of the build: a browser never sees files of two builds of a partition together.
        """
        if not self.searchable:
            return []
        bundle = f"{SEARCH}/{self.folder.name}"
        build_search_index(self.folder, self.searchable, self.folder / bundle)
        return [f"{bundle}/{file}" for file in files_below(self.folder / bundle)]


@dataclass(frozen=True)
class PartitionBuilder:
    """Builds partitions of one site."""

    site: Path
    metadata: Mapping[str, PostMetadata]
    """By path below ``_posts``."""
    addresses: CategoryAddresses
    address: SiteAddress
    archive_url: str = ""
    """See ``run_jekyll``."""

    def build(self, name: str, posts: Sequence[PostSource], folder: Path, scratch: Path) -> BuiltPartition:
        """Build a partition into the new *folder*, with temporary files in *scratch*. Raises BuildFailed, OSError."""
        source = scratch / "source"
        self._prepare(source, posts)
        known = ((post.path, self.metadata.get(post.path)) for post in posts)
        metadata = {f"_posts/{path}": page_data(fields, self.addresses) for path, fields in known if fields}
        data = {"metadata": metadata, "moved": moved_page_data(self.addresses)}
        for key, value in data.items():
            (scratch / f"{key}.json").write_text(json.dumps(value), "utf-8")
        files = {key: str(scratch / f"{key}.json") for key in ("manifest", *data)}
        run_jekyll(source, folder, self.address, files, self.archive_url)
        manifest = read_manifest(scratch / "manifest.json")
        pages = [post["file"] for post in manifest]
        keep_partition_files(name, folder, pages)
        foreign = {_first(post["categories"]) for post in manifest if self._metadata_of(post) is None} - {""}
        posts_with_lists = list(self._listed(manifest))
        listed = zip(pages, manifest, posts_with_lists, strict=True)
        searchable = [
            search_post(page, post, self._metadata_of(source))
            for page, source, (post, _) in listed
            if is_searchable((folder / page).read_bytes())
        ]
        return BuiltPartition(name, folder, posts_with_lists, searchable, list(files_below(folder)), sorted(foreign))

    def _prepare(self, source: Path, posts: Sequence[PostSource]) -> None:
        source.mkdir(parents=True)
        for name in THEME_FOLDERS:
            if (self.site / name).is_dir():
                (source / name).symlink_to((self.site / name).resolve())
        if (self.site / CONFIGURATION).exists():
            link_file(self.site / CONFIGURATION, source / CONFIGURATION)
        for post in posts:
            file = source / "_posts" / post.path
            file.parent.mkdir(parents=True, exist_ok=True)
            with suppress(FileNotFoundError):  # A crawl has moved it; the next build finds it.
                link_file(self.site / "_posts" / post.path, file)

    def _listed(self, manifest: Iterable[Mapping[str, Any]]) -> Iterator[tuple[ListedPost, list[Membership]]]:
        for post in manifest:
            slug, tag = _first(post["categories"]), _first(post["tags"])
            metadata = self._metadata_of(post)
            if metadata:
                # Old posts spell a slug with spaces without quotes, which Jekyll splits into several categories.
                slug, tag = metadata.slug, metadata.tag
            tickers = tickers_of(metadata) if metadata else {}
            day = post["date"][:10]
            lists = [Membership(DAY, day, day[:7])]
            lists += [Membership(CATEGORY, slug, day[:7])] if slug else []
            lists += [Membership(TICKER, symbol, day[:7], name) for symbol, name in tickers.items()]
            info_code = metadata.info_code if metadata else ""
            yield ListedPost(post["url"], post["title"], post["date"], slug, tag, info_code), lists

    def _metadata_of(self, post: Mapping[str, Any]) -> PostMetadata | None:
        return self.metadata.get(post["source"].removeprefix("_posts/"))


def read_manifest(path: Path) -> list[dict[str, Any]]:
    """Return the posts that Jekyll has written, as our plugin lists them. Raises BuildFailed."""
    try:
        posts: list[dict[str, Any]] = json.loads(path.read_text("utf-8"))
    except FileNotFoundError as error:
        why = "a plugin or setting of the site ends Jekyll before it lists its posts"
        raise BuildFailed(f"Jekyll wrote no list of posts: {why}; check _plugins and _config.yml") from error
    return posts


def _first(values: Sequence[object]) -> str:
    """Return the first category or tag as text; '' without one. YAML reads `categories: 2022` as a number."""
    return str(values[0]) if values else ""


def link_file(file: Path, link: Path) -> None:
    """Create a hard link, which keeps the present content even if a crawl replaces *file* during the build."""
    try:
        os.link(file.resolve() if file.is_symlink() else file, link)
    except OSError:  # another file system, or one without hard links
        shutil.copy2(file, link)


def keep_partition_files(name: str, folder: Path, pages: Iterable[str]) -> None:
    """Remove what Jekyll writes for every site, so that partitions do not overwrite each other's files.

    The sitemap is renamed after the partition. Only the newest partition has a feed.
    """
    sitemap = folder / SITEMAP
    if sitemap.exists():
        renamed = folder / "sitemaps" / f"{name}.xml"
        renamed.parent.mkdir(exist_ok=True)
        sitemap.rename(renamed)
    kept = {*pages, f"sitemaps/{name}.xml", *([FEED] if name == RECENT else [])}
    for file in list(files_below(folder)):
        if file not in kept:
            (folder / file).unlink()


def files_below(folder: Path) -> Iterator[str]:
    """Yield the paths of all files below *folder*, relative to it."""
    for parent, _, names in os.walk(folder):
        yield from (os.path.relpath(os.path.join(parent, name), folder) for name in names)  # noqa: PTH118 (speed)
