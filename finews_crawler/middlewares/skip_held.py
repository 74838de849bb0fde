"""A held article costs no request: asked before the download, of the index."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scrapy import Request
from scrapy.spidermiddlewares.base import BaseSpiderMiddleware

from finews_crawler.counts import Count, count
from finews_crawler.extensions.open_archive import archive_of
from finews_crawler.items import Article

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response

INFO_CODE = "info_code"
"""The ``meta`` key of a request that leads to one article."""
LISTED = "listed"
"""The ``meta`` key of what a channel's list says of that article."""


class SkipHeld(BaseSpiderMiddleware):
    """Drops requests for held articles. What a list said of one goes on as an item: it may fill what is missing."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.archive = archive_of(crawler)

    def _get_processed(self, o: Any, response: Response | None) -> Any:
        if not isinstance(o, Request) or INFO_CODE not in o.meta or o.meta.get("refetch"):
            return o
        listed: Article | None = o.meta.get(LISTED)
        if self.archive.holds(o.meta[INFO_CODE]):
            return self._skip_held(listed)
        if listed and self.archive.was_rejected(listed.info_code, listed.listing_hash):
            self.crawler.stats.inc_value("finews/skip_held/rejected_before")
            count(self.crawler.stats, Count.SKIPPED)
            return None
        return o

    def _skip_held(self, listed: Article | None) -> Article | None:
        if listed is None:
            count(self.crawler.stats, Count.HELD)
        return listed
