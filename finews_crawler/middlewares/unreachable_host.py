"""A host that is down is left alone: without this, every article would knock three times on a closed door."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    IgnoreRequest,
)

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.statscollectors import StatsCollector
    from typing_extensions import Self

HOST_FAILURES = {
    DownloadConnectionRefusedError: "connection refused",
    CannotResolveHostError: "the name cannot be resolved",
    DownloadTimeoutError: "no answer in time",
}
FAILURES_IN_A_ROW = 6
"""Two requests, each with its retries."""


class HostUnreachable(IgnoreRequest):
    """The host did not answer so many requests in a row that no more are sent in this run."""


class UnreachableHost:
    """Ends the requests to a host at once when it has not answered for a while."""

    def __init__(self, stats: StatsCollector) -> None:
        self.stats = stats
        self.failures: Counter[str] = Counter()
        self.last: dict[str, str] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler.stats)

    def process_request(self, request: Request) -> None:
        host = urlsplit(request.url).netloc
        if self.failures[host] >= FAILURES_IN_A_ROW:
            self.stats.inc_value("finews/unreachable_host/not_asked")
            raise HostUnreachable(self.last[host])

    def process_response(self, request: Request, response: Response) -> Response:
        self.failures.pop(urlsplit(request.url).netloc, None)
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        text = describe_host_failure(exception)
        if text:
            host = urlsplit(request.url).netloc
            self.failures[host] += 1
            self.last[host] = text


def describe_host_failure(exception: BaseException | None) -> str | None:
    """In what way a host could not be reached; None for every other failure."""
    if isinstance(exception, HostUnreachable):
        return str(exception)
    return next((text for kind, text in HOST_FAILURES.items() if isinstance(exception, kind)), None)
