"""What an article needs to become a post. Pure: the current time is passed in."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from finews_crawler.content.body.clean import has_content
from finews_crawler.items import Article

CLOCKS_MAY_DIFFER = timedelta(days=1)


class Flaw(NamedTuple):
    """The reason for which an article cannot be a post, in one word of the stats, and what is wrong."""

    reason: str
    detail: str
    is_final: bool = True


def find_flaw(article: Article, now: datetime) -> Flaw | None:
    """What is wrong with *article*; None when it can be a post.

    >>> find_flaw(Article("NW202205262391921712", title="标题", body_html="<p>正文</p>"), datetime.max).detail
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
