"""Rendering of some posts by one run of Jekyll."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from finews_crawler.exceptions import BuildFailed
from finews_crawler.site.address import CONFIGURATION, SiteAddress
from finews_crawler.site.jekyll import run_jekyll
from finews_crawler.site.post_data import digest_line, medium_of, moved_page_data, page_data, tickers_of
from finews_crawler.site.post_rows import CATEGORY, DAY, TICKER, BuiltPost, ListedPost, Membership
from finews_crawler.site.post_sources import PostMetadata
from finews_crawler.site.search_pages import is_searchable, text_of
from finews_crawler.site.urls import CategoryAddresses

THEME_FOLDERS = ("_layouts", "_includes", "_plugins", "_data", "_sass")
FEED = "feed.xml"


@dataclass(frozen=True)
class RenderedPosts:
    """Pages of some posts on disk, and what lists and the search need of them."""

    folder: Path
    posts: list[BuiltPost]
    """Those that Jekyll has published."""


@dataclass(frozen=True)
class PostRenderer:
    """Renders posts of one site."""

    site: Path
    metadata: Mapping[str, PostMetadata]
    """Of the posts that are in the index, by path below ``_posts``."""
    addresses: CategoryAddresses
    address: SiteAddress
    archive_url: str
    """See ``run_jekyll``."""
    share_url: str
    """See ``page_data``."""

    def render(self, paths: Sequence[str], scratch: Path) -> RenderedPosts:
        """Render posts, by their paths below ``_posts``, in the new folder *scratch*. Raises BuildFailed, OSError."""
        source, folder = scratch / "source", scratch / "built"
        self._prepare(source, paths)
        metadata = {
            f"_posts/{path}": page_data(fields, self.addresses, self.share_url)
            for path, fields in self.metadata.items()
        }
        data = {"metadata": metadata, "moved": moved_page_data(self.addresses)}
        for key, value in data.items():
            (scratch / f"{key}.json").write_text(json.dumps(value), "utf-8")
        files = {key: str(scratch / f"{key}.json") for key in ("manifest", *data)}
        run_jekyll(source, folder, self.address, files, self.archive_url)
        return RenderedPosts(folder, list(self._built(folder, read_manifest(scratch / "manifest.json"))))

    def _prepare(self, source: Path, paths: Sequence[str]) -> None:
        source.mkdir(parents=True)
        for name in THEME_FOLDERS:
            if (self.site / name).is_dir():
                (source / name).symlink_to((self.site / name).resolve())
        if (self.site / CONFIGURATION).exists():
            link_file(self.site / CONFIGURATION, source / CONFIGURATION)
        for path in paths:
            file = source / "_posts" / path
            file.parent.mkdir(parents=True, exist_ok=True)
            with suppress(FileNotFoundError):  # A crawl has moved it; the next build finds it.
                link_file(self.site / "_posts" / path, file)

    def _built(self, folder: Path, manifest: Sequence[Mapping[str, Any]]) -> Iterator[BuiltPost]:
        for post in manifest:
            path = post["source"].removeprefix("_posts/")
            metadata = self.metadata.get(path)
            slug, tag = _first(post["categories"]), _first(post["tags"])
            if metadata:
                # Old posts spell a slug with spaces without quotes, which Jekyll splits into several categories.
                slug, tag = metadata.slug, metadata.tag
            tickers = tickers_of(metadata) if metadata else {}
            day = post["date"][:10]
            lists = [Membership(DAY, day, day[:7])]
            lists += [Membership(CATEGORY, slug, day[:7])] if slug else []
            lists += [Membership(TICKER, symbol, day[:7], name) for symbol, name in tickers.items()]
            info_code = metadata.info_code if metadata else ""
            page = (folder / post["file"]).read_bytes()
            searchable = is_searchable(page)
            digest = digest_line(metadata.digest if metadata else "", medium_of(tag))
            if not digest and searchable:
                digest = digest_line(text_of(page).partition("\n")[0])
            shown = "" if digest == post["title"] else digest
            listed = ListedPost(post["url"], post["title"], post["date"], slug, tag, info_code, shown)
            yield BuiltPost(path, post["file"], listed, lists, searchable, post["sitemap"])


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


def files_below(folder: Path) -> Iterator[str]:
    """Yield the paths of all files below *folder*, relative to it."""
    for parent, _, names in os.walk(folder):
        yield from (os.path.relpath(os.path.join(parent, name), folder) for name in names)  # noqa: PTH118 (speed)
