"""The results of the workers: each becomes an item of the pipelines, and is removed once it is stored or counted."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any

from finews_crawler.archive.batching import BATCH_SIZE
from finews_crawler.cluster.extension import queue_of
from finews_crawler.cluster.hosts import ClusterHosts
from finews_crawler.cluster.job_writer import JobWriter
from finews_crawler.cluster.messages import Fetched, Result, Unfetched, decode_result
from finews_crawler.cluster.queue import COORDINATOR
from finews_crawler.engine.engine import Engine
from finews_crawler.exceptions import InvalidMessage
from finews_crawler.extensions.archive import ArchiveExtension
from finews_crawler.items import Article, Rejection
from finews_crawler.spiders.article_spider import ArticleSpider
from finews_crawler.stats import Count, FailureReason, count, count_failure
from finews_crawler.utils.compact_set import CompactSet
from finews_crawler.utils.crawler import CrawlerComponent, extension_of, is_busy

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from twisted.python.failure import Failure

    from finews_crawler.cluster.queue import Entry, Queue

logger = logging.getLogger(__name__)
MOST_UNDER_WAY = 2 * BATCH_SIZE
"""Results in the pipelines: one batch is written while the next is collected."""
SECONDS_OF_SILENCE = 60
SECONDS_BETWEEN_HEARTBEATS = 1
"""Of the coordinator: `finews cluster drain` waits for one that stores results, `clear` refuses while there is one."""
SECONDS_TO_CLOSE = 10
"""For the last removals, if Redis is away when the run ends: a result that stays is stored once more, unchanged."""
FAULTS = "finews/faults/"
BLOCK = 200
"""Milliseconds for which a result is waited for, before the end of the run is considered."""
PAUSE = 0.05
"""Seconds between two commands that read results, if there are few: the next ones come together."""


class Collector(CrawlerComponent):
    """Extension that reads the results, and sees what becomes of each."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.awaited = CompactSet()
        """Articles that this run has counted as found, and that have no result yet."""
        self.of_earlier_runs: set[str] = set()
        """Articles that this run has counted, since an earlier one had put them on the queue."""
        self.under_way: dict[str, Entry] = {}
        """Results in the pipelines, by infoCode."""
        self.is_starting = False
        """True until the spider has yielded all that it yields at its start."""
        self._has_room = asyncio.Event()
        self._ended: list[Entry] = []
        """Results that are stored or counted, and not removed yet."""
        self._failures: dict[str, str] = {}
        """Reasons of the results without an article that may be had later, by id."""
        self._removing: asyncio.Task[None] | None = None
        self._beating: asyncio.Task[None] | None = None
        self._last_result_at = time.monotonic()

    @cached_property
    def queue(self) -> Queue:
        return queue_of(self.crawler)

    @cached_property
    def jobs(self) -> dict[str, JobWriter]:
        """By the name of the source."""
        return {source: JobWriter(self.queue, source) for source in self.queue.jobs}

    def spider_opened(self) -> None:
        self._beating = asyncio.ensure_future(self._send_heartbeats())
        extension_of(self.crawler, ArchiveExtension).awaits_others = lambda: bool(self.awaited)

    def item_scraped(self, item: Article) -> None:
        self._end(item.info_code)

    def item_dropped(self, item: Article | Rejection) -> None:
        self._end(item.info_code)

    def item_error(self, item: Article | Rejection, failure: Failure) -> None:
        self._end(item.info_code)

    async def spider_closed(self, reason: str) -> None:
        if self._beating:
            self._beating.cancel()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(SECONDS_TO_CLOSE):
                if self._removing:
                    await self._removing
                if reason == "finished":
                    await self.queue.release()
                await self.queue.end_heartbeats(COORDINATOR)

    async def _send_heartbeats(self) -> None:
        while True:
            await self.queue.send_heartbeat(COORDINATOR)
            await asyncio.sleep(SECONDS_BETWEEN_HEARTBEATS)

    async def collect(self) -> None:
        """Pass results to the pipelines, until no article is outstanding and the spider has nothing to do."""
        engine = self.crawler.engine
        assert isinstance(engine, Engine)  # noqa: S101 (that of `finews crawl`)
        async for entries in self._batches():
            for entry, is_wanted in zip(entries, await self.queue.wanted(entries), strict=True):
                items = await self._items_of(entry, is_wanted=is_wanted)
                if not items:
                    self._remove(entry)
                for item in items:
                    self.under_way[entry.code] = entry
                    engine.process_item(item)
        # The exit status tells of a ban, also of one in the last second.
        await extension_of(self.crawler, ClusterHosts).close_what_others_closed()
        self._report_lost()

    async def _batches(self) -> AsyncIterator[list[Entry]]:
        last = "0"
        while entries := await self.queue.collect(MOST_UNDER_WAY, last):  # those of a run that was killed
            yield entries
            last = entries[-1].id
            await self._wait_for_room()
        while not await self._is_over():
            await self._wait_for_room()
            entries = await self.queue.collect(MOST_UNDER_WAY - len(self.under_way), block=BLOCK)
            if not entries and not self.under_way and not self._ended:
                entries = await self.queue.collect(MOST_UNDER_WAY, "0")  # lost with the connection when they were read
            if entries:
                self._last_result_at = time.monotonic()
                yield entries
            if 0 < len(entries) < BATCH_SIZE:
                await asyncio.sleep(PAUSE)
            await self._report_silence()

    async def _wait_for_room(self) -> None:
        """Wait until no more than one batch is under way, so that another one can be read."""
        while len(self.under_way) > BATCH_SIZE:
            self._has_room.clear()
            await self._has_room.wait()

    async def _is_over(self) -> bool:
        engine = self.crawler.engine
        if (
            self.is_starting
            or self.under_way
            or self._ended
            or not all(writer.is_idle for writer in self.jobs.values())
        ):
            return False
        if engine is not None and is_busy(engine):
            return False
        return not await self.queue.number_outstanding()

    async def _items_of(self, entry: Entry, *, is_wanted: bool) -> list[Article | Rejection]:
        """Return the item of a result, if it has one; count the article otherwise."""
        spider = self.crawler.spider
        assert isinstance(spider, ArticleSpider)  # noqa: S101 (others have no articles on the queue)
        reason, result = self._read(entry)
        if not is_wanted or (result is None and b"refused" not in entry.fields):
            reason = reason if is_wanted else "no run waits for it"
            logger.warning("result %s is refused (%s): %s", entry.id, reason, "it fails" if is_wanted else "ignored")
            self.crawler.stats.inc_value("finews/cluster/refused_results")
            await self.queue.refuse_result(entry, reason)
        if not is_wanted:
            return []
        self._count_found(spider, entry.code)
        if result is None:
            logger.warning("%s: not fetched: %s", entry.code, reason)
            count(self.crawler.stats, Count.FAILED)
            return []
        self._add_stats(result)
        if isinstance(result.outcome, Unfetched) and not result.outcome.is_lost:
            self._failures[entry.id] = result.outcome.reason or "no surface has it"
        return list(self._outcome(spider, result))

    def _read(self, entry: Entry) -> tuple[str, Result | None]:
        """Return the result of an entry, or the reason why there is none."""
        if b"refused" in entry.fields:
            return entry.fields[b"refused"].decode(errors="replace")[:300], None
        try:
            result = decode_result(entry.fields.get(b"result", b""))
        except InvalidMessage as error:
            return str(error), None
        outcome = result.outcome
        known = outcome.article if isinstance(outcome, Fetched) else outcome.known
        return ("", result) if known.info_code == entry.code else ("it names another article", None)

    def _count_found(self, spider: ArticleSpider, info_code: str) -> None:
        """Count an article that an earlier run has put on the queue as found by this one."""
        if self.awaited.remove(info_code):
            return
        self.of_earlier_runs.add(info_code)
        spider.run_info.mentioned.add(info_code)
        spider.count(Count.FOUND)

    def _add_stats(self, result: Result) -> None:
        for name, number in result.stats.items():
            self.crawler.stats.inc_value(name, number)
            if name.startswith(FAULTS):
                logger.error("%s: reported by the worker %s: see its log", name.removeprefix(FAULTS), result.worker)

    def _outcome(self, spider: ArticleSpider, result: Result) -> Iterator[Any]:
        outcome = result.outcome
        if isinstance(outcome, Fetched):
            outcome.article.is_refetched = outcome.refetch
            yield from spider.finish(outcome.article, "")
            return
        if outcome.reason:
            level = logging.DEBUG if outcome.rejection else logging.WARNING  # the pipeline reports a rejection
            logger.log(level, "%s: %s", outcome.known.info_code, outcome.reason)
        spider.run_info.has_outage = spider.run_info.has_outage or outcome.has_outage
        yield from spider.without_body(outcome.known, outcome.rejection, is_lost=outcome.is_lost)

    def _end(self, info_code: str) -> None:
        """Remove a result whose article is on disk, or counted."""
        entry = self.under_way.pop(info_code, None)
        self._has_room.set()
        if entry is not None:
            self._remove(entry)

    def _remove(self, entry: Entry) -> None:
        self._ended.append(entry)
        if self._removing is None or self._removing.done():
            self._removing = asyncio.ensure_future(self._remove_ended())

    async def _remove_ended(self) -> None:
        """Remove results, each time all that have ended meanwhile."""
        while self._ended:
            ended = list(self._ended)
            await self.queue.done(ended, self._failures)
            del self._ended[: len(ended)]
            for entry in ended:
                self._failures.pop(entry.id, None)

    async def _report_silence(self) -> None:
        if (self.awaited or not self.is_starting) and time.monotonic() > self._last_result_at + SECONDS_OF_SILENCE:
            self._last_result_at = time.monotonic()
            _, is_draining = await self.queue.readiness()
            hint = "finews cluster resume" if is_draining else "finews worker"
            message = "no worker has sent a result for %d s; %d articles of this run wait: run `%s`"
            logger.warning(message, SECONDS_OF_SILENCE, len(self.awaited), hint)

    def _report_lost(self) -> None:
        """Count the articles that are not outstanding and have had no result: Redis has lost them."""
        if self.awaited:
            count(self.crawler.stats, Count.FAILED, len(self.awaited))
            count_failure(self.crawler.stats, FailureReason.UNREACHABLE)
            message = "%d articles were lost with the data of Redis: run again; appendonly yes in redis.conf keeps them"
            logger.error(message, len(self.awaited))
            self.awaited = CompactSet()
