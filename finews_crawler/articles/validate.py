"""Requirements that an article must meet to become a post. Pure: the current time is passed in."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from finews_crawler.articles.damage import garbled_field
from finews_crawler.articles.merge import HAND, POST, SOURCE_PRECEDENCE
from finews_crawler.items import Article, Rejection
from finews_crawler.sources import SOURCES, source_of_key

ORIGINS = {field: frozenset((HAND, POST, *origins)) for field, origins in SOURCE_PRECEDENCE.items()}
CLOCKS_MAY_DIFFER = timedelta(days=1)


class Flaw(NamedTuple):
    """The reason why an article cannot be a post."""

    reason: str
    """One word: counted as ``finews/rejected/REASON`` or ``finews/failed/REASON``."""
    detail: str
    is_final: bool = True
    """False if the next run should try again."""


def find_flaw(article: Article, now: datetime) -> Flaw | None:
    """Return the first flaw of *article*; None if it can be a post.

    >>> find_flaw(Article("NW202205262391921712", title="标题", body_html="<p>正文</p>"), datetime.max).detail
    'no surface gave a time: an empty showtime would name the post -202205262391921712.md'
    """
    if source_of_key(article.info_code) is None:
        return unknown_key(article.info_code)
    return _unknown_origin(article) or _missing_field(article, now)


def _missing_field(article: Article, now: datetime) -> Flaw | None:
    from finews_crawler.content.body.clean import has_content

    if not article.title:
        return Flaw("untitled", "no surface gave a title")
    if article.published_at is None:
        digits = article.info_code[2:]
        return Flaw("undated", f"no surface gave a time: an empty showtime would name the post -{digits}.md")
    if article.published_at > now + CLOCKS_MAY_DIFFER:
        # Not final: this machine's clock may be wrong.
        time = article.published_at.isoformat()
        detail = f"dated {time}, and Jekyll hides posts of the future: is this machine's clock right?"
        return Flaw("future_date", detail, is_final=False)
    if not has_content(article.body_html):
        return Flaw("no_body", "the body shows nothing once it is cleaned")
    return _undecodable(article)


def _undecodable(article: Article) -> Flaw | None:
    """Return the flaw of an article that was damaged on the way: the next response may be whole."""
    name = garbled_field(article)
    if not name:
        return None
    detail = f"too many characters of {name} could not be decoded: {getattr(article, name)[:80]!r}"
    return Flaw("undecodable", detail, is_final=False)


def unknown_key(info_code: str) -> Flaw:
    """Return the flaw of an article whose key no source has.

    >>> unknown_key("ZZ202205262391921712").detail
    "no source has keys such as 'ZZ202205262391921712' (sources: eastmoney, eastmoney_web, finews_site)"
    """
    names = ", ".join(source.name for source in SOURCES)
    return Flaw("unknown_key", f"no source has keys such as {info_code!r} (sources: {names})")


def missing_origin(article: Article) -> Flaw | None:
    """Return the flaw of an article with a field of unknown origin, which a merge would ignore.

    >>> missing_origin(Article("NW202205262391921712", title="标题")).detail
    'nothing says which surface gave title: make articles by finews_crawler.items.article_from'
    """
    for field in SOURCE_PRECEDENCE:
        if getattr(article, field) and field not in article.origins:
            hint = "make articles by finews_crawler.items.article_from"
            return Flaw("unknown_origin", f"nothing says which surface gave {field}: {hint}")
    return None


def _unknown_origin(article: Article) -> Flaw | None:
    """Return the flaw of an article with a field from a surface that is not registered, or does not give this field."""
    for field, origin in article.origins.items():
        if origin not in ORIGINS.get(field, (HAND, POST)):
            return Flaw("unknown_origin", f"{field} comes from {origin!r}, a surface that no source registers for it")
    return None


def rejection_of(article: Article, flaw: Flaw) -> Rejection:
    """Return the rejection of *article* for *flaw*, with the payload that ``rejected.jsonl`` keeps."""
    return Rejection(
        article.info_code,
        flaw.reason,
        flaw.detail,
        article.payload,
        article.source_url,
        is_final=flaw.is_final,
        listing_hash=article.listing_hash,
        seen_at=article.seen_at,
    )
