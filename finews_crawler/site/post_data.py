"""Metadata of the posts, from the index, and the data that their pages show of it."""

from __future__ import annotations

import json
import re
from typing import Any

from finews_crawler.archive import decoders
from finews_crawler.archive.archive import Archive
from finews_crawler.archive.decoders import decode_rows
from finews_crawler.archive.rows import TICKERS
from finews_crawler.content.slug import TAG_SUFFIX
from finews_crawler.exporters.jekyll_post import media_tag
from finews_crawler.site.build_state import ListedPost
from finews_crawler.site.partitions import PostMetadata
from finews_crawler.site.search_index import SearchPost
from finews_crawler.site.urls import CategoryAddresses, ticker_page, url_of
from finews_crawler.sources import link_to

# A symbol as a file name: words joined by single dots, as in BRK.A.US. Upstream's mark-up may contain anything.
SYMBOL = re.compile(r"\w+(\.\w+)*", re.ASCII)


def read_post_metadata(archive: Archive) -> dict[str, PostMetadata]:
    """Return the metadata of each post of the site, by its path below ``_posts``. Raises UnusableIndex."""
    posts = f"{archive.directory.relative(archive.directory.posts)}/"
    rows = archive.index.select("SELECT info_code, post_path, slug, media_name, tickers FROM article")
    site = archive.addresses.share_url
    return {
        path[len(posts) :]: PostMetadata(slug, media_tag(media_name), tickers, info_code, link_to(info_code, site))
        for info_code, path, slug, media_name, tickers in decode_rows(rows, "article", **COLUMNS)
        if path.startswith(posts)
    }


def _ticker_text(value: Any) -> str:
    """Return the JSON text of a row's tickers, after it was decoded once. Raises as a decoder."""
    TICKERS.decode(value)
    return str(value)


COLUMNS: dict[str, decoders.Decoder] = {
    "info_code": decoders.info_code,
    "post_path": decoders.post_path,
    "slug": decoders.text,
    "media_name": decoders.text,
    "tickers": _ticker_text,
}


def tickers_of(metadata: PostMetadata) -> dict[str, str]:
    """Return the names of the article's tickers by symbol; '' for one without a name.

    >>> tickers = '[{"name": "", "symbol": "600050.SH"}, {"name": "中国联通", "symbol": "600050.sh"}, {"symbol": ".."}]'
    >>> tickers_of(PostMetadata("", "", tickers))
    {'600050.SH': '中国联通'}
    """
    names: dict[str, str] = {}
    for ticker in json.loads(metadata.tickers):
        # Two pages whose names differ only in case would be one file on some file systems.
        symbol = ticker["symbol"].upper()
        if SYMBOL.fullmatch(symbol):
            names[symbol] = names.get(symbol) or ticker["name"]
    return names


def page_data(metadata: PostMetadata, addresses: CategoryAddresses) -> dict[str, object]:
    """Return the front matter that the build adds to a post's page."""
    tickers = [
        {"symbol": symbol, "name": name, "url": url_of(ticker_page(symbol))}
        for symbol, name in tickers_of(metadata).items()
    ]
    url = url_of(addresses.page(metadata.slug))  # Jekyll itself splits a slug with a space into two categories.
    footer = {"footer_url": url} if metadata.slug in addresses.moved else {}
    feed = {"feed_id": metadata.feed_id} if metadata.feed_id else {}
    return {"tickers": tickers, "tag": metadata.tag, "category_url": url, **footer, **feed}


def moved_page_data(addresses: CategoryAddresses) -> dict[str, dict[str, str]]:
    """Return, by slug, the front matter for posts of a category whose page is not where their footers link to.

    >>> moved_page_data(CategoryAddresses(["TechWeb", "Techweb"]))
    {'Techweb': {'category_url': '/category/!techweb/', 'footer_url': '/category/!techweb/'}}
    """
    moved = addresses.moved.items()
    return {slug: dict.fromkeys(("category_url", "footer_url"), url_of(page)) for slug, page in moved}


def medium_of(tag: str) -> str:
    """Return the name of the outlet in the tag of its posts, as in ``_includes/medium.html``.

    >>> medium_of("华龙网新闻"), medium_of("新闻")
    ('华龙网', '新闻')
    """
    return tag.removesuffix(TAG_SUFFIX) or tag


def search_post(page: str, post: ListedPost, metadata: PostMetadata | None) -> SearchPost:
    """Return what the search shows of the post rendered at *page*."""
    tickers = tickers_of(metadata) if metadata else {}
    labels = [f"{symbol} {name}".strip() for symbol, name in tickers.items()]
    info_code = metadata.info_code if metadata else ""
    return SearchPost(page, post.url, post.title, medium_of(post.tag), post.date[:19], labels, info_code)
