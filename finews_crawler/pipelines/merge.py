"""Merge: what the archive holds of an article and what was just found become one article."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.exceptions import DropItem

from finews_crawler.counts import Count, count
from finews_crawler.extensions.open_archive import archive_of
from finews_crawler.items import Article, Rejection
from finews_crawler.merging import merge
from finews_crawler.pipelines.clean import derive

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.statscollectors import StatsCollector
    from typing_extensions import Self

    from finews_crawler.archive.archive import Archive


class MergePipeline:
    """Joins an article with the copy the archive holds; one that adds nothing goes no further."""

    def __init__(self, archive: Archive, stats: StatsCollector) -> None:
        self.archive = archive
        self.stats = stats

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(archive_of(crawler), crawler.stats)

    def process_item(self, item: Article | Rejection) -> Article | Rejection:
        if not isinstance(item, Article):
            return item
        held = self.archive.get(item.info_code)
        if held is None:
            return item
        merged, _ = derive(merge(held, item), self.archive.addresses)
        merged.payload, merged.listing_hash = held.payload, held.listing_hash
        if merged == held:
            count(self.stats, Count.HELD)
            raise DropItem(f"{item.info_code} is held and nothing new is known of it", log_level="DEBUG")
        return merged
