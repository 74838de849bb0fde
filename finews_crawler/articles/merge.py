"""Merging of the copies of an article that several surfaces give.

The same article comes through several channels, and each copy lacks something. Each field is taken from the surface
that ranks highest among the surfaces that gave it, and no surface empties a field of another. The order of arrival does
not matter between different surfaces; between two copies from one family of surfaces the later one wins, since upstream
corrects its articles.
"""

from __future__ import annotations

import dataclasses

from finews_crawler import sources
from finews_crawler.content.body.clean import clean_body
from finews_crawler.items import Article
from finews_crawler.sources.source import UPSTREAM_FIELDS, family_of

POST = "post"
"""Origin of what was read back from a post after the index was lost: which surface gave it is unknown."""

HAND = "hand"
"""Origin of what a person changed in a post, which was then read back: it wins over every list."""

HAND_FIELDS = frozenset(("title", "published_at", "media_name"))

SOURCE_PRECEDENCE: dict[str, tuple[str, ...]] = {
    field: (*([HAND] if field in HAND_FIELDS else []), *sources.precedence_of(field), POST) for field in UPSTREAM_FIELDS
}
"""Origins that may give each field, the one that wins first: a person, then the surfaces by the registry, then a post
read back."""
FAMILY_PRECEDENCE = {
    field: tuple(dict.fromkeys(map(family_of, origins))) for field, origins in SOURCE_PRECEDENCE.items()
}
"""The same by family: of two copies from one database the later one wins, whichever of its lists showed it."""


def merge(one: Article, other: Article) -> Article:
    """Merge *one* and the later copy *other*.

    Derived fields (slug, cleaned body, tickers …) stay as in *one*: ``derive`` computes them again.

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
    """Return True if *article*, merged from *held*, contains a correction by upstream.

    A correction is a different value from the same family of surfaces; a field that a better one now gives is not. The
    exception is a body read back from a post, whose surface is unknown: it is compared as cleaned.

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
        getattr(held, name) != getattr(article, name) and _family(held, name) == _family(article, name)
        for name in SOURCE_PRECEDENCE
        if _gives(held, name) and name != "source_url"
    )


def is_copied(origin: str) -> bool:
    """Return True for the origin of a body that is the archive's copy of the original.

    >>> is_copied("archive_page"), is_copied("news_text"), is_copied("post")
    (True, False, False)
    """
    return origin in sources.SURFACES and sources.SURFACES[origin].is_copy


def _has_true_body(article: Article) -> bool:
    origins = (article.origins.get(name, "") for name in ("text_html", "content_html"))
    return any(origin in sources.SURFACES and not is_copied(origin) for origin in origins)


def _gives(article: Article, name: str) -> bool:
    return bool(getattr(article, name)) and name in article.origins


def _precedence(article: Article, name: str) -> int:
    """Return the position of the field's surface in its row of the table; past the end if the field is empty."""
    ranks = FAMILY_PRECEDENCE[name]
    if not _gives(article, name):
        return len(ranks) + 1
    family = _family(article, name)
    return ranks.index(family) if family in ranks else len(ranks)


def _family(article: Article, name: str) -> str:
    return family_of(article.origins.get(name, ""))
