"""The jobs that a worker has: taken, renewed while they wait for their turn, and given back when it ends."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import math
import os
import socket
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import uuid4

from finews_crawler.cluster.extension import ClusterExtension, queue_of
from finews_crawler.cluster.interleaved import interleaved
from finews_crawler.cluster.messages import VERSION, Job, decode_job
from finews_crawler.cluster.server import LONGEST_WAIT
from finews_crawler.cluster.shares import shares_of
from finews_crawler.config.load import config_of
from finews_crawler.exceptions import InvalidMessage, OtherVersion
from finews_crawler.politeness.downloader_slots import fail_queued
from finews_crawler.politeness.host_state import HostRegistry
from finews_crawler.requests import INFO_CODE, WorkerStopped
from finews_crawler.utils.crawler import CrawlerComponent, extension_of

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from finews_crawler.cluster.queue import Entry, Queue

T = TypeVar("T")
logger = logging.getLogger(__name__)
RENEWALS = 4
"""In each lease: three of them may be late."""
MOST_RESULTS = 5000
"""Results that wait for the coordinator, after which workers take no more jobs: about 50 MB in Redis."""
FILLED = 0.6
"""Share of the leased jobs at which more are taken: several at a time, before the last of them is requested."""
SHARERS = 4
"""Workers among which the first jobs of a crawl are divided."""
PAUSE = 1.0
SECONDS_TO_CLOSE = 10
OTHER_VERSION = "finews/cluster/other_version"
"""Stat of a worker that ends since the articles on the queue are of another version."""
ENDED = WorkerStopped("the worker ends, or another one has the article")


@dataclass(frozen=True)
class Lease:
    """A job that this worker has."""

    entry: Entry
    job: Job


class Share:
    """The articles of one source that a worker has."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.number = 0
        self.has_room = asyncio.Event()
        self.claimed_at = 0.0

    async def wait_for_room(self) -> int:
        """Return how many articles may be taken."""
        while self.number > self.most * FILLED:
            self.has_room.clear()
            await self.has_room.wait()
        return self.most - self.number


