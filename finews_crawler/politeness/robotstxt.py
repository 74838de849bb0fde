"""robots.txt with its Crawl-delay and Request-rate, which Scrapy parses and does not apply.

In Scrapy 2.19 all requests that wait for a robots.txt await one Deferred, whose result the first of them consumes: the
third and later ones get None, which means "allowed". Here a lock per host makes them wait for each other.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from protego import Protego
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.robotstxt import ProtegoRobotParser

from finews_crawler.config.load import config_of
from finews_crawler.politeness.host_state import HostRegistry
from finews_crawler.stats import FailureReason
from finews_crawler.utils.crawler import extension_of

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.robotstxt import RobotParser


class RobotsTxt(RobotsTxtMiddleware):
    """Scrapy's middleware, entered by one request per host at a time."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self.hosts = extension_of(crawler, HostRegistry)
        self.user_agent: str = crawler.settings["ROBOTSTXT_USER_AGENT"] or crawler.settings["USER_AGENT"]
        self.longest_wait = config_of(crawler.settings).longest_wait
        self.delays_applied: set[str] = set()

    async def robot_parser(self, request: Request) -> RobotParser | None:
        netloc = urlsplit(request.url).netloc
        async with self.locks[netloc]:
            parser = await super().robot_parser(request)
            if netloc not in self.delays_applied:
                self.delays_applied.add(netloc)
                if isinstance(parser, ProtegoRobotParser):
                    self.apply_delay(request, seconds_between(parser.rp, self.user_agent))
        self.hosts.check_open(request.url)
        return parser

    def apply_delay(self, request: Request, delay: float) -> None:
        """Apply a delay of robots.txt; close a host whose delay is too long."""
        if delay > self.longest_wait:
            why = f"requires {delay:g} s between requests (robots.txt), longer than FINEWS_LONGEST_WAIT"
            self.hosts.close(self.hosts.of(request.url), FailureReason.BLOCKED, why)
        elif delay > 0:
            self.hosts.paces.slow_down(request, delay)


def seconds_between(rules: Protego, user_agent: str) -> float:
    """Return the delay that Crawl-delay and Request-rate set, in seconds; 0 without both.

    >>> seconds_between(Protego.parse("User-agent: *\\nCrawl-delay: 2"), "finews_crawler/0.1")
    2.0
    >>> seconds_between(Protego.parse("User-agent: *\\nRequest-rate: 1/10"), "finews_crawler/0.1")
    10.0
    """
    rate = rules.request_rate(user_agent)
    per_request = rate.seconds / rate.requests if rate and rate.requests else 0
    return float(max(rules.crawl_delay(user_agent) or 0, per_request))
