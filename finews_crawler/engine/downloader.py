"""Downloader whose requests pass the middlewares and the queue of their slot within the task of the engine."""

from __future__ import annotations

import asyncio
from time import monotonic
from typing import TYPE_CHECKING

from scrapy import signals
from scrapy.core.downloader import Downloader
from scrapy.utils.asyncio import call_later
from scrapy.utils.defer import deferred_from_coro

from finews_crawler.engine.middlewares import DirectMiddlewares
from finews_crawler.utils.origins import hostname_of

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from typing import Any

    from scrapy import Request, Spider
    from scrapy.core.downloader import Slot
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.internet.defer import Deferred


class DirectDownloader(Downloader):
    """Scrapy's downloader, without a task and a Deferred for the time in a queue.

    It also counts a request as soon as it leaves the queue of its slot. Scrapy 2.19 counts it when its task runs, after
    all that wait have left the queue: in a slot without a delay, twice as many requests as its concurrency were sent at
    a time.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.middleware = DirectMiddlewares.of(self.middleware)
        self._scrapys_request = self.handlers.download_request_async
        self.handlers.download_request_async = self._request  # type: ignore[method-assign]

    def fetch(self, request: Request, spider: Spider | None = None) -> Deferred[Response | Request]:
        return deferred_from_coro(self.fetch_async(request))

    def fetch_async(self, request: Request) -> Coroutine[Any, Any, Response | Request]:
        """Return the coroutine that downloads *request*, which is active from now on."""
        self.active.add(request)
        return self._fetch(request)

    async def _fetch(self, request: Request) -> Response | Request:
        try:
            return await self.middleware.download_async(self._enqueue_request, request)
        finally:
            self.active.remove(request)

    def get_slot_key(self, request: Request) -> str:
        """Return what Scrapy's method does, which parses the URL of each request; the scheduler calls it, too."""
        slot: str | None = request.meta.get(self.DOWNLOAD_SLOT)
        if slot is None and not self.ip_concurrency:
            return hostname_of(request.url)
        return super().get_slot_key(request) if slot is None else slot

    def _request(self, request: Request) -> Coroutine[Any, Any, Response]:
        """Return what the method of ``DownloadHandlers`` does, which parses each URL for its scheme."""
        scheme, handlers = request.url.partition(":")[0], self.handlers
        if scheme in handlers._handlers and scheme not in handlers._old_style_handlers:
            return handlers._handlers[scheme].download_request(request)
        return self._scrapys_request(request)

    async def _enqueue_request(self, request: Request) -> Response:
        key, slot = self._get_slot(request)
        request.meta[self.DOWNLOAD_SLOT] = key
        slot.active.add(request)
        try:
            self.signals.send_catch_log(signals.request_reached_downloader, request=request, spider=self.crawler.spider)
            await self._turn_of(request, slot)
            return await self._download(slot, request)
        finally:
            slot.active.remove(request)

    async def _turn_of(self, request: Request, slot: Slot) -> None:
        """Wait in the queue of a slot. Raises what removes the request from it."""
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        slot.queue.append((request, turn))  # type: ignore[arg-type]
        self._process_queue(slot)
        if not turn.done():
            try:
                await turn
            except asyncio.CancelledError:  # by a timeout around engine.download_async
                if request in slot.transferring:
                    slot.transferring.remove(request)
                    self._process_queue(slot)
                raise
        turn.result()

    def _process_queue(self, slot: Slot) -> None:
        """Give as many requests of the queue their turn as the slot has room for; one, if it has a delay."""
        if slot.latercall:
            return
        now = monotonic()
        delay = slot.download_delay()
        if delay and (penalty := delay - now + slot.lastseen) > 0:
            slot.latercall = call_later(penalty, self._latercall, slot)
            return
        while slot.queue and slot.free_transfer_slots() > 0:
            request, turn = slot.queue.popleft()
            if turn.done():  # type: ignore[attr-defined] # cancelled
                continue
            slot.lastseen = now
            slot.transferring.add(request)
            turn.set_result(None)  # type: ignore[attr-defined]
            if delay:
                self._process_queue(slot)
                break
