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
MOST_TOGETHER = 8
"""Results that go to Redis in one command."""
PAUSE = 0.03
"""Seconds for which a result waits for others to go with."""


@dataclass(frozen=True)
class Skipped:
    """An article for which nothing is to be archived, as item of the pipeline."""

    outcome: Unfetched


@dataclass(frozen=True)
class Finished:
    """A job with its outcome, and the result that says so."""

    entry: Entry
    outcome: Fetched | Unfetched
    result: bytes


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
    """Puts the outcomes on the stream of results; the last of each group has what the worker has counted since."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.queue, self.leases = queue_of(crawler), extension_of(crawler, Leases)
        self.sent: dict[str, int] = {}
        """Values of the stats that are on the stream."""
        self.finishing: set[asyncio.Task[None]] = set()
        self.results: Groups[Finished, bool] = Groups(self._send, MOST_TOGETHER, PAUSE)

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

    async def _send(self, group: list[Finished]) -> list[bool]:
        grown = stats_to_send(self.crawler.stats.get_stats(), self.sent)
        self._note_sent(grown, 1)
        results = [(finished.entry, finished.result) for finished in group]
        results[-1] = (group[-1].entry, self._encode(group[-1].outcome, grown))
        are_first = await self.queue.finish(self.leases.worker, results)
        if not are_first[-1]:
            self._note_sent(grown, -1)
        return are_first

    def _note_sent(self, stats: dict[str, int], times: int) -> None:
        for name, number in stats.items():
            self.sent[name] = self.sent.get(name, 0) + times * number

    def _encode(self, outcome: Fetched | Unfetched, stats: dict[str, int]) -> bytes:
        result = encode_result(Result(outcome, self.leases.worker, stats))
        if len(result) <= LARGEST_RESULT:
            return result
        code = outcome.article.info_code if isinstance(outcome, Fetched) else outcome.known.info_code
        reason = f"larger than the {LARGEST_RESULT} bytes of a result"
        unfetched = Unfetched(Article(code), reason, None, is_lost=False, has_outage=False)
        return encode_result(Result(unfetched, self.leases.worker, stats))

    async def finish(self, info_code: str, outcome: Fetched | Unfetched) -> None:
        lease = self.leases.leased.get(info_code)
        if lease is None:  # another worker has it
            return
        self.leases.ending.add(info_code)
        if isinstance(self.crawler.spider, WorkerSpider):
            self.crawler.spider.forget(info_code)
        is_first = await self.results.add(Finished(lease.entry, outcome, self._encode(outcome, {})))
        self.leases.finished(info_code)
        if is_first:
            self.crawler.stats.inc_value("finews/cluster/results")
        else:
            logger.info("%s: another worker was first", info_code)
