"""Merging of the copies of an article that several surfaces give.

The same article comes through several channels, and each copy lacks something. Each field is taken from the surface
that ranks highest among the surfaces that gave it, and no surface empties a field of another. The order of arrival does
not matter between different surfaces; between two copies from one family of surfaces the later one wins, since upstream
corrects its articles. A value that could not be decoded is no value (see ``finews_crawler.articles.damage``).

The body is an exception, since several surfaces have originals of it, each with a dressing of its own: see
``finews_crawler.articles.originals``.
"""

from __future__ import annotations

from finews_crawler import sources
from finews_crawler.articles.damage import is_damaged_copy, is_garbled
from finews_crawler.articles.originals import BODIES, are_two_originals, has_same_bodies, original_of
from finews_crawler.items import Article
from finews_crawler.sources.source import BODY_FIELDS, UPSTREAM_FIELDS, family_of

POST = "post"
"""Origin of what was read back from a post after the index was lost: which surface gave it is unknown."""

HAND = "hand"
"""Origin of what a person changed in a post, which was then read back: it wins over every list."""

HAND_FIELDS = frozenset(("title", "published_at", "media_name"))

SOURCE_PRECEDENCE: dict[str, tuple[str, ...]] = {
    field: (*([HAND] if field in HAND_FIELDS else []), *sources.precedence_of(field, POST)) for field in UPSTREAM_FIELDS
}
"""Origins that may give each field, the one that wins first: a person, then the surfaces by the registry, with a post
read back before those that are less exact."""
FAMILY_PRECEDENCE = {
    field: tuple(dict.fromkeys(map(family_of, origins))) for field, origins in SOURCE_PRECEDENCE.items()
}
"""The same by family: of two copies from one database the later one wins, whichever of its lists showed it."""


def merge(one: Article, other: Article) -> Article:
    """Merge *one* and the later copy *other*.

    Of two originals of the body, the one that is held stays, together with its URL, if they are the same but for their
    dressing; otherwise the later one wins, whatever the ranks. What one of them lacks is taken from the other.

    Derived fields (slug, cleaned body, tickers …) stay as in *one*: ``derive`` computes them again.

    >>> from finews_crawler.items import article_from
    >>> rolling = article_from("rolling", "NW202205262391921712", title="滚动标题", digest="【标题】摘要")
    >>> media = article_from("media", "NW202205262391921712", title="标题", media_name="证券时报")
    >>> both = merge(rolling, media)
    >>> both.title, both.media_name, both.digest, both.origins["digest"]
    ('标题', '证券时报', '【标题】摘要', 'rolling')
    """
    merged = one.with_fields(origins=dict(one.origins))
    keeps_body = has_same_bodies(one, other) if are_two_originals(one, other) else None
    for name in SOURCE_PRECEDENCE:
        if not getattr(other, name) or _is_known(one, other, name):
            continue
        if _gives(other, name) and _is_taken(other, merged, name, keeps_body if name in BODY_FIELDS else None):
            setattr(merged, name, getattr(other, name))
            merged.origins[name] = other.origins[name]
    merged.is_stand_in = (other if other.has_body else one).is_stand_in and not original_of(merged)
    merged.is_refetched = one.is_refetched or other.is_refetched
    merged.payload = one.payload or other.payload
    merged.listing_hash = one.listing_hash or other.listing_hash
    merged.seen_at = max(filter(None, (one.seen_at, other.seen_at)), default=None)
    merged.first_seen_at = min(filter(None, (one.first_seen_at, other.first_seen_at)), default=None)
    return merged


def is_revision(held: Article, article: Article) -> bool:
    """Return True if *article*, merged from *held*, contains a correction by upstream.

    A correction is a different value from the same family of surfaces; a field that a better one now gives is not.
    Bodies are exceptions: another advert is no correction, and a body from a different surface, or one read back from a
    post, whose surface is unknown, is one if it differs in more than its dressing.

    >>> from finews_crawler.items import article_from
    >>> held = article_from("news_text", "NW202205262391921712", text_html="<p>甲</p>")
    >>> is_revision(held, article_from("news_text", "NW202205262391921712", text_html="<p>乙</p>"))
    True
    >>> is_revision(held, merge(held, article_from("media", "NW202205262391921712", title="标题")))
    False
    """
    if are_two_originals(held, article) and not has_same_bodies(held, article):
        return True
    from finews_crawler.content.body.dressing import is_same_body

    posts = (name for name in BODIES if held.origins.get(name) == POST)
    if any(not is_same_body(getattr(held, name), getattr(article, name)) for name in posts):
        return True
    return any(
        getattr(held, name) != getattr(article, name)
        and _gives(held, name)
        and _family(held, name) == _family(article, name)
        and _without_adverts(held, name) != _without_adverts(article, name)
        for name in SOURCE_PRECEDENCE
        if name != "source_url"
    )


def _is_known(one: Article, other: Article, name: str) -> bool:
    """Return True if both have the same value of a field from the same surface."""
    return getattr(one, name) == getattr(other, name) and one.origins.get(name) == other.origins.get(name)


def _is_taken(other: Article, merged: Article, name: str, keeps_body: bool | None) -> bool:
    """Return True if a field of *other* replaces that of *merged*. *keeps_body*: None if the ranks decide.

    Of two copies that are the same but for characters that one has lost, the whole one wins.
    """
    if not getattr(merged, name):
        return True
    for copy, whole in ((other, merged), (merged, other)):
        if is_damaged_copy(getattr(copy, name), getattr(whole, name)):
            return whole is other
    if keeps_body is None:
        return _precedence(other, name) <= _precedence(merged, name)
    return not (keeps_body and _gives(merged, name))


def _without_adverts(article: Article, name: str) -> object:
    from finews_crawler.content.body.adverts import cut_adverts

    value = getattr(article, name)
    return cut_adverts(value).html if name in BODIES else value


def _gives(article: Article, name: str) -> bool:
    value = getattr(article, name)
    return bool(value) and name in article.origins and not is_garbled(name, value)


def _precedence(article: Article, name: str) -> int:
    """Return the position of the field's surface in its row of the table; past the end if the field is empty."""
    ranks = FAMILY_PRECEDENCE[name]
    if not _gives(article, name):
        return len(ranks) + 1
    family = _family(article, name)
    return ranks.index(family) if family in ranks else len(ranks)


def _family(article: Article, name: str) -> str:
    return family_of(article.origins.get(name, ""))
