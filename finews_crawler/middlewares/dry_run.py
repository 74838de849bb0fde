"""``-a dry_run=1``: prints the articles that a crawl would fetch, and fetches and writes none of them."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from scrapy import Request
from scrapy.spidermiddlewares.base import BaseSpiderMiddleware

from finews_crawler.content.dates import format_published_at
from finews_crawler.items import Article, Rejection
from finews_crawler.requests import INFO_CODE
from finews_crawler.run_info import run_info_of
from finews_crawler.stats import Count, count
from finews_crawler.utils.crawler import CrawlerComponent, switch_off
from finews_crawler.utils.terminal import echo

if TYPE_CHECKING:
    from scrapy import Spider
    from scrapy.http import Response
    from scrapy.settings import BaseSettings

logger = logging.getLogger(__name__)
NEAREST_TO_ENGINE = 40
"""SkipArchived (50) has removed the requests for archived articles."""


class DryRunAddon(CrawlerComponent):
    """Switches off each component whose class has ``writes = True``, and places DryRunMiddleware.

    Runs after the other add-ons, so that this includes their components. Scrapy creates the spider before it applies
    add-ons, so the spider's arguments are known.
    """

    def update_settings(self, settings: BaseSettings) -> None:
        if run_info_of(self.crawler).dry_run:
            switch_off(settings, "writes")
            settings.set_in_component_priority_dict("SPIDER_MIDDLEWARES", DryRunMiddleware, NEAREST_TO_ENGINE)


class DryRunMiddleware(CrawlerComponent, BaseSpiderMiddleware):
    """Passes requests for lists on; counts and prints requests for articles; counts items. Stops both."""

    printed = 0

    def spider_closed(self, spider: Spider) -> None:
        logger.info("%s: dry run: would fetch %d articles; nothing was written", spider.name, self.printed)

    def get_processed_request(self, request: Request, response: Response | None) -> Request | None:
        return request if self.passes(request) else None

    def get_processed_item(self, item: Any, response: Response | None) -> None:
        self.passes(item)

    def passes(self, found: Any) -> bool:
        """Return True for a request that is not for an article. Count everything else, and print requests."""
        if isinstance(found, Request):
            if INFO_CODE not in found.meta:
                return True
            count(self.crawler.stats, Count.SKIPPED)
            limit = run_info_of(self.crawler).limit
            if limit is None or self.printed < limit:
                self.printed += 1
                echo(line_of(found.meta[INFO_CODE], found.cb_kwargs.get("known"), found.url))
        elif isinstance(found, Article):
            count(self.crawler.stats, Count.HELD)
        elif isinstance(found, Rejection):
            count(self.crawler.stats, Count.REJECTED if found.is_final else Count.FAILED)
        return False


def line_of(info_code: str, known: Article | None, url: str) -> str:
    """Format an infoCode with a comment, as a line for ``finews crawl share -a file=-``.

    >>> from datetime import datetime
    >>> from finews_crawler.utils.timezone import BEIJING
    >>> time = datetime(2022, 5, 18, 16, 48, 6, tzinfo=BEIJING)
    >>> line_of("NW202205182383638060", Article("NW202205182383638060", title="联通", published_at=time), "")
    'NW202205182383638060  # 2022-05-18 16:48:06 +0800 联通'
    >>> line_of("NW202205182383638060", None, "http://127.0.0.1/techweb/2022/05/18/NW202205182383638060.html")
    'NW202205182383638060  # http://127.0.0.1/techweb/2022/05/18/NW202205182383638060.html'
    """
    if known is None or known.published_at is None:
        return f"{info_code}  # {url}"
    return f"{info_code}  # {format_published_at(known.published_at)} {known.title}"
