"""The downloader of a replay."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy import signals
from scrapy.core.downloader import Downloader
from scrapy.utils.defer import deferred_from_coro

if TYPE_CHECKING:
    from typing import TypeVar

    from scrapy import Request, Spider
    from scrapy.http import Response
    from twisted.internet.defer import Deferred

    T = TypeVar("T")


class ReplayDownloader(Downloader):
    """Scrapy's downloader without slots: their queues, limits and delays would hold back requests that are not sent.

    Of its signals only ``response_downloaded`` is sent: no request reaches a host.
    """

    def fetch(self, request: Request, spider: Spider | None = None) -> Deferred[Response | Request]:
        """Pass *request* through the downloader middlewares to the download handler."""
        self.active.add(request)
        return deferred_from_coro(self.middleware.download_async(self._respond, request)).addBoth(self._leave, request)

    async def _respond(self, request: Request) -> Response:
        response = await self.handlers.download_request_async(request)
        named = {"response": response, "request": request, "spider": self.crawler.spider}
        self.signals.send_catch_log(signals.response_downloaded, **named)
        return response

    def _leave(self, result: T, request: Request) -> T:
        self.active.remove(request)
        return result
