"""Pipeline that derives fields, such as body and tickers, from the fields that upstream sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from finews_crawler.articles.derive import derive, is_derived
from finews_crawler.articles.links import PostUrls
from finews_crawler.articles.validate import Flaw, rejection_of
from finews_crawler.config.load import config_of
from finews_crawler.items import Article, Rejection
from finews_crawler.pipelines.unchanged import is_unchanged

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler
    from scrapy.statscollectors import StatsCollector

LONGEST_BODY = 300_000
"""Characters, without inlined pictures: about a hundred times a long article. Cleaning any body of this length takes
less than three seconds."""


class CleanPipeline:
    """Derives the fields of each article. Rejects bodies that are too long or cannot be cleaned without a loss."""

    def __init__(self, urls: PostUrls, stats: StatsCollector) -> None:
        self.urls = urls
        self.stats = stats

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(config_of(crawler.settings).post_urls, crawler.stats)

    def process_item(self, item: Article | Rejection) -> Article | Rejection:
        if not isinstance(item, Article) or (is_unchanged(item) and is_derived(item, self.urls)):
            return item
        from finews_crawler.content.inlined_pictures import shorten_inlined_pictures  # most runs find nothing to clean

        length = max(len(shorten_inlined_pictures(body)) for body in (item.text_html, item.content_html))
        if length > LONGEST_BODY:
            flaw = Flaw("body_too_long", f"{length} characters, more than {LONGEST_BODY}")
            return rejection_of(item, flaw)
        article, notes, loss = derive(item, self.urls)
        if loss:
            flaw = Flaw("content_lost", f"cleaning the body would lose {loss} that readers see")
            return rejection_of(item, flaw)
        for note in notes:
            self.stats.inc_value(f"finews/clean/{note}")
        return article
