"""Scrapy's HTTP/1.1 handler with a size limit for response headers, which Twisted reads without any limit.

The limit needs private APIs of Scrapy's downloader and of Twisted; all such use is confined to this module and
``downloader_slots``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
)
from twisted.python.failure import Failure
from twisted.web._newclient import HEADER, STATUS

from finews_crawler.exceptions import ResponseHeadTooLarge

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from twisted.internet.interfaces import IAddress

LARGEST_HEAD = 64 * 1024
"""Bytes of status line and headers. The hosts that are crawled send less than 1 kB."""


class LimitedProtocol(_LenientHTTP11ClientProtocol):
    """Protocol that closes the connection when the response headers exceed LARGEST_HEAD."""

    head = 0

    def request(self, request: Any) -> Any:
        self.head = 0
        return super().request(request)

    def dataReceived(self, data: bytes) -> None:
        self.head += len(data) if self._is_in_head() else 0
        super().dataReceived(data)  # type: ignore[no-untyped-call]
        if self._is_in_head() and self.head > LARGEST_HEAD:
            error = Failure(ResponseHeadTooLarge(f"headers of more than {LARGEST_HEAD} bytes"))  # type: ignore[no-untyped-call]
            self._giveUp(error)  # type: ignore[no-untyped-call]

    def _is_in_head(self) -> bool:
        return self._parser is not None and self._parser.state in (STATUS, HEADER)


class LimitedFactory(_LenientHTTP11ClientFactory):
    """Factory of LimitedProtocol."""

    def buildProtocol(self, addr: IAddress | None) -> LimitedProtocol:
        return LimitedProtocol(self._quiescentCallback)  # type: ignore[no-untyped-call]


class LimitedHttpHandler(HTTP11DownloadHandler):
    """Download handler for http and https."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool._factory = LimitedFactory
