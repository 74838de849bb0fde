"""One pace for a host, whichever process sends the request: a turn in Redis for each request of a slot with a delay.

The clock is that of the server. A pause that one process must make, as after ``Retry-After``, holds for all of them.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from finews_crawler.cluster import scripts
from finews_crawler.cluster.extension import ClusterExtension
from finews_crawler.config.load import config_of
from finews_crawler.content.decoding import one_line
from finews_crawler.engine.downloader import DirectDownloader
from finews_crawler.politeness.host_state import HostRegistry, HostState
from finews_crawler.stats import FailureReason
from finews_crawler.utils.crawler import extension_of

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from typing import Any

    from scrapy import Request
    from scrapy.core.downloader import Slot
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from finews_crawler.cluster.server import Server

ELSEWHERE = "has refused another process of the cluster"
LONGEST_REASON = 300
SECONDS_OF_A_RUN = 86_400
LONGEST_HOLD = 2
"""Multiple of FINEWS_LONGEST_WAIT that no pause exceeds."""
LONGEST_SLEEP = 1000
"""Milliseconds after which a request asks again for its turn: a host may have been closed meanwhile."""


class ClusterDownloader(DirectDownloader):
    """The downloader of a crawl; where a slot has a delay, each request waits for its turn among all processes."""

    async def _download(self, slot: Slot, request: Request) -> Response:
        try:
            if slot.delay:
                await self._wait_for_turn(slot, request)
        except Exception:
            slot.transferring.discard(request)
            self._process_queue(slot)
            raise
        return await super()._download(slot, request)

    async def _wait_for_turn(self, slot: Slot, request: Request) -> None:
        """Wait for the turn of a request. Raises HostClosed."""
        hosts = extension_of(self.crawler, HostRegistry)
        server = extension_of(self.crawler, ClusterExtension).server
        key, delay = turn_key(server, self.get_slot_key(request)), round(slot.delay * 1000)
        most = delay + round(LONGEST_HOLD * config_of(self.crawler.settings).longest_wait * 1000)
        while wait := await server.script(scripts.TURN, [key], [delay, LONGEST_SLEEP, most]):
            await asyncio.sleep(wait / 1000)
            hosts.check_open(request)


class ClusterHosts(HostRegistry):
    """The hosts of a run; what one process must wait for, or is refused by a ban, holds for all of them."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._telling: set[asyncio.Task[None]] = set()
        self._listening: asyncio.Task[None] | None = None

    def spider_opened(self) -> None:
        self._listening = asyncio.ensure_future(self._close_what_others_closed())

    def spider_closed(self) -> None:
        if self._listening:
            self._listening.cancel()

    @property
    def cluster(self) -> ClusterExtension:
        return extension_of(self.crawler, ClusterExtension)

    def pause(self, request: Request, seconds: float, why: str) -> None:
        super().pause(request, seconds, why)
        self._tell(self._hold(self._downloader.get_slot_key(request), seconds))

    def close(self, host: HostState, fault: FailureReason, why: str) -> None:
        is_news = not host.closed
        super().close(host, fault, why)
        if is_news and fault is FailureReason.BLOCKED and not why.startswith(ELSEWHERE):
            self._tell(self._announce(host.netloc, why))

    def _tell(self, telling: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(telling)
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)

    async def _hold(self, slot: str, seconds: float) -> None:
        server = self.cluster.server
        await server.script(scripts.HOLD, [turn_key(server, slot)], [round(seconds * 1000)])

    async def _announce(self, netloc: str, why: str) -> None:
        key = self._closed_key()
        await self.cluster.server.command("HSET", key, netloc, why[:LONGEST_REASON])
        await self.cluster.server.command("EXPIRE", key, SECONDS_OF_A_RUN)

    async def _close_what_others_closed(self) -> None:
        while True:
            await asyncio.sleep(LONGEST_SLEEP / 1000)
            answer = await self.cluster.server.command("HGETALL", self._closed_key()) if self.cluster.run else {}
            for netloc, why in answer.items():
                host = self.known.get(netloc.decode(errors="replace"))
                if host is not None and not host.closed:
                    self.close(host, FailureReason.BLOCKED, f"{ELSEWHERE} ({one_line(why.decode(errors='replace'))})")

    def _closed_key(self) -> str:
        return self.cluster.server.key(f"closed:{self.cluster.run}")


def turn_key(server: Server, slot: str) -> str:
    return server.key(f"turn:{slot}")
