"""Metadata of the posts, from the index, and the data that their pages show of it."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any

from finews_crawler.archive import decoders
from finews_crawler.archive.archive import Archive
from finews_crawler.archive.changes import changed_posts
from finews_crawler.archive.decoders import decode_rows
from finews_crawler.archive.rows import TICKERS
from finews_crawler.content.markdown import plain_line
from finews_crawler.content.slug import TAG_SUFFIX
from finews_crawler.content.tickers import quote_url
from finews_crawler.exporters.jekyll_post import HEADLINE_END, media_tag
from finews_crawler.site.post_sources import PostMetadata, PostSummary, digest_of_text, group_of
from finews_crawler.site.urls import CategoryAddresses, ticker_page, url_of
from finews_crawler.sources import link_to

# A symbol as a file name: words joined by single dots, as in BRK.A.US. Upstream's mark-up may contain anything.
SYMBOL = re.compile(r"\w+(\.\w+)*", re.ASCII)


# Without decoding: the site of a large archive needs all rows, and most of them only to see that nothing has changed.
SUMMARY = ("post_path", "slug", "info_code", "media_name", "tickers", "digest")
LINES = " || char(10) || "
SUMMARIES = f"SELECT post_path, slug, {LINES.join(SUMMARY[2:])} FROM article"  # noqa: S608
ROWS = "SELECT info_code, post_path, slug, media_name, tickers, digest FROM article"
# From the index on the paths alone, and in its order: rows that are sorted by group take three times as long.
PATHS_OF_GROUPS = """
    SELECT value, (SELECT group_concat(post_path || char(10) || rowid, char(0)) FROM article
    WHERE post_path > ?1 || value AND post_path < ?1 || value || char(1114111)) FROM json_each(?2)"""
DAMAGED_PATH = "SELECT 1 FROM article WHERE typeof(post_path) <> 'text' LIMIT 1"


def index_stamp(archive: Archive) -> list[tuple[int, int] | None]:
    """Return sizes and times of the index and its write-ahead log: without a change of them no row has changed."""
    path = archive.index.path
    return [_stamp(path), _stamp(path.with_name(f"{path.name}-wal"))]


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    return (status.st_size, status.st_mtime_ns) if status.st_size else None  # as reading creates an empty log


def read_path_digests(archive: Archive, groups: Collection[str]) -> dict[str, str]:
    """Return a digest of the rows that the index has of posts in each group, see ``post_groups``, not of their values.

    Raises UnusableIndex, DamagedRow.
    """
    rows = archive.index.select(PATHS_OF_GROUPS, _posts(archive), json.dumps(list(groups)))
    if archive.index.select(DAMAGED_PATH):
        read_post_metadata(archive)  # raises for the damaged row
    return {name: digest_of_text(f"{text}") for name, text in rows}


def read_changed_groups(archive: Archive, after: str) -> set[str] | None:
    """Return the groups with rows that were written after a position in the index; None if any may have been.

    *after*: see ``changed_posts``. Raises UnusableIndex, DamagedRow.
    """
    posts, changed = _posts(archive), changed_posts(archive.index, after)
    return changed if changed is None else {group_of(path.removeprefix(posts)) for path in changed}


def read_summaries(archive: Archive, paths: Collection[str] | None = None) -> dict[str, PostSummary]:
    """Return what the index has of posts of the site, by their paths below ``_posts``, by default of all.

    Raises UnusableIndex.
    """
    posts = _posts(archive)
    rows = list(_select(archive, SUMMARIES, paths))
    if any(set(map(type, column)) != {str} for column in zip(*rows, strict=True)):
        read_post_metadata(archive)  # raises for the damaged row
    return {path[len(posts) :]: PostSummary(slug, rest) for path, slug, rest in rows if path.startswith(posts)}


def read_post_metadata(archive: Archive, paths: Collection[str] | None = None) -> dict[str, PostMetadata]:
    """Return the metadata of posts of the site, by their paths below ``_posts``, by default of all.

    Raises UnusableIndex, DamagedRow.
    """
    posts = _posts(archive)
    rows = _select(archive, ROWS, paths)
    return {
        path[len(posts) :]: PostMetadata(slug, media_tag(media_name), tickers, info_code, digest)
        for info_code, path, slug, media_name, tickers, digest in decode_rows(rows, "article", **COLUMNS)
        if path.startswith(posts)
    }


def _select(archive: Archive, query: str, paths: Collection[str] | None) -> Iterable[tuple[Any, ...]]:
    """Return the rows of a query, of posts with these paths below ``_posts``; by default all."""
    if paths is None:
        return archive.index.select(query)
    found = [f"{_posts(archive)}{path}" for path in paths]
    return archive.index.select(f"{query} WHERE post_path IN (SELECT value FROM json_each(?))", json.dumps(found))  # noqa: S608


def _posts(archive: Archive) -> str:
    return f"{archive.directory.relative(archive.directory.posts)}/"


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
    "digest": decoders.text,
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


def page_data(metadata: PostMetadata, addresses: CategoryAddresses, share_url: str) -> dict[str, object]:
    """Return the front matter that the build adds to a post's page.

    *share_url*: site of the links that are the permanent ids of posts in feeds: the URL of a post changes when its
    outlet becomes known (RFC 4287, 4.2.6).
    """
    tickers = [
        {"symbol": symbol, "name": name, "url": url_of(ticker_page(symbol)), "quote": quote_url(symbol)}
        for symbol, name in tickers_of(metadata).items()
    ]
    url = url_of(addresses.page(metadata.slug))  # Jekyll itself splits a slug with a space into two categories.
    footer = {"footer_url": url} if metadata.slug in addresses.moved else {}
    feed = {"feed_id": link_to(metadata.info_code, share_url)}
    digest = digest_line(metadata.digest, medium_of(metadata.tag))
    described = {"description": digest} if digest else {}
    return {"tickers": tickers, "tag": metadata.tag, "category_url": url, **footer, **feed, **described}


LONGEST_DIGEST = 80
"""Characters of a digest that lists show."""
END_OF_SENTENCE = re.compile("[。！？；!?;]")


def digest_line(text: str, medium: str = "") -> str:
    """Return the beginning of a digest or body as one line: whole sentences, if any ends in its second half.

    *medium*: outlet that stands beside the line, and need not stand at its end again.

    >>> digest_line("【江城重工扩产】江城重工公告。（江城日报）", "江城日报")
    '江城重工公告。'
    >>> digest_line("江" * 50 + "。" + "城" * 50) == "江" * 50 + "。"
    True
    >>> digest_line("江" * 90) == "江" * 79 + "…"
    True
    """
    line = plain_line(text.rpartition(HEADLINE_END)[2]).strip().removesuffix(f"（{medium}）")
    if len(line) <= LONGEST_DIGEST:
        return line
    ends = [found.end() for found in END_OF_SENTENCE.finditer(line, LONGEST_DIGEST // 2, LONGEST_DIGEST)]
    return line[: ends[-1]] if ends else f"{line[: LONGEST_DIGEST - 1].rstrip()}…"


def moved_page_data(addresses: CategoryAddresses) -> dict[str, dict[str, str]]:
    """Return, by slug, the front matter for posts of a category whose page is not where their footers link to.

    >>> moved_page_data(CategoryAddresses(["TechWeb", "Techweb"]))
    {'Techweb': {'category_url': '/category/!techweb/', 'footer_url': '/category/!techweb/'}}
    """
    moved = addresses.moved.items()
    return {slug: dict.fromkeys(("category_url", "footer_url"), url_of(page)) for slug, page in moved}


def medium_of(tag: str) -> str:
    """Return the name of the outlet in the tag of its posts, as in ``_includes/medium.html``.

    >>> medium_of("华龙网新闻"), medium_of("每日经济新闻新闻"), medium_of("新闻")
    ('华龙网', '每日经济新闻', '新闻')
    """
    return tag.removesuffix(TAG_SUFFIX) or tag
