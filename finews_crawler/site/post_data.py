"""What the index knows of the posts of the site."""

from __future__ import annotations

import json

from finews_crawler.archive.archive import Archive
from finews_crawler.exporters.jekyll_post import media_tag
from finews_crawler.site.partitions import PostMetadata
from finews_crawler.site.urls import CategoryAddresses, is_symbol, ticker_page, url_of


def read_post_metadata(archive: Archive) -> dict[str, PostMetadata]:
    """The facts of each post of the site, by its path below ``_posts``."""
    posts = f"{archive.directory.relative(archive.directory.posts)}/"
    rows = archive.index.select("SELECT post_path, slug, media_name, tickers FROM article")
    return {
        path[len(posts) :]: PostMetadata(slug, media_tag(media_name), tickers)
        for path, slug, media_name, tickers in rows
        if path.startswith(posts)
    }


def tickers_of(facts: PostMetadata) -> dict[str, str]:
    """The tickers that an article names, each with the name it is given, if any.

    >>> named = '[{"name": "", "symbol": "600050.SH"}, {"name": "中国联通", "symbol": "600050.SH"}]'
    >>> tickers_of(PostMetadata("", "", named))
    {'600050.SH': '中国联通'}
    """
    found: dict[str, str] = {}
    for ticker in json.loads(facts.tickers):
        symbol = ticker["symbol"].upper()  # two pages whose names differ in case only would be one file
        if is_symbol(symbol):
            found[symbol] = found.get(symbol) or ticker["name"]
    return found


def page_data(facts: PostMetadata, addresses: CategoryAddresses) -> dict[str, object]:
    """What a post's page shows of them. Of a slug with a space Jekyll itself would make two categories."""
    tickers = [
        {"symbol": symbol, "name": name, "url": url_of(ticker_page(symbol))}
        for symbol, name in tickers_of(facts).items()
    ]
    address = {"category_url": url_of(addresses.page(facts.slug))}
    return {"tickers": tickers, "tag": facts.tag, **address, **moved_addresses(addresses).get(facts.slug, {})}


def moved_addresses(addresses: CategoryAddresses) -> dict[str, dict[str, str]]:
    """What the posts of a category show whose page does not lie where their footers say.

    >>> moved_addresses(CategoryAddresses(["TechWeb", "Techweb"]))
    {'Techweb': {'category_url': '/category/!techweb/', 'footer_url': '/category/!techweb/'}}
    """
    moved = addresses.moved.items()
    return {slug: dict.fromkeys(("category_url", "footer_url"), url_of(page)) for slug, page in moved}
