"""Back-off: a host that responds with 429 or a server error is paused, and gets requests more slowly afterwards.

Scrapy retries at once. Here the host's whole downloader slot is paused, with its queued requests and the other hosts of
its source, for as long as Retry-After requires, or twice as long each time.
"""

from __future__ import annotations

import random
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from finews_crawler.config.load import config_of
from finews_crawler.politeness.download_errors import OVERLOAD, is_distrusted
from finews_crawler.politeness.host_state import HostRegistry
from finews_crawler.stats import FailureReason
from finews_crawler.utils import clock
from finews_crawler.utils.crawler import CrawlerComponent, extension_of

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response


def retry_after(header: str, now: datetime) -> float | None:
    """Return the seconds to wait from *now*, or None for an invalid header. Source: RFC 9110, 10.2.3.

    >>> now = datetime(2022, 5, 18, 8, 0, 0, tzinfo=UTC)
    >>> retry_after("120", now), retry_after("Wed, 18 May 2022 08:00:05 GMT", now), retry_after("soon", now)
    (120.0, 5.0, None)
    >>> retry_after("Wed, 18 May 2022 07:00:00 GMT", now)
    0.0
    """
    text = header.strip()
    if text.isascii() and text.isdigit():
        return float(text[:10])
    try:
        time = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    aware = time if time.tzinfo else time.replace(tzinfo=UTC)
    return max(0.0, (aware - now).total_seconds())


TOO_MANY, UNAVAILABLE = 429, 503
SERVER_ERRORS = range(500, 600)
JITTER = 0.5
"""A pause is up to half as long again, so that several crawlers do not come back at the same time."""
DOUBLINGS = 10
SLOWEST = 10
"""Multiple of the first wait: the longest delay between requests to a host that keeps refusing, ten seconds."""


class RetryAfterMiddleware(CrawlerComponent):
    """Pauses overloaded hosts and slows down the requests to them."""

    live_only = True  # a replay leaves it out: it sends no requests

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.hosts = extension_of(crawler, HostRegistry)
        self.first_wait = config_of(crawler.settings).backoff_seconds
        self.longest_wait = config_of(crawler.settings).longest_wait

    def process_response(self, request: Request, response: Response) -> Response:
        if response.status == TOO_MANY or response.status in SERVER_ERRORS:
            self.refused(request, response)
        elif "cached" not in response.flags:
            self.hosts.of(request.url).refusals_in_a_row = 0
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        may_be_busy = isinstance(exception, OVERLOAD) and not is_distrusted(exception)
        if may_be_busy and not self.hosts.paces.is_paused(request):
            self.hosts.pause(request, self.next_wait(request), "broke off a response")

    def refused(self, request: Request, response: Response) -> None:
        status, header = response.status, response.headers.get("Retry-After")
        required = retry_after(header.decode("latin-1"), clock.now()) if header else None
        if required is not None and required > self.longest_wait:
            fault = FailureReason.BLOCKED if status == TOO_MANY else FailureReason.UNREACHABLE
            limit = f"longer than FINEWS_LONGEST_WAIT={self.longest_wait:g}"
            self.hosts.close(self.hosts.of(request.url), fault, f"requires a wait of {required:.0f} s, {limit}")
            return
        if self.hosts.paces.is_paused(request):
            # Sent before the pause began: no reason to double the wait again.
            wait = required or 0
        else:
            wait = required or self.next_wait(request)
            if status in (TOO_MANY, UNAVAILABLE):
                # At most half the rate until now, for the rest of the run.
                slower = max(2 * self.hosts.paces.delay_of(request), self.first_wait)
                self.hosts.paces.slow_down(request, min(slower, SLOWEST * self.first_wait))
        self.hosts.pause(request, wait, f"responded with {status}")

    def next_wait(self, request: Request) -> float:
        """Return the next wait in seconds: doubled with each refusal in a row, plus jitter."""
        host = self.hosts.of(request.url)
        wait: float = self.first_wait * 2 ** min(host.refusals_in_a_row, DOUBLINGS)
        host.refusals_in_a_row += 1
        return min(wait, self.longest_wait) * random.uniform(1, 1 + JITTER)  # noqa: S311 (no secret)
