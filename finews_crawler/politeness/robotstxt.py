"""robots.txt, obeyed by every request, its Crawl-delay included, which Scrapy reads and does not apply.

Scrapy 2.19 lets all requests that wait for the first answer await one Deferred, whose result the first of them takes:
the third and later ones get None, which reads as "allowed". Here they wait in line instead.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from protego import Protego
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware

from finews_crawler.politeness.host_state import HostRegistry
from finews_crawler.stats import FailureReason
from finews_crawler.utils.crawler import extension_of

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.robotstxt import RobotParser


class RobotsTxt(RobotsTxtMiddleware):
    """Scrapy's own middleware, asked for one host by one request at a time."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self.hosts = extension_of(crawler, HostRegistry)
        self.longest_wait = crawler.settings.getfloat("FINEWS_LONGEST_WAIT")
        self.paced: set[str] = set()

    async def robot_parser(self, request: Request) -> RobotParser | None:
        netloc = urlsplit(request.url).netloc
        async with self.locks[netloc]:
            parser = await super().robot_parser(request)
            if netloc not in self.paced:
                self.paced.add(netloc)
                self.keep_pace(request, getattr(parser, "rp", None))
        self.hosts.check_open(request.url)
        return parser

    def keep_pace(self, request: Request, rules: object) -> None:
        """Let the host be asked as seldom as its robots.txt says, for our own name or for all."""
        if not isinstance(rules, Protego):
            return
        delay = seconds_between(rules, self._robotstxt_useragent or self._default_useragent)
        if delay > self.longest_wait:
            why = f"asks for {delay:g} s between requests in robots.txt, longer than FINEWS_LONGEST_WAIT"
            self.hosts.close(self.hosts.of(request.url), FailureReason.BLOCKED, why)
        elif delay > 0:
            self.hosts.slow_down(request, delay)


def seconds_between(rules: Protego, user_agent: str) -> float:
    """What Crawl-delay and Request-rate ask for; 0 for neither.

    >>> seconds_between(Protego.parse("User-agent: *\\nCrawl-delay: 2"), "finews_crawler/0.1")
    2.0
    >>> seconds_between(Protego.parse("User-agent: *\\nRequest-rate: 1/10"), "finews_crawler/0.1")
    10.0
    """
    rate = rules.request_rate(user_agent)
    per_request = rate.seconds / rate.requests if rate and rate.requests else 0
    return float(max(rules.crawl_delay(user_agent) or 0, per_request))
