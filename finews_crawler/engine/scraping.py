"""From a response to the end of its items, in the task of its request."""

from __future__ import annotations

import asyncio
import logging
from inspect import CO_GENERATOR
from typing import TYPE_CHECKING

from scrapy.http import Request, Response
from scrapy.spidermiddlewares.base import BaseSpiderMiddleware
from scrapy.spidermiddlewares.httperror import HttpErrorMiddleware
from twisted.python.failure import Failure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from scrapy.core.scraper import Scraper, Slot

logger = logging.getLogger("scrapy.core.scraper")
GOOD = range(200, 300)
"""Statuses that Scrapy's HttpErrorMiddleware passes on in any case."""


class Scraping:
    """Calls generator functions with good responses, and leaves all other responses and callbacks to Scrapy.

    Also if a spider middleware has hooks of its own, rather than ``get_processed_request`` and ``get_processed_item``
    of Scrapy's base class.
    """

    def __init__(self, scraper: Scraper) -> None:
        self._scraper = scraper
        middlewares = scraper.spidermw.middlewares
        self._is_direct = all(map(_is_plain, middlewares))
        # From the spider to the engine.
        self._processors = [each._get_processed for each in middlewares[::-1] if isinstance(each, BaseSpiderMiddleware)]

    async def scrape(self, result: Response | Failure, request: Request) -> None:
        """Handle a response or a failure as ``Scraper.enqueue_scrape`` does."""
        slot = self._scraper.slot
        assert slot is not None  # noqa: S101 (the spider is open)
        slot.active.add(request)
        slot.active_size += max(len(getattr(result, "body", b"")), slot.MIN_RESPONSE_SIZE)
        try:
            await self._scrape(result, request)
        except Exception:
            message, extra = "Scraper bug processing %(request)s", {"spider": self._scraper.crawler.spider}
            logger.exception(message, {"request": request}, extra=extra)
        finally:
            slot.finish_response(result, request)
            self._close_if_idle(slot)

    async def process_start_item(self, item: Any) -> None:
        """Pass an item that no response has to the pipelines; it is counted already."""
        slot = self._scraper.slot
        assert slot is not None  # noqa: S101 (the spider is open)
        slot.itemproc_size -= 1
        try:
            await self._scraper.start_itemproc_async(item, response=None)
        finally:
            self._close_if_idle(slot)

    def _close_if_idle(self, slot: Slot) -> None:
        if slot.closing is not None and not slot.closing.called:
            self._scraper._check_if_closing()

    async def _scrape(self, result: Response | Failure, request: Request) -> None:
        if not self._is_direct or not isinstance(result, Response) or result.status not in GOOD:
            await self._scraper._scrape(result, request)
            return
        requested = result.request or request
        if requested.callback is None or not _is_generator(requested.callback):
            await self._scraper._scrape(result, request)
            return
        await asyncio.sleep(0)  # the next request of the slot is sent first
        items: list[Any] = []
        for output in self._outputs(requested, result, request):
            if isinstance(output, Request):
                self._scraper.crawler.engine.crawl(output)
                continue
            items.append(output)
            if len(items) == self._scraper.concurrent_items:
                await self._process(items, result)
                items = []
        await self._process(items, result)

    def _outputs(self, requested: Request, response: Response, request: Request) -> Iterator[Any]:
        """Yield what a callback finds and the middlewares pass on. Reports an exception, and ends with it."""
        assert requested.callback is not None  # noqa: S101 (else Scrapy calls the spider)
        try:
            for output in requested.callback(response, **requested.cb_kwargs):
                if (processed := self._processed(output, response)) is not None:
                    yield processed
        except Exception as error:  # noqa: BLE001 (as Scrapy)
            try:
                self._scraper.spidermw._process_spider_exception(response, error)
            except Exception:  # noqa: BLE001
                self._scraper.handle_spider_error(Failure(), request, response)  # type: ignore[no-untyped-call]

    def _processed(self, output: Any, response: Response) -> Any:
        for process in self._processors:
            if output is None:
                return None
            output = process(output, response)
        return output

    async def _process(self, items: list[Any], response: Response) -> None:
        """Pass items to the pipelines; several at a time, in a task each."""
        if len(items) == 1:
            await self._scraper.start_itemproc_async(items[0], response=response)
        elif items:
            await asyncio.gather(*(self._scraper.start_itemproc_async(item, response=response) for item in items))


def _is_generator(callback: Callable[..., Any]) -> bool:
    code = getattr(callback, "__code__", None)
    return code is not None and bool(code.co_flags & CO_GENERATOR)


def _is_plain(middleware: Any) -> bool:
    """Return True if the hooks of a spider middleware are Scrapy's own."""
    if type(middleware) is HttpErrorMiddleware:
        return True
    hooks = ("process_spider_input", "process_spider_exception", "process_spider_output")
    names = [name for name in (*hooks, "process_spider_output_async", "_get_processed") if hasattr(middleware, name)]
    return all(getattr(type(middleware), name) is getattr(BaseSpiderMiddleware, name, None) for name in names)
