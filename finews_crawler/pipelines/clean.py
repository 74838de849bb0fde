"""Clean: everything about an article that follows from what upstream sent."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING

from finews_crawler.config.model import post_addresses
from finews_crawler.content.body.clean import CleanBody, clean_body, has_content
from finews_crawler.content.extraction import read_article
from finews_crawler.content.slug import EMNEWS_SLUG, slug
from finews_crawler.exporters.jekyll_post import PostAddresses
from finews_crawler.items import Article, Rejection
from finews_crawler.sources.eastmoney.share_page import share_url

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.statscollectors import StatsCollector
    from typing_extensions import Self

LONGEST_BODY = 300_000
"""Characters: some hundred times a long article. Cleaning takes less than a second of that, whatever it is."""
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


def derive(article: Article, addresses: PostAddresses) -> tuple[Article, list[str]]:
    """The article with its derived fields, and what was out of the ordinary, in words of the stats.

    Derived fields follow from the fields that upstream gave and from nothing else, so they can be derived again
    whenever those change.
    """
    cleaned = clean_shown_body(article)
    read = read_article(article.text_html, article.content_html, cleaned.html)
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


class CleanPipeline:
    """Derives the fields that follow from what upstream sent. A body too long to be an article's is not looked at."""

    def __init__(self, addresses: PostAddresses, stats: StatsCollector) -> None:
        self.addresses = addresses
        self.stats = stats

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(post_addresses(crawler.settings), crawler.stats)

    def process_item(self, item: Article | Rejection) -> Article | Rejection:
        if not isinstance(item, Article):
            return item
        length = max(len(item.text_html), len(item.content_html))
        if length > LONGEST_BODY:
            return self.reject(item, f"{length} characters, more than {LONGEST_BODY}")
        article, notes = derive(item, self.addresses)
        for note in notes:
            self.stats.inc_value(f"finews/clean/{note}")
        return article

    def reject(self, item: Article, detail: str) -> Rejection:
        code, payload, source = item.info_code, item.payload, item.source_url
        listed, seen_at = item.listing_hash, item.seen_at
        return Rejection(code, "body_too_long", detail, payload, source, listing_hash=listed, seen_at=seen_at)
