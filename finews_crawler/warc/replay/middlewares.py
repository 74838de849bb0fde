"""Middlewares of a replay: one start of the spider for each recorded run, and times of the recording."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

from scrapy import signals
from scrapy.spidermiddlewares.base import BaseSpiderMiddleware

from finews_crawler.exceptions import ArgumentError
from finews_crawler.items import Article, Rejection
from finews_crawler.politeness.host_state import HostRegistry
from finews_crawler.spiders.base import FinewsSpider
from finews_crawler.stats import FailureReason, count_failure
from finews_crawler.utils.crawler import CrawlerComponent, extension_of, is_busy
from finews_crawler.utils.log import error_line
from finews_crawler.warc.replay.session import SEEN_AT, ReplaySession

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from finews_crawler.warc.recording import RecordedRun


class ReplayTimestamps(CrawlerComponent, BaseSpiderMiddleware):
    """Sets ``seen_at`` of each item to the time of its recorded response.

    A spider middleware for items from a response, and the first pipeline for the others, such as an archived
    copy used in place of an article: they get the time of the last response.
    """

    def get_processed_item(self, item: Any, response: Response | None) -> Any:
        if response is not None and isinstance(item, (Article, Rejection)):
            item.seen_at = response.meta.get(SEEN_AT)
        return item

    def process_item(self, item: Article | Rejection) -> Article | Rejection:
        item.seen_at = item.seen_at or extension_of(self.crawler, ReplaySession).time
        return item


class ReplayRuns(CrawlerComponent):
    """Starts the spider once for each recorded run, within one crawl.

    A spider middleware, since Scrapy has no public way to start a spider again: at ``spider_idle`` the start has ended,
    and requests made there would pass no spider middleware.
    """

    async def process_start(self, start: AsyncIterator[Any]) -> AsyncIterator[Any]:
        """Yield the start of each run; *start*, which could be consumed only once, is not used."""
        spider = self.crawler.spider
        if not isinstance(spider, FinewsSpider):  # `scrapy fetch` and `scrapy shell` have a spider of their own
            async for request in start:
                yield request
            return
        has_arguments = bool(spider.run_info.given)
        session = extension_of(self.crawler, ReplaySession)
        spider.recorded = session.recorded
        for run in session.runs_of(spider):
            if self.begin(spider, run, has_arguments=has_arguments):
                async for request in spider.start():
                    yield request
                # The next run must find in the archive what this one stored.
                await until_idle(self.crawler)

    def begin(self, spider: FinewsSpider, run: RecordedRun, *, has_arguments: bool) -> bool:
        """Prepare *run*; return False if its recorded arguments cannot be used.

        Those of the command line take precedence, and are not parsed again: standard input is consumed by now.
        """
        extension_of(self.crawler, ReplaySession).begin(run)
        extension_of(self.crawler, HostRegistry).reset()
        try:
            # Articles beyond the limit of the recorded run have no recorded response.
            without_limit = {name: value for name, value in run.arguments.items() if name != "limit"}
            spider.reset(None if has_arguments else without_limit)
        except ArgumentError as error:
            count_failure(self.crawler.stats, FailureReason.NOT_FOUND)
            message = "the recorded run of %s is skipped (%s): pass its arguments with -a"
            error_line(spider.logger, message, run.began_at, error)
            return False
        return True


async def until_idle(crawler: Crawler) -> None:
    """Wait until all requests and items are processed, as ``engine.spider_is_idle`` does, but within the start.

    The engine sends ``scheduler_empty`` after each request that leaves the scheduler empty, once its items are through
    the pipelines. It cancels this coroutine when it stops.
    """
    engine = crawler.engine
    while engine is not None and engine.running and is_busy(engine):
        await crawler.signals.wait_for(signals.scheduler_empty)
