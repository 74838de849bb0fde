"""The coordinator of a cluster: a crawl whose articles are fetched by workers.

A spider middleware puts the request for each article on the queue in the place of Scrapy's scheduler. What the spider
yields at its start is joined by the results, until no article is outstanding.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

from scrapy import Request

from finews_crawler.cluster.collector import Collector
from finews_crawler.cluster.extension import ClusterExtension, queue_of
from finews_crawler.cluster.interleaved import interleaved
from finews_crawler.cluster.messages import LARGEST_JOB, Job, encode_job
from finews_crawler.middlewares.article_limit import ArticleLimit
from finews_crawler.requests import LimitReached
from finews_crawler.spiders.article_spider import ArticleSpider
from finews_crawler.spiders.body_search import BodySearch
from finews_crawler.stats import Count, count
from finews_crawler.utils.crawler import CrawlerComponent, extension_of

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response


class Coordinator(CrawlerComponent):
    """Spider middleware that puts articles on the queue, and yields what workers have made of them."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.queue = queue_of(crawler)
        self.collector = extension_of(crawler, Collector)
        self.limit = ArticleLimit(crawler)
        self.run = extension_of(crawler, ClusterExtension).run = time.time_ns() // 1_000_000

    async def process_start(self, start: AsyncIterator[Any]) -> AsyncIterator[Any]:
        await self.queue.open()
        await self.queue.begin_run(self.run)
        self.collector.is_starting = True
        async for found in interleaved(self.start_without_articles(start), self.collecting()):
            yield found

    async def start_without_articles(self, start: AsyncIterator[Any]) -> AsyncIterator[Any]:
        try:
            async for found in start:
                if await self.passes(found):
                    yield found
        finally:
            self.collector.is_starting = False

    async def collecting(self) -> AsyncIterator[Any]:
        """Yield nothing, and end when no article is outstanding: results do not pass the engine, which takes longer."""
        await self.collector.collect()
        return
        yield

    async def process_spider_output(self, response: Response, result: AsyncIterator[Any]) -> AsyncIterator[Any]:
        async for found in result:
            if await self.passes(found):
                yield found

    async def passes(self, found: Any) -> bool:
        """Return True for what is not the first request for an article; put that on the queue."""
        if not isinstance(found, Request) or not is_first_request(found):
            return True
        search: BodySearch = found.cb_kwargs["search"]
        info_code = search.known.info_code
        spider = self.crawler.spider
        assert isinstance(spider, ArticleSpider)  # noqa: S101 (others make no BodySearch)
        job = Job(search.known, spider.arguments.refetch, self.run)
        data = encode_job(job)
        if len(data) > LARGEST_JOB:
            return True
        try:
            self.limit.process_request(found)
        except LimitReached:
            spider.run_info.is_cut_short = True
            return False
        if info_code in self.collector.of_earlier_runs:  # its result came since it was mentioned
            count(self.crawler.stats, Count.MERGED)
            return False
        # Before it is on the queue: a worker may have its result before this function goes on.
        self.collector.awaited.add(info_code)
        self.crawler.stats.inc_value("finews/cluster/queued")
        await self.collector.jobs[job.source].add(info_code, data)
        return False


def is_first_request(request: Request) -> bool:
    """Return True for the request to an article's first surface: a search that has begun here goes on here."""
    search = request.cb_kwargs.get("search")
    return isinstance(search, BodySearch) and not search.answered and not search.repeats
