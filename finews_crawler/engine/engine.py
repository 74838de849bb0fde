"""Engine with one task for each request."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from scrapy import Request, signals
from scrapy.core.engine import ExecutionEngine
from scrapy.http import Response
from scrapy.utils.asyncio import create_looping_call
from scrapy.utils.defer import maybe_deferred_to_future
from scrapy.utils.log import logformatter_adapter
from scrapy.utils.reactor import CallLaterOnce
from twisted.python.failure import Failure

from finews_crawler.engine.downloader import DirectDownloader
from finews_crawler.engine.scraping import Scraping

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine
    from typing import Any

logger = logging.getLogger("scrapy.core.engine")
START_AT_ONCE = 16
"""Items and requests of ``start`` in one round of the event loop at most."""


class Engine(ExecutionEngine):
    """Scrapy's engine, whose private methods for one request are replaced: it has no setting for them."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._scraping = Scraping(self.scraper)
        self.scraper._start_itemproc_nowait = self.process_item  # type: ignore[method-assign]
        self._tasks: set[asyncio.Task[None]] = set()
        """References to the tasks: the event loop has none."""
        self._has_opened = False

    async def open_spider_async(self, *, close_if_idle: bool = True) -> None:
        self._has_opened = True
        await super().open_spider_async(close_if_idle=close_if_idle)
        assert self._slot is not None  # noqa: S101 (the spider is open)
        self._slot.nextcall = NextCall(self._start_scheduled_requests)
        self._slot.heartbeat = create_looping_call(self._slot.nextcall.schedule)

    async def close_spider_async(self, *, reason: str = "cancelled") -> None:
        """Close the spider, unless it has closed already.

        Whatever ends a run does so in a task of its own. Until that begins, the run may have ended by itself, and
        Scrapy would raise RuntimeError, a traceback in the log of a run that ended well.
        """
        if self.spider is not None or not self._has_opened:
            await super().close_spider_async(reason=reason)

    async def _process_start_next(self) -> None:
        """Process several items or requests of ``start``, and send requests at once.

        Scrapy does so in the next round of the event loop. In a round that handles many responses, only one request
        would take their places.
        """
        for _ in range(START_AT_ONCE):
            await super()._process_start_next()
            if self._start is None or self.needs_backout():
                break
            self._start_scheduled_requests()

    def process_item(self, item: Any) -> None:
        """Pass an item that no response has to the pipelines, and close the scraper after it if the spider ends.

        Scrapy 2.19 does not close it: a crawl that is stopped while such an item is with them never ends.
        """
        assert self.scraper.slot is not None  # noqa: S101 (the spider is open)
        self.scraper.slot.itemproc_size += 1  # until its task has begun
        self._keep(asyncio.get_running_loop().create_task(self._scraping.process_start_item(item)))

    def _keep(self, task: asyncio.Task[None]) -> None:
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _start_scheduled_request(self) -> bool:
        assert self._slot is not None  # noqa: S101 (the spider is open)
        request = self._slot.scheduler.next_request()
        if request is None:
            self.signals.send_catch_log(signals.scheduler_empty)
            return False
        self._slot.add_request(request)
        self._keep(asyncio.get_running_loop().create_task(self._handle(request, self._fetch(request))))
        return True

    def _fetch(self, request: Request) -> Coroutine[Any, Any, Response | Request]:
        """Start the download of *request*: from now on the downloader counts it."""
        if isinstance(self.downloader, DirectDownloader):
            return self.downloader.fetch_async(request)
        return _awaiting(maybe_deferred_to_future(self.downloader.fetch(request)))

    async def _handle(self, request: Request, fetching: Coroutine[Any, Any, Response | Request]) -> None:
        assert self._slot is not None  # noqa: S101 (the spider is open)
        slot = self._slot
        try:
            result = await self._result_of(request, fetching)
            slot.nextcall.schedule()
            if isinstance(result, Request):
                self.crawl(result)
            else:
                await self._scraping.scrape(result, request)
        except Exception:
            logger.exception("Error while handling downloader output", extra={"spider": self.spider})
        finally:
            slot.remove_request(request)
            slot.nextcall.schedule()

    async def _result_of(
        self, request: Request, fetching: Coroutine[Any, Any, Response | Request]
    ) -> Response | Request | Failure:
        try:
            result = await fetching
            if isinstance(result, Response):
                self._received(result, request)
            elif not isinstance(result, Request):
                raise TypeError(f"expected Response or Request, got {type(result)}: {result!r}")  # noqa: TRY301
        except (Exception, asyncio.CancelledError):  # the errback gets it
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise  # this task was cancelled, not something that a middleware or handler awaited
            return Failure()  # type: ignore[no-untyped-call]
        return result

    def _received(self, response: Response, request: Request) -> None:
        assert self.spider is not None  # noqa: S101 (the spider is open)
        if response.request is None:
            response.request = request
        message = self.logformatter.crawled(response.request, response, self.spider)
        if message is not None:
            logger.log(*logformatter_adapter(message), extra={"spider": self.spider})
        self.signals.send_catch_log(
            signals.response_received, response=response, request=response.request, spider=self.spider
        )


async def _awaiting(fetched: Awaitable[Response | Request]) -> Response | Request:
    return await fetched


class NextCall(CallLaterOnce[None]):
    """Scrapy's, without timers and Deferreds: the engine is called several times for each request."""

    def __init__(self, func: Callable[[], None]) -> None:
        super().__init__(func)
        self._next: asyncio.Handle | None = None
        self._waiting: list[asyncio.Future[None]] = []

    def schedule(self, delay: float = 0) -> None:
        if self._next is None:
            self._next = asyncio.get_running_loop().call_soon(self)

    def cancel(self) -> None:
        if self._next is not None:
            self._next.cancel()

    def __call__(self) -> None:
        self._next = None
        self._func(*self._a, **self._kw)
        waiting, self._waiting = self._waiting, []
        for future in waiting:
            if not future.done():
                future.set_result(None)

    async def wait(self) -> None:
        future = asyncio.get_running_loop().create_future()
        self._waiting.append(future)
        await future
