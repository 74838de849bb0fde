"""The spider of ``finews worker``, and the pipeline that puts what it finds on the stream of results."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scrapy import Request

from finews_crawler.cluster.extension import queue_of
from finews_crawler.cluster.groups import Groups
from finews_crawler.cluster.leases import Leases
from finews_crawler.cluster.messages import (
    LARGEST_RESULT,
    Fetched,
    Result,
    Unfetched,
    encode_result,
    stats_to_send,
)
from finews_crawler.items import Article, Rejection
from finews_crawler.requests import INFO_CODE, WorkerStopped
from finews_crawler.spiders.arguments import SpiderArguments
from finews_crawler.spiders.article_spider import ArticleSpider
from finews_crawler.spiders.error_reporting import describe, request_of
from finews_crawler.utils.crawler import CrawlerComponent, extension_of

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.python.failure import Failure

    from finews_crawler.cluster.queue import Entry

logger = logging.getLogger(__name__)
MOST_TOGETHER = 50
"""Results that go to Redis in one command."""


@dataclass(frozen=True)
class Skipped:
    """An article for which nothing is to be archived, as item of the pipeline."""

    outcome: Unfetched


class WorkerSpider(ArticleSpider):
    """Fetches the articles of the queue. It decides nothing about them: the coordinator has arguments and archive."""

    name = "worker"
    arguments_class = SpiderArguments

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.failures: dict[str, str] = {}
        """Reasons of the last failed request, by infoCode."""
        self.outages: set[str] = set()

    async def start(self) -> AsyncIterator[Any]:
        async for job in extension_of(self.crawler, Leases).jobs():
            found: Request | Rejection | Skipped = self.article_request(job.known)
            if isinstance(found, Rejection):
                reason = "no host that has it is set for this worker"
                found = Skipped(Unfetched(job.known, reason, None, is_lost=False, has_outage=False))
            yield found

    def article_failed(self, failure: Failure) -> Iterator[Any]:
        if isinstance(failure.value, WorkerStopped):
            return
        self.failures[request_of(failure).meta[INFO_CODE]] = describe(failure).text
        yield from super().article_failed(failure)

    def note_outage(self, known: Article) -> None:
        super().note_outage(known)
        if self.run_info.has_outage:
            self.outages.add(known.info_code)
            self.run_info.has_outage = False

    def without_body(self, known: Article, rejection: Rejection | None, *, is_lost: bool) -> Iterator[Any]:
        failed = self.failures.get(known.info_code, "")
        reason = failed or (f"{rejection.reason} ({rejection.detail})" if rejection else "")
        yield Skipped(Unfetched(known, reason, rejection, is_lost, known.info_code in self.outages))

    def forget(self, info_code: str) -> None:
        self.failures.pop(info_code, None)
        self.outages.discard(info_code)


class ResultPipeline(CrawlerComponent):
    """Puts each outcome on the stream of results, with what the worker has counted since the last one."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.queue, self.leases = queue_of(crawler), extension_of(crawler, Leases)
        self.sent: dict[str, int] = {}
        """Values of the stats that are on the stream."""
        self.finishing: set[asyncio.Task[None]] = set()
        self.results: Groups[tuple[Entry, bytes], bool] = Groups(self._send, MOST_TOGETHER)

    async def process_item(self, item: Article | Rejection | Skipped) -> Any:
        if isinstance(item, Article):
            lease = self.leases.leased.get(item.info_code)
            await self.finish(item.info_code, Fetched(item, bool(lease and lease.job.refetch)))
        elif isinstance(item, Skipped):
            await self.finish(item.outcome.known.info_code, item.outcome)
        return item

    def spider_error(self, response: Response | Failure, failure: Failure) -> None:
        """Report a bug of a parser: its lease would never end."""
        request: Request | None = getattr(response, "request", None)
        lease = self.leases.leased.get(request.meta.get(INFO_CODE, "")) if request else None
        if lease is not None:
            known = lease.job.known
            reason = f"{type(failure.value).__name__}: {failure.value}"
            unfetched = Unfetched(known, reason, None, is_lost=False, has_outage=False)
            task = asyncio.ensure_future(self.finish(known.info_code, unfetched))
            self.finishing.add(task)
            task.add_done_callback(self.finishing.discard)

    async def _send(self, finished: list[tuple[Entry, bytes]]) -> list[bool]:
        return await self.queue.finish(self.leases.worker, finished)

    async def finish(self, info_code: str, outcome: Fetched | Unfetched) -> None:
        lease = self.leases.leased.get(info_code)
        if lease is None:  # another worker has it
            return
        self.leases.ending.add(info_code)
        stats = self.crawler.stats.get_stats()
        grown = stats_to_send(stats, self.sent)
        for name, number in grown.items():
            self.sent[name] = self.sent.get(name, 0) + number
        result = encode_result(Result(outcome, self.leases.worker, grown))
        if len(result) > LARGEST_RESULT:
            reason = f"larger than the {LARGEST_RESULT} bytes of a result"
            unfetched = Unfetched(Article(info_code), reason, None, is_lost=False, has_outage=False)
            result = encode_result(Result(unfetched, self.leases.worker, grown))
        if isinstance(self.crawler.spider, WorkerSpider):
            self.crawler.spider.forget(info_code)
        is_first = await self.results.add((lease.entry, result))
        self.leases.finished(info_code)
        if is_first:
            self.crawler.stats.inc_value("finews/cluster/results")
        else:
            logger.info("%s: another worker was first", info_code)
            for name, number in grown.items():
                self.sent[name] -= number
