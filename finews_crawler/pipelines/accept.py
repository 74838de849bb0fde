"""Pipeline that takes articles and rejections only: a spider of another project may yield anything."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from scrapy.exceptions import DropItem

from finews_crawler.articles.validate import missing_origin, rejection_of
from finews_crawler.items import Article, Rejection
from finews_crawler.run_info import publishes_run_info
from finews_crawler.stats import Count, count
from finews_crawler.utils.crawler import CrawlerComponent

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)


class AcceptPipeline(CrawlerComponent):
    """Drops other items, and rejects articles with a field that the merge would ignore, since nothing says its origin.

    The spiders of this package count what they find. For another spider, each item is one article found.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.reported: set[type] = set()

    def process_item(self, item: Any) -> Article | Rejection:
        if not publishes_run_info(self.crawler):
            count(self.crawler.stats, Count.FOUND)
        if isinstance(item, Rejection):
            return item
        if not isinstance(item, Article):
            self.report(type(item))
            count(self.crawler.stats, Count.FAILED)
            raise DropItem(f"{type(item).__name__} is not an article", log_level="DEBUG")
        flaw = missing_origin(item)
        return rejection_of(item, flaw) if flaw else item

    def report(self, kind: type) -> None:
        """Log one error for each type, however many such items there are."""
        if kind not in self.reported:
            self.reported.add(kind)
            name = self.crawler.spider.name if self.crawler.spider else ""
            message = "%s: items of type %s are not archived: yield articles made by finews_crawler.items.article_from"
            logger.error(message, name, kind.__name__)
