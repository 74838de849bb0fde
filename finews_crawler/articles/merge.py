"""Joining what several surfaces say of one article.

The same article comes through several channels and each copy lacks something. A field goes to the surface
that ranks highest among those that gave it; a field that one surface gave is never emptied by another. Between
copies from different surfaces the order of arrival does not matter; of two copies from the same surface the
later one holds, since upstream corrects its articles.
"""

from __future__ import annotations

import dataclasses

from finews_crawler.content.body.clean import clean_body
from finews_crawler.items import Article
from finews_crawler.sources.eastmoney.news_text import NEWS_TEXT
from finews_crawler.sources.finews_site.post_page import ARCHIVE_PAGE

MEDIA = "media"
MARKET = tuple(f"market:{number}" for number in (37, 38, 39))
ROLLING = "rolling"
POST = "post"
"""A post on disk, read back where the index is lost: what one of the surfaces above gave, we no longer know which."""

HAND = "hand"
"""A person who changed a post, which was then read back: whatever the lists go on saying."""

LISTS_FIRST = (HAND, MEDIA, *MARKET, ROLLING, NEWS_TEXT, ARCHIVE_PAGE, POST)
BODY_FIRST = (NEWS_TEXT, ARCHIVE_PAGE, POST)

# Which surface wins each field, best first. The archive was written from the lists, so they come first;
# the archived copy of a body has been through kramdown, so it comes after the true one, and a post read back last.
SOURCE_PRECEDENCE: dict[str, tuple[str, ...]] = {
    "title": LISTS_FIRST,
    "published_at": LISTS_FIRST,
    "media_name": (HAND, MEDIA, *MARKET, ARCHIVE_PAGE, NEWS_TEXT, ROLLING, POST),
    "digest": (ROLLING, MEDIA, *MARKET, NEWS_TEXT, ARCHIVE_PAGE, POST),
    "public_url": (ROLLING, MEDIA, *MARKET, NEWS_TEXT, ARCHIVE_PAGE, POST),
    "text_html": BODY_FIRST,
    "content_html": BODY_FIRST,
    "source_url": BODY_FIRST,
}


def merge(one: Article, other: Article) -> Article:
    """Return the article that *one* and the later copy *other* make together.

    Derived fields (slug, cleaned body, tickers …) are left as *one* has them.

    >>> from finews_crawler.items import article_from
    >>> rolling = article_from("rolling", "NW202205262391921712", title="滚动标题", digest="【标题】摘要")
    >>> media = article_from("media", "NW202205262391921712", title="标题", media_name="证券时报")
    >>> both = merge(rolling, media)
    >>> both.title, both.media_name, both.digest, both.origins["digest"]
    ('标题', '证券时报', '【标题】摘要', 'rolling')
    """
    merged = dataclasses.replace(one, origins=dict(one.origins))
    for name in SOURCE_PRECEDENCE:
        if _gives(other, name) and _precedence(other, name) <= _precedence(merged, name):
            setattr(merged, name, getattr(other, name))
            merged.origins[name] = other.origins[name]
    merged.is_stand_in = (other if other.has_body else one).is_stand_in and not _has_true_body(merged)
    merged.is_refetched = one.is_refetched or other.is_refetched
    merged.payload = one.payload or other.payload
    merged.listing_hash = one.listing_hash or other.listing_hash
    merged.seen_at = max(filter(None, (one.seen_at, other.seen_at)), default=None)
    merged.first_seen_at = min(filter(None, (one.first_seen_at, other.first_seen_at)), default=None)
    return merged


def is_revision(held: Article, article: Article) -> bool:
    """Whether *article*, merged from *held*, shows that upstream changed what it had said.

    A field that another surface gives as well, or better, is no revision: the same surface has to say something else.
    A body that was read from a post is the exception, since nobody knows which surface gave it.

    >>> from finews_crawler.items import article_from
    >>> held = article_from("news_text", "NW202205262391921712", text_html="<p>甲</p>")
    >>> is_revision(held, article_from("news_text", "NW202205262391921712", text_html="<p>乙</p>"))
    True
    >>> is_revision(held, merge(held, article_from("media", "NW202205262391921712", title="标题")))
    False
    """
    if any(
        clean_body(getattr(held, name)).html != clean_body(getattr(article, name)).html
        for name in ("text_html", "content_html")
        if held.origins.get(name) == POST
    ):
        return True
    return any(
        getattr(held, name) != getattr(article, name) and held.origins.get(name) == article.origins.get(name)
        for name in SOURCE_PRECEDENCE
        if _gives(held, name) and name != "source_url"
    )


def _has_true_body(article: Article) -> bool:
    return any(article.origins.get(name) == NEWS_TEXT for name in ("text_html", "content_html"))


def _gives(article: Article, name: str) -> bool:
    return bool(getattr(article, name)) and name in article.origins


def _precedence(article: Article, name: str) -> int:
    """Position of the surface that gave the field; past the end of the table when nobody did."""
    ranks = SOURCE_PRECEDENCE[name]
    if not _gives(article, name):
        return len(ranks) + 1
    origin = article.origins[name]
    return ranks.index(origin) if origin in ranks else len(ranks)
