"""Spider middleware that drops requests for archived articles, before they are scheduled."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

from scrapy import Request

from finews_crawler.exceptions import UnusableIndex
from finews_crawler.extensions.archive import archive_of
from finews_crawler.extensions.storage_errors import fail_article
from finews_crawler.items import Article
from finews_crawler.requests import INFO_CODE, LISTED, REFETCH
from finews_crawler.stats import Count, count
from finews_crawler.utils.crawler import CrawlerComponent

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response

IS_START_REQUEST = "is_start_request"
"""``meta`` key by which Scrapy's scheduler sends the requests of ``start`` in their order, rather than the last first.
Scrapy's own middleware for it would handle each item of the spider, too."""


class SkipArchived(CrawlerComponent):
    """Drops such requests. A list's copy of the article passes as an item: it may have fields that are missing."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.archive = archive_of(crawler)

    async def process_start(self, start: AsyncIterator[Any]) -> AsyncIterator[Any]:
        async for found in start:
            if (remaining := self.skip(found)) is not None:
                if isinstance(remaining, Request):
                    remaining.meta[IS_START_REQUEST] = True
                yield remaining

    async def process_spider_output(self, response: Response, result: AsyncIterator[Any]) -> AsyncIterator[Any]:
        async for found in result:
            if (remaining := self.skip(found)) is not None:
                yield remaining

    def skip(self, found: Any) -> Any:
        """Return *found* itself, the list's copy of an archived article, or None."""
        if not isinstance(found, Request) or INFO_CODE not in found.meta or found.meta.get(REFETCH):
            return found
        try:
            return self._skip_archived(found)
        except UnusableIndex as error:
            fail_article(self.crawler, self.archive.directory.root, found.meta[INFO_CODE], error)
            return None

    def _skip_archived(self, found: Request) -> Any:
        listed: Article | None = found.meta.get(LISTED)
        if self.archive.index.contains(found.meta[INFO_CODE]):
            if listed is None:
                count(self.crawler.stats, Count.HELD)
            return listed
        if listed and self.archive.index.was_rejected(listed.info_code, listed.listing_hash):
            self.crawler.stats.inc_value("finews/skip_held/rejected_before")
            count(self.crawler.stats, Count.SKIPPED)
            return None
        return found
