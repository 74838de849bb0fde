"""Fields of an article that follow from those that upstream gave: derived anew whenever those change. Pure."""

from __future__ import annotations

import dataclasses
import re

from finews_crawler.articles.links import PostUrls
from finews_crawler.content.body.clean import CleanBody, clean_body, has_content
from finews_crawler.content.extraction import extract_article
from finews_crawler.content.slug import EMNEWS_SLUG, slug
from finews_crawler.items import Article
from finews_crawler.sources.eastmoney.share_page import share_url

HEADLINE = re.compile(r"【(?P<headline>[^】]+)】")


def clean_shown_body(article: Article) -> CleanBody:
    """The body that the post shows: ``text`` under a medium, ``content`` in the rolling form.

    The other one when that shows nothing.
    """
    text, content = article.text_html, article.content_html
    first, other = (text, content) if article.media_name else (content, text)
    cleaned = clean_body(first)
    if has_content(cleaned.html) or not other:
        return cleaned
    return clean_body(other)


def headline_of(digest: str) -> str:
    """The headline in front of a digest: a rolling row without a title still has it.

    >>> headline_of("【江城重工拟增资】江城重工公告"), headline_of("江城重工公告")
    ('江城重工拟增资', '')
    """
    found = HEADLINE.match(digest)
    return found["headline"].strip() if found else ""


def derive(article: Article, addresses: PostUrls) -> tuple[Article, list[str]]:
    """The article with its derived fields, and what was out of the ordinary, in words of the stats.

    Derived fields follow from the fields that upstream gave and from nothing else, so they can be derived again
    whenever those change.
    """
    cleaned = clean_shown_body(article)
    read = extract_article(article.text_html, article.content_html, cleaned.html)
    shared = share_url(addresses.share_url, article.info_code)
    derived = dataclasses.replace(
        article,
        title=article.title or headline_of(article.digest),
        slug=slug(article.media_name) if article.media_name else EMNEWS_SLUG,
        body_html=cleaned.html,
        share_url=shared if article.media_name else article.public_url or shared,
        tickers=read.tickers,
        images=read.images,
    )
    notes = {
        "rebuilt": cleaned.rebuilt,
        "title_from_digest": bool(derived.title and not article.title),
        "unknown_data_code": bool(read.unknown_codes),
    }
    return derived, [note for note, is_so in notes.items() if is_so]