class Leases(CrawlerComponent):
    """Extension that takes jobs, and knows which ones it has."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.lease = config_of(crawler.settings).cluster_lease
        self.shares = {source: Share(most) for source, most in shares_of(crawler.settings).items()}
        self.worker = f"{socket.gethostname()}:{os.getpid()}:{uuid4().hex[:8]}"
        self.leased: dict[str, Lease] = {}
        """By infoCode."""
        self.ending: set[str] = set()
        """Those whose results are on their way to Redis, which may have ended the lease already."""
        self.is_draining = False
        self._tasks: list[asyncio.Task[None]] = []
        self._taking: set[asyncio.Task[Any]] = set()
        """Commands that take jobs. They end before what this worker has is given back."""
        self._is_ending = False
        self._closing: asyncio.Task[None] | None = None
        """Closing of the spider by this worker itself."""

    @cached_property
    def queue(self) -> Queue:
        return queue_of(self.crawler)

    def spider_opened(self) -> None:
        self._tasks = [asyncio.ensure_future(self._renew()), asyncio.ensure_future(self._wait_for_end())]

    async def spider_closed(self) -> None:
        self._is_ending = True
        for task in self._tasks:
            task.cancel()
        with contextlib.suppress(TimeoutError):  # Redis is away: the leases end by themselves
            async with asyncio.timeout(SECONDS_TO_CLOSE):
                await asyncio.gather(*self._taking, return_exceptions=True)
                await self.queue.give_back(self.worker)
        if self.leased:
            logger.info("%d articles were given back to the queue", len(self.leased))

    async def jobs(self) -> AsyncIterator[Job]:
        """Yield jobs as they come, of each source no more than can be started soon; never ends by itself."""
        await self.queue.open()
        await self.queue.server.read_uptime()
        await self.queue.forget_workers()
        engine = self.crawler.engine
        if engine is not None:  # else the requests of slow sources would fill the downloader
            most = sum(share.most for share in self.shares.values())
            engine.downloader.total_concurrency = max(engine.downloader.total_concurrency, most)
        async for leases in interleaved(*map(self._leases_of, self.shares)):
            for lease in leases:
                if self._has(lease.entry):
                    self._begin_run(lease.job.run)
                    yield lease.job

    def finished(self, info_code: str) -> None:
        """Forget an article that has a result, or that another worker has."""
        lease = self.leased.pop(info_code, None)
        self.ending.discard(info_code)
        if lease is not None:
            share = self.shares[lease.job.source]
            share.number -= 1
            share.has_room.set()

    def _has(self, entry: Entry) -> bool:
        lease = self.leased.get(entry.code)
        return lease is not None and lease.entry.id == entry.id

    async def _leases_of(self, source: str) -> AsyncIterator[list[Lease]]:
        """Yield the jobs that are taken together."""
        share = self.shares[source]
        while not self._is_ending:
            most = await share.wait_for_room()
            entries, are_wanted = await self._next_entries(source, share, most)
            leases = []  # renewed from now on, also those that wait here while others are requested
            for entry, is_wanted in zip(entries, are_wanted, strict=True):
                job = await self._accept(source, entry, is_wanted=is_wanted)
                if self._is_ending:
                    return
                if job is None:
                    continue
                is_leased = job.known.info_code in self.leased  # claimed from this worker itself, after a pause
                self.leased[job.known.info_code] = lease = Lease(entry, job)
                if not is_leased:
                    share.number += 1
                    leases.append(lease)
            if leases:
                yield leases

    async def _next_entries(self, source: str, share: Share, most: int) -> tuple[list[Entry], list[bool]]:
        """Return jobs to do, perhaps none, and for each whether the coordinator waits for it."""
        if time.monotonic() >= share.claimed_at + self.lease / RENEWALS:
            share.claimed_at = time.monotonic()
            if await self._must_wait(*await self.queue.readiness()):
                return [], []
            lease = self.lease if self.may_claim() else None
            claimed = await self._whole(self.queue.claim(self.worker, source, most, lease))
            if claimed:
                self.crawler.stats.inc_value("finews/cluster/claimed", len(claimed))
                return claimed, await self.queue.wanted(claimed)
        taken = await self._whole(self.queue.take_at_once(self.worker, source, most, MOST_RESULTS))
        if taken.entries or await self._must_wait(taken.results, taken.is_draining):
            return taken.entries, taken.are_wanted
        few = math.ceil(most / SHARERS)  # the first jobs after a while, for which others wait, too
        entries = await self._whole(self.queue.take(self.worker, source, few))
        return entries, await self.queue.wanted(entries)

    async def _whole(self, taking: Coroutine[Any, Any, T]) -> T:
        """Return what *taking* returns. It goes on if the caller is cancelled: its jobs may be leased already."""
        if self._is_ending:
            taking.close()
            raise asyncio.CancelledError
        task = asyncio.ensure_future(taking)
        self._taking.add(task)
        task.add_done_callback(self._taking.discard)
        return await asyncio.shield(task)

    async def _must_wait(self, results: int, is_draining: bool) -> bool:
        """Return True, after a while, if too many results wait for the coordinator, or if the queue is drained."""
        self._note_draining(is_draining=is_draining)
        if not is_draining and results < MOST_RESULTS:
            return False
        await asyncio.sleep(PAUSE)
        return True

    def _note_draining(self, *, is_draining: bool) -> None:
        if is_draining is not self.is_draining:
            self.is_draining = is_draining
            what = "is drained: no new articles until `finews cluster resume`" if is_draining else "goes on"
            logger.info("the queue %s", what)

    def may_claim(self) -> bool:
        """Return False soon after Redis was away: the leases of workers that could not renew them are over.

        What a worker has given back can be claimed all the same.
        """
        others_renew = LONGEST_WAIT + 2 * self.lease / RENEWALS
        return time.monotonic() >= self.queue.server.reachable_since + others_renew

    async def _accept(self, source: str, entry: Entry, *, is_wanted: bool) -> Job | None:
        """Return the job of an entry; refuse what the coordinator has not put there."""
        try:
            job, flaw = decode_job(entry.fields.get(b"job", b"")), ""
        except OtherVersion as error:
            if is_wanted and await self.queue.is_version(error.version):
                self._end_for(error.version)
                return None
            job, flaw = None, str(error)
        except InvalidMessage as error:
            job, flaw = None, str(error)
        if job is not None and job.known.info_code != entry.code:
            flaw = f"it names {job.known.info_code} and {entry.code[:80]!r}"
        elif job is not None and job.source != source:
            flaw = f"it is in the stream of {source}"
        elif job is not None and not is_wanted:
            flaw = "no coordinator waits for it"
        if not flaw:
            return job
        logger.warning("job %s is refused (%s): it is now a dead letter", entry.id, flaw)
        self.crawler.stats.inc_value("finews/cluster/refused_jobs")
        await self.queue.refuse_job(entry, f"a worker refused it: {flaw}")
        return None

    def _end_for(self, version: int) -> None:
        """End this worker, which gives back all articles for workers of their *version*."""
        if self._is_ending:
            return
        self._is_ending = True
        hint = "update this worker" if version > VERSION else "run `finews cluster clear` once, without a crawl"
        message = "the articles on the queue are of version %d, this worker is of version %d and ends: %s"
        logger.error(message, version, VERSION, hint)
        self.crawler.stats.set_value(OTHER_VERSION, version)
        self._fail_waiting(lambda info_code: True)
        assert self.crawler.engine is not None  # noqa: S101 (jobs are taken while it runs)
        self._closing = asyncio.ensure_future(self.crawler.engine.close_spider_async(reason="other_version"))

    def _begin_run(self, run: int) -> None:
        """Forget what hosts have refused in an earlier run of the coordinator."""
        cluster = extension_of(self.crawler, ClusterExtension)
        if run > cluster.run:
            if cluster.run:
                extension_of(self.crawler, HostRegistry).reset()
            cluster.run = run

    async def _wait_for_end(self) -> None:
        """Fail the requests that wait for their turn when the engine stops: another worker need not wait for them.

        No signal is sent before the spider has closed, after the last of these requests.
        """
        engine = self.crawler.engine
        for is_running in (False, True):
            while engine is None or engine.running is is_running:
                await asyncio.sleep(PAUSE / 4)
        self._is_ending = True
        self._fail_waiting(lambda info_code: True)

    def _fail_waiting(self, is_meant: Callable[[str], bool]) -> None:
        """Fail the requests that wait for their turn, for the articles that are meant."""
        engine = self.crawler.engine
        for slot in list(engine.downloader.slots.values()) if engine else ():
            fail_queued(slot, lambda request: ENDED if is_meant(request.meta.get(INFO_CODE, "")) else None)

    async def _renew(self) -> None:
        while True:
            try:
                await self.queue.send_heartbeat(self.worker)
                await self._renew_once()
            except Exception:
                logger.exception("the leases could not be renewed")
            await asyncio.sleep(self.lease / RENEWALS)

    async def _renew_once(self) -> None:
        entries = [lease.entry for lease in self.leased.values()]
        for lost in await self.queue.renew(self.worker, entries) if entries else ():
            info_code = lost.code
            if not self._has(lost) or info_code in self.ending:  # finished meanwhile
                continue
            # After a pause of this process or of the network.
            logger.warning("%s is with another worker, since this one was silent for too long", info_code)
            self.crawler.stats.inc_value("finews/cluster/lost_leases")
            self.finished(info_code)
            self._fail_waiting(info_code.__eq__)
