"""Clean: everything about an article that follows from what upstream sent."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from finews_crawler.configuration import post_addresses
from finews_crawler.exporters.jekyll_post import PostAddresses
from finews_crawler.items import Article, Rejection
from finews_crawler.text.body_html import clean_body
from finews_crawler.text.slug import EMNEWS_SLUG, slug
from finews_crawler.text.tickers import extract_images, extract_tickers
from finews_crawler.upstream.share_page import share_url

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.statscollectors import StatsCollector
    from typing_extensions import Self


def body_of(article: Article) -> str:
    """The body that the post shows: ``text`` under a medium, ``content`` in the rolling form, else the other one."""
    bodies = (article.text_html, article.content_html)
    return next(filter(None, bodies if article.media_name else reversed(bodies)), "")


def derive(article: Article, addresses: PostAddresses) -> tuple[Article, bool]:
    """The article with its derived fields, and whether its body had to be rebuilt.

    Derived fields follow from the fields that upstream gave and from nothing else, so they can be derived again
    whenever those change.
    """
    cleaned = clean_body(body_of(article))
    bodies = (article.text_html, article.content_html)
    shared = share_url(addresses.share_url, article.info_code)
    derived = dataclasses.replace(
        article,
        slug=slug(article.media_name) if article.media_name else EMNEWS_SLUG,
        body_html=cleaned.html,
        share_url=shared if article.media_name else article.public_url or shared,
        tickers=extract_tickers(*bodies),
        images=extract_images(*bodies),
    )
    return derived, cleaned.rebuilt


class CleanPipeline:
    """Derives the fields of every article that has a body."""

    def __init__(self, addresses: PostAddresses, stats: StatsCollector) -> None:
        self.addresses = addresses
        self.stats = stats

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(post_addresses(crawler.settings), crawler.stats)

    def process_item(self, item: Article | Rejection) -> Article | Rejection:
        if not isinstance(item, Article) or not item.has_body:
            return item
        article, rebuilt = derive(item, self.addresses)
        if rebuilt:
            self.stats.inc_value("finews/clean/rebuilt")
        return article
