"""Closes unreachable hosts: otherwise each article would be requested three times from a host that is down."""

from __future__ import annotations

from typing import TYPE_CHECKING

from finews_crawler.politeness.download_errors import BROKEN_OFF, describe_host_failure
from finews_crawler.politeness.host_state import HostRegistry
from finews_crawler.utils.crawler import CrawlerComponent, extension_of

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

BROKEN = "its responses break off or are too large"
FAILURES_IN_A_ROW = 6
"""Two requests, each with its retries."""
FIRST_SERVER_ERROR = 500


class UnreachableHost(CrawlerComponent):
    """Closes a host after FAILURES_IN_A_ROW requests without a response or with a server error."""

    live_only = True  # a replay leaves it out: a recorded failure is final

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.hosts = extension_of(crawler, HostRegistry)

    def process_response(self, request: Request, response: Response) -> Response:
        if response.status >= FIRST_SERVER_ERROR:
            self.failed(request, f"HTTP status {response.status}", is_silent=False)
        else:
            self.hosts.of(request.url).failures_in_a_row = 0
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        unreachable = describe_host_failure(exception)
        if unreachable or isinstance(exception, BROKEN_OFF):
            self.failed(request, unreachable or BROKEN, is_silent=unreachable is not None)

    def failed(self, request: Request, text: str, *, is_silent: bool) -> None:
        host = self.hosts.of(request.url)
        host.failures_in_a_row += 1
        if host.failures_in_a_row >= FAILURES_IN_A_ROW:
            self.hosts.close_unreachable(host, text, is_silent=is_silent)
