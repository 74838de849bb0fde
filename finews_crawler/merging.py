"""Joining what several surfaces say of one article.

The same article comes through several channels and each copy lacks something. A field goes to the surface
that ranks highest among those that gave it; a field that one surface gave is never emptied by another. Between
copies from different surfaces the order of arrival does not matter; of two copies from the same surface the
later one holds, since upstream corrects its articles.
"""

from __future__ import annotations

import dataclasses

from finews_crawler.items import Article

NEWS_TEXT = "news_text"
ARCHIVE_PAGE = "archive_page"
MEDIA = "media"
MARKET = tuple(f"market:{number}" for number in (37, 38, 39))
ROLLING = "rolling"

LISTS_FIRST = (MEDIA, *MARKET, ROLLING, NEWS_TEXT, ARCHIVE_PAGE)
BODY_FIRST = (NEWS_TEXT, ARCHIVE_PAGE)

# Which surface wins each field, best first. The archive was written from the lists, so they come first;
# the archived copy of a body has been through kramdown, so it comes last.
RANKS: dict[str, tuple[str, ...]] = {
    "title": LISTS_FIRST,
    "published_at": LISTS_FIRST,
    "media_name": (MEDIA, *MARKET, ARCHIVE_PAGE, NEWS_TEXT, ROLLING),
    "digest": (ROLLING, MEDIA, *MARKET, NEWS_TEXT, ARCHIVE_PAGE),
    "public_url": (ROLLING, MEDIA, *MARKET, NEWS_TEXT, ARCHIVE_PAGE),
    "text_html": BODY_FIRST,
    "content_html": BODY_FIRST,
    "source_url": BODY_FIRST,
}


def article_from(origin: str, info_code: str, **fields: object) -> Article:
    """An article as *origin* gives it: its non-empty *fields*, each marked with where it came from.

    >>> article_from("media", "NW202205182383638060", title="标题", media_name="").origins
    {'title': 'media'}
    """
    given = {name: value for name, value in fields.items() if value}
    return Article(info_code=info_code, origins=dict.fromkeys(given, origin), **given)  # type: ignore[arg-type]


def merge(one: Article, other: Article) -> Article:
    """Return the article that *one* and the later copy *other* make together.

    Derived fields (slug, cleaned body, tickers …) are left as *one* has them.

    >>> rolling = article_from("rolling", "NW202205262391921712", title="滚动标题", digest="【标题】摘要")
    >>> media = article_from("media", "NW202205262391921712", title="标题", media_name="证券时报")
    >>> both = merge(rolling, media)
    >>> both.title, both.media_name, both.digest, both.origins["digest"]
    ('标题', '证券时报', '【标题】摘要', 'rolling')
    """
    merged = dataclasses.replace(one, origins=dict(one.origins))
    for name in RANKS:
        if _gives(other, name) and _rank(other, name) <= _rank(merged, name):
            setattr(merged, name, getattr(other, name))
            merged.origins[name] = other.origins[name]
    merged.is_stand_in = (other if other.has_body else one).is_stand_in and not _has_true_body(merged)
    merged.payload = one.payload or other.payload
    merged.listing_hash = one.listing_hash or other.listing_hash
    merged.first_seen_at = min(filter(None, (one.first_seen_at, other.first_seen_at)), default=None)
    return merged


def _has_true_body(article: Article) -> bool:
    return any(article.origins.get(name) == NEWS_TEXT for name in ("text_html", "content_html"))


def _gives(article: Article, name: str) -> bool:
    return bool(getattr(article, name)) and name in article.origins


def _rank(article: Article, name: str) -> int:
    """Position of the surface that gave the field; past the end of the table when nobody did."""
    ranks = RANKS[name]
    if not _gives(article, name):
        return len(ranks) + 1
    origin = article.origins[name]
    return ranks.index(origin) if origin in ranks else len(ranks)
