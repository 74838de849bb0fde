"""The downloader of a replay."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy import signals

from finews_crawler.engine.downloader import DirectDownloader

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.http import Response


class ReplayDownloader(DirectDownloader):
    """Downloader without slots: their queues, limits and delays would hold back requests that are not sent.

    Of its signals only ``response_downloaded`` is sent: no request reaches a host.
    """

    async def _enqueue_request(self, request: Request) -> Response:
        response = await self.handlers.download_request_async(request)
        named = {"response": response, "request": request, "spider": self.crawler.spider}
        self.signals.send_catch_log(signals.response_downloaded, **named)
        return response
