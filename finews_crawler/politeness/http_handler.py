"""Scrapy's HTTP/1.1, with an end to response headers: Twisted reads header lines for as long as they come."""

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
"""Bytes of status line and headers; the hosts we ask send less than one kilobyte."""


class LimitedProtocol(_LenientHTTP11ClientProtocol):
    """Gives up a connection whose answer does not come to its body."""

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
    """Builds such protocols."""

    def buildProtocol(self, addr: IAddress | None) -> LimitedProtocol:
        return LimitedProtocol(self._quiescentCallback)  # type: ignore[no-untyped-call]


class LimitedHttpHandler(HTTP11DownloadHandler):
    """The download handler of http and https."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool._factory = LimitedFactory
