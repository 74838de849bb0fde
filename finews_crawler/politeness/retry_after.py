"""A host that says it has too much to do is left in peace for a while, and asked more slowly afterwards.

Scrapy repeats a request that was answered with 429 or 503 at once; here its host's whole slot is held back, for as long
as Retry-After says, or longer each time. What waits in the slot waits too.
"""

from __future__ import annotations

import random
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from finews_crawler.politeness.download_errors import TOO_MUCH_TO_DO, is_distrusted
from finews_crawler.politeness.host_state import HostRegistry
from finews_crawler.stats import FailureReason
from finews_crawler.utils import clock
from finews_crawler.utils.crawler import extension_of

if TYPE_CHECKING:
    from typing import Self

    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response


def retry_after(header: str, now: datetime) -> float | None:
    """The seconds that a server asks to wait, from *now*; None for a header that says nothing that can be meant.

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
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):  # TypeError: Python 3.10, for what is no date at all
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (aware - now).total_seconds())


TOO_MANY, UNAVAILABLE = 429, 503
SERVER_ERRORS = range(500, 600)
JITTER = 0.5
"""A wait is up to half as long again, so that several crawlers do not come back at the same moment."""
DOUBLINGS = 10
SLOWEST = 10
"""A host that refuses again and again is asked once in so many first waits: ten seconds."""


class RetryAfterMiddleware:
    """Holds hosts back, and slows them down."""

    live_only = True  # a replay leaves it out: there is no host to spare

    def __init__(self, crawler: Crawler, hosts: HostRegistry) -> None:
        self.hosts = hosts
        self.first_wait = crawler.settings.getfloat("FINEWS_BACKOFF_SECONDS")
        self.longest_wait = crawler.settings.getfloat("FINEWS_LONGEST_WAIT")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler, extension_of(crawler, HostRegistry))

    def process_response(self, request: Request, response: Response) -> Response:
        if response.status == TOO_MANY or response.status in SERVER_ERRORS:
            self.refused(request, response)
        elif "cached" not in response.flags:
            self.hosts.of(request.url).refusals_in_a_row = 0
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        may_be_busy = isinstance(exception, TOO_MUCH_TO_DO) and not is_distrusted(exception)
        if may_be_busy and not self.hosts.is_paused(request):
            self.hosts.pause(request, self.next_wait(request), "broke off")

    def refused(self, request: Request, response: Response) -> None:
        status, header = response.status, response.headers.get("Retry-After")
        asked = retry_after(header.decode("latin-1"), clock.now()) if header else None
        if asked is not None and asked > self.longest_wait:
            fault = FailureReason.BLOCKED if status == TOO_MANY else FailureReason.UNREACHABLE
            limit = f"longer than FINEWS_LONGEST_WAIT={self.longest_wait:g}"
            self.hosts.close(self.hosts.of(request.url), fault, f"asks to wait {asked:.0f} s, {limit}")
            return
        if self.hosts.is_paused(request):
            # It was under way when another was refused: no reason to wait twice as long again.
            wait = asked or 0
        else:
            wait = asked or self.next_wait(request)
            if status in (TOO_MANY, UNAVAILABLE):
                # At most half as fast as until now, for the rest of the run.
                slower = max(2 * self.hosts.delay_of(request), self.first_wait)
                self.hosts.slow_down(request, min(slower, SLOWEST * self.first_wait))
        self.hosts.pause(request, wait, f"answered {status}")

    def next_wait(self, request: Request) -> float:
        """Twice as long for each refusal in a row."""
        host = self.hosts.of(request.url)
        wait: float = self.first_wait * 2 ** min(host.refusals_in_a_row, DOUBLINGS)
        host.refusals_in_a_row += 1
        return min(wait, self.longest_wait) * random.uniform(1, 1 + JITTER)  # noqa: S311 (no secret)
