"""robots.txt with its Crawl-delay and Request-rate, which Scrapy parses and does not apply, and one report per host.

In Scrapy 2.19 all requests that wait for a robots.txt await one Deferred, whose result the first of them consumes: the
third and later ones get None, which means "allowed". Here a lock per host makes them wait for each other.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections import defaultdict
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from protego import Protego
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.robotstxt import ProtegoRobotParser

from finews_crawler.config.load import config_of
from finews_crawler.content.decoding import one_line
from finews_crawler.politeness.host_state import HostRegistry
from finews_crawler.requests import ForbiddenByRobots
from finews_crawler.sources import SURFACES
from finews_crawler.sources.source import ArticleSurface, ListSurface
from finews_crawler.stats import FailureReason, count_failure
from finews_crawler.utils.crawler import extension_of

if TYPE_CHECKING:
    from collections.abc import Collection

    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.robotstxt import RobotParser

logger = logging.getLogger(__name__)
PLACEHOLDER = re.compile(r"\{\w+\}")


class RobotsTxt(RobotsTxtMiddleware):
    """Scrapy's middleware, entered by one request per host at a time."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self.hosts = extension_of(crawler, HostRegistry)
        self.user_agent: str = crawler.settings["ROBOTSTXT_USER_AGENT"] or crawler.settings["USER_AGENT"]
        self.longest_wait = config_of(crawler.settings).longest_wait
        self.delays_applied: set[str] = set()
        self.reported: set[str] = set()

    async def robot_parser(self, request: Request) -> RobotParser | None:
        netloc = urlsplit(request.url).netloc
        async with self.locks[netloc]:
            parser = await super().robot_parser(request)
            if netloc not in self.delays_applied:
                self.delays_applied.add(netloc)
                if isinstance(parser, ProtegoRobotParser):
                    self.apply_delay(request, seconds_between(parser.rp, self.user_agent))
        self.hosts.check_open(request)
        return parser

    def process_request_2(self, rp: RobotParser | None, request: Request) -> None:
        try:
            super().process_request_2(rp, request)
        except IgnoreRequest:
            netloc = urlsplit(request.url).netloc
            if rp is not None and netloc not in self.reported:
                self.reported.add(netloc)
                self.report(rp, request.url, netloc)
            raise ForbiddenByRobots("forbidden by robots.txt") from None

    def report(self, parser: RobotParser, url: str, netloc: str) -> None:
        """Log and count once what the robots.txt of a host forbids, however many requests that concerns."""
        count_failure(self.crawler.stats, FailureReason.FORBIDDEN)
        root = url[: url.index(netloc) + len(netloc)]
        surfaces = surfaces_of(self.hosts.settings_of(netloc))
        forbidden = [one for one in surfaces if not parser.allowed(root + example(one.path), self.user_agent)]
        paths = dict.fromkeys(urlsplit(path).path for path in [surface.path for surface in forbidden] or [url])
        settings = " and ".join(dict.fromkeys(surface.host_setting for surface in forbidden))
        hint = "contact its owner" + (f", or set {settings} to another host, or to '' for none" if settings else "")
        message = "%s: robots.txt of %s forbids %s to this User-Agent; no such requests are sent: %s"
        logger.error(message, FailureReason.FORBIDDEN.value, netloc, one_line(", ".join(paths)), hint)

    def apply_delay(self, request: Request, delay: float) -> None:
        """Apply a delay of robots.txt; close a host whose delay is too long."""
        if delay > self.longest_wait:
            why = f"requires {delay:g} s between requests (robots.txt), longer than FINEWS_LONGEST_WAIT"
            self.hosts.close(self.hosts.of(request.url), FailureReason.BLOCKED, why)
        elif delay > 0:
            self.hosts.paces.slow_down(request, delay)


def surfaces_of(settings: Collection[str]) -> list[ListSurface | ArticleSurface]:
    """Return the lists and articles whose host one of *settings* names."""
    surfaces = (surface for surface in SURFACES.values() if surface.host_setting in settings)
    return [surface for surface in surfaces if isinstance(surface, (ListSurface, ArticleSurface))]


def example(path: str) -> str:
    """Return a path of a template.

    >>> example("/kuaixun/v2/api/article/{info_code}?guid=1")
    '/kuaixun/v2/api/article/1?guid=1'
    """
    return PLACEHOLDER.sub("1", path)


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
