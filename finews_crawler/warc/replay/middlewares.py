"""A replay repeats the recorded runs of its spider, one after another, within one crawl."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

from scrapy import signals

from finews_crawler.exceptions import ArgumentError
from finews_crawler.items import Article, Rejection
from finews_crawler.politeness.host_state import HostRegistry
from finews_crawler.stats import FailureReason, count_failure
from finews_crawler.utils.crawler import extension_of
from finews_crawler.utils.log import error_line
from finews_crawler.warc.replay.host_state import ReplayHostRegistry
from finews_crawler.warc.replay.session import SEEN_AT, ReplaySession

if TYPE_CHECKING:
    from typing import Self

    from scrapy.core.engine import ExecutionEngine
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from finews_crawler.spiders.base import FinewsSpider
    from finews_crawler.warc.recording import RecordedRun


class ReplayTimestamps:
    """As a spider middleware it dates what an answer gave; as the first pipeline the rest, such as a copy that stands
    in for an article that was not had: by the last answer before."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_spider_output(self, response: Response, result: AsyncIterator[Any]) -> AsyncIterator[Any]:
        async for found in result:
            if isinstance(found, (Article, Rejection)):
                found.seen_at = response.meta.get(SEEN_AT)
            yield found

    def process_item(self, item: Article | Rejection) -> Article | Rejection:
        item.seen_at = item.seen_at or extension_of(self.crawler, ReplaySession).moment
        return item


class ReplayRuns:
    """Lets the spider start once for each recorded run. Nearest to the spider: what it asks for goes the usual way.

    Scrapy's ``spider_idle`` comes too late: the start has ended by then, and there is no public way to begin another.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_start(self, start: AsyncIterator[Any]) -> AsyncIterator[Any]:
        """*start* itself is never begun: a spider that starts again needs another each time."""
        spider: Any = self.crawler.spider
        has_arguments = bool(spider.run_info.given)
        for run in extension_of(self.crawler, ReplaySession).runs_of(spider):
            if self.begin(spider, run, has_arguments=has_arguments):
                async for found in spider.start():
                    yield found
                # All that it brought is on disk before the next: what is held then is held now.
                await until_idle(self.crawler)

    def begin(self, spider: FinewsSpider, run: RecordedRun, *, has_arguments: bool) -> bool:
        """Set out for *run*, with its own arguments unless the command line has some; False where none will do.

        Those of the command line are not read again: standard input, which may be one of them, is empty by now.
        """
        extension_of(self.crawler, ReplaySession).begin(run)
        hosts = extension_of(self.crawler, HostRegistry)
        if isinstance(hosts, ReplayHostRegistry):
            hosts.forget()
        try:
            spider.reset(None if has_arguments else without_limit(run.arguments or {}))
        except ArgumentError as error:
            count_failure(self.crawler.stats, FailureReason.NOT_FOUND)
            message = "a recorded run of %s is left out (%s): give its -a"
            error_line(spider.logger, message, run.began_at, error)
            return False
        return True


def without_limit(arguments: dict[str, str]) -> dict[str, str]:
    """A limit has left its mark on the recording: what was over it was not asked for.

    >>> without_limit({"limit": "5", "refetch": "1"})
    {'refetch': '1'}
    """
    return {name: value for name, value in arguments.items() if name != "limit"}


async def until_idle(crawler: Crawler) -> None:
    """Wait until all requests and items are processed, as ``engine.spider_is_idle`` does, but within the start.

    The engine sends ``scheduler_empty`` after each request that leaves the scheduler empty, once its items are through
    the pipelines. It cancels this coroutine when it stops.
    """
    engine = crawler.engine
    while engine is not None and engine.running and _is_busy(engine):
        await crawler.signals.wait_for(signals.scheduler_empty)


def _is_busy(engine: ExecutionEngine) -> bool:
    scraping, scheduler = engine.scraper.slot, engine.scheduler
    is_scraping = scraping is not None and not scraping.is_idle()
    is_waiting = scheduler is not None and scheduler.has_pending_requests()
    return is_scraping or is_waiting or bool(engine.downloader.active)
