"""``-a dry_run=1``: says which articles would be asked for, asks for none of them, and nothing is written."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

from scrapy import Request, signals

from finews_crawler.content.dates import format_published_at
from finews_crawler.items import Article, Rejection
from finews_crawler.requests import INFO_CODE
from finews_crawler.run_info import run_info_of
from finews_crawler.stats import Count, count
from finews_crawler.utils.terminal import echo

if TYPE_CHECKING:
    from typing import Self

    from scrapy import Spider
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.settings import BaseSettings


logger = logging.getLogger(__name__)
WRITERS = (
    "finews_crawler.extensions.failed_response_samples.FailedResponseSamples",
    "finews_crawler.site.install_extension.InstallTheme",
    "finews_crawler.extensions.poll_state.PollStateExtension",
    "finews_crawler.operate.monitoring.extension.MonitoringExtension",
    "finews_crawler.extensions.run_log.RunLog",
    "finews_crawler.operate.monitoring.notify_extension.NotifyExtension",
)
"""What writes to the archive, or judges what it has become."""
PROGRESS = "finews_crawler.extensions.progress.Progress"


def disable_writers(settings: BaseSettings) -> None:
    """Switch off what writes; and the bar, which would stand between the lines."""
    settings.set("EXTENSIONS", {**settings.getdict("EXTENSIONS"), **dict.fromkeys((*WRITERS, PROGRESS))}, "cmdline")
    settings.set("HTTPCACHE_ENABLED", False, "cmdline")
    settings.set("FINEWS_WARC_DIR", "", "cmdline")


class DryRun:
    """Lets lists through. Between the spider and the engine, where held articles are left out already."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.told = 0

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        middleware = cls(crawler)
        crawler.signals.connect(middleware.spider_closed, signals.spider_closed)
        return middleware

    def spider_closed(self, spider: Spider) -> None:
        if run_info_of(self.crawler).dry_run:
            logger.info("%s: a dry run: would ask for %d articles; nothing was written", spider.name, self.told)

    async def process_start(self, start: AsyncIterator[Any]) -> AsyncIterator[Any]:
        async for found in start:
            if self.goes_on(found):
                yield found

    async def process_spider_output(self, response: Response, result: AsyncIterator[Any]) -> AsyncIterator[Any]:
        async for found in result:
            if self.goes_on(found):
                yield found

    def goes_on(self, found: Any) -> bool:
        """Whether a request or item is none of an article's; what an article would come to is counted and told."""
        info = run_info_of(self.crawler)
        if not info.dry_run:
            return True
        if isinstance(found, Request):
            if INFO_CODE not in found.meta:
                return True
            self.would_request(found, info.limit)
        elif isinstance(found, Article):
            count(self.crawler.stats, Count.HELD)
        elif isinstance(found, Rejection):
            count(self.crawler.stats, Count.REJECTED if found.is_final else Count.FAILED)
        return False

    def would_request(self, request: Request, limit: int | None) -> None:
        count(self.crawler.stats, Count.SKIPPED)
        if limit is None or self.told < limit:
            self.told += 1
            echo(line_of(request.meta[INFO_CODE], request.cb_kwargs.get("known"), request.url))


def line_of(info_code: str, known: Article | None, url: str) -> str:
    """An infoCode and what is known of it, as ``scrapy crawl share -a file=-`` takes it.

    >>> from datetime import datetime
    >>> from finews_crawler.utils.timezone import BEIJING
    >>> told = datetime(2022, 5, 18, 16, 48, 6, tzinfo=BEIJING)
    >>> line_of("NW202205182383638060", Article("NW202205182383638060", title="联通", published_at=told), "")
    'NW202205182383638060  # 2022-05-18 16:48:06 +0800 联通'
    >>> line_of("NW202205182383638060", None, "http://127.0.0.1/techweb/2022/05/18/NW202205182383638060.html")
    'NW202205182383638060  # http://127.0.0.1/techweb/2022/05/18/NW202205182383638060.html'
    """
    if known is None or known.published_at is None:
        return f"{info_code}  # {url}"
    return f"{info_code}  # {format_published_at(known.published_at)} {known.title}"
