"""Validate: an article without what a post needs becomes a rejection, with its payload; what is held stays."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from finews_crawler.content.body.clean import has_content
from finews_crawler.items import Article, Rejection
from finews_crawler.utils import clock

CLOCKS_MAY_DIFFER = timedelta(days=1)


class Flaw(NamedTuple):
    """The reason for which an article cannot be a post, in one word of the stats, and what is wrong."""

    reason: str
    detail: str
    is_final: bool = True


def find_flaw(article: Article, now: datetime) -> Flaw | None:
    """What is wrong with *article*; None when it can be a post.

    >>> find_flaw(Article("NW202205262391921712", title="标题", body_html="<p>正文</p>"), clock.now()).detail
    'no surface gave a time: an empty showtime would name the post -202205262391921712.md'
    """
    if not article.title:
        return Flaw("untitled", "no surface gave a title")
    if article.published_at is None:
        digits = article.info_code[2:]
        return Flaw("undated", f"no surface gave a time: an empty showtime would name the post -{digits}.md")
    if article.published_at > now + CLOCKS_MAY_DIFFER:
        # Not final: it may be our clock that is wrong.
        moment = article.published_at.isoformat()
        detail = f"dated {moment}, and Jekyll hides what lies ahead: is this machine's clock right?"
        return Flaw("future_date", detail, is_final=False)
    if not has_content(article.body_html):
        return Flaw("no_body", "the body shows nothing once it is cleaned")
    return None


class ValidatePipeline:
    """Replaces what cannot be a post by a Rejection. It sees articles as they are to be archived."""

    def __init__(self, now: Callable[[], datetime] | None = None) -> None:
        self.now = now or clock.now

    def process_item(self, item: Article | Rejection) -> Article | Rejection:
        if not isinstance(item, Article):
            return item
        flaw = find_flaw(item, item.seen_at or self.now())
        if flaw is None:
            return item
        return Rejection(
            item.info_code,
            flaw.reason,
            flaw.detail,
            item.payload,
            item.source_url,
            is_final=flaw.is_final,
            listing_hash=item.listing_hash,
            seen_at=item.seen_at,
        )
