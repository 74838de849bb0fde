"""robots.txt by RFC 9309: applied to every request, with one report for each host of what it forbids.

Scrapy's own middleware takes every error for "everything is allowed", reads the body of an error page as rules, and
does not apply Crawl-delay. In Scrapy 2.19 all requests that wait for a robots.txt also await one Deferred, whose result
the first of them consumes: the third and later ones are let through. Here they wait for each other.
"""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections import defaultdict
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scrapy.exceptions import NotConfigured

from finews_crawler.config.load import config_of
from finews_crawler.content.decoding import one_line
from finews_crawler.exceptions import RobotsUnreadable
from finews_crawler.politeness.host_state import HostRegistry
from finews_crawler.politeness.robots_fetch import COPY_IS_VALID_FOR, DONT_OBEY, RobotsFetcher
from finews_crawler.politeness.robots_rules import RobotsRules
from finews_crawler.requests import ForbiddenByRobots
from finews_crawler.sources import SURFACES
from finews_crawler.sources.source import ArticleSurface, ListSurface
from finews_crawler.stats import FailureReason, count_failure
from finews_crawler.utils.crawler import CrawlerComponent, extension_of
from finews_crawler.utils.origins import netloc_of

if TYPE_CHECKING:
    from collections.abc import Collection, Coroutine
    from typing import Any

    from scrapy import Request
    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)
PLACEHOLDER = re.compile(r"\{\w+\}")


class RobotsTxt(CrawlerComponent):
    """Downloader middleware that stops what robots.txt forbids, and requests nothing from a host without a readable
    one."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        if not crawler.settings.getbool("ROBOTSTXT_OBEY"):
            raise NotConfigured
        self.hosts = extension_of(crawler, HostRegistry)
        self.fetcher = RobotsFetcher(crawler)
        self.user_agent: str = crawler.settings["ROBOTSTXT_USER_AGENT"] or crawler.settings["USER_AGENT"]
        self.longest_wait = config_of(crawler.settings).longest_wait
        self.locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self.rules: dict[str, RobotsRules] = {}
        self.read_at: dict[str, float] = {}
        self.reported: set[str] = set()

    def spider_closed(self) -> None:
        self.fetcher.keep_copies()

    def process_request(self, request: Request) -> Coroutine[Any, Any, None] | None:
        if request.meta.get(DONT_OBEY):
            return None
        netloc = netloc_of(request.url)
        if not self.is_current(netloc) or self.locks[netloc].locked():
            return self.wait_for_rules(request, netloc)
        self.check(request, netloc)
        return None

    async def wait_for_rules(self, request: Request, netloc: str) -> None:
        async with self.locks[netloc]:
            self.hosts.check_open(request)
            if not self.is_current(netloc):
                await self.read_rules(request, netloc)
        self.check(request, netloc)

    def is_current(self, netloc: str) -> bool:
        """Return True if the rules of a host are known, and not a day old."""
        return netloc in self.rules and time.monotonic() <= self.read_at[netloc] + COPY_IS_VALID_FOR.total_seconds()

    def check(self, request: Request, netloc: str) -> None:
        """Raise HostClosed or ForbiddenByRobots for a request that must not be sent."""
        self.hosts.check_open(request)
        rules = self.rules[netloc]
        if not rules.allows(request.url):
            self.crawler.stats.inc_value("robotstxt/forbidden")
            self.report(rules, request.url, netloc)
            raise ForbiddenByRobots("forbidden by robots.txt")

    async def read_rules(self, request: Request, netloc: str) -> None:
        """Read the robots.txt of a host and apply its delay; close a host whose robots.txt cannot be read."""
        try:
            rules = RobotsRules(await self.fetcher.fetch(request.url), self.user_agent)
        except RobotsUnreadable as error:
            host = self.hosts.of(request.url)
            if error.is_silent:
                self.hosts.close_unreachable(host, str(error), is_silent=True)
            else:
                why = f"has a robots.txt that cannot be read, and so allows nothing ({error})"
                self.hosts.close(host, FailureReason.FORBIDDEN, why)
            return
        self.rules[netloc], self.read_at[netloc] = rules, time.monotonic()
        self.apply_delay(request, rules.delay)

    def report(self, rules: RobotsRules, url: str, netloc: str) -> None:
        """Log and count once what the robots.txt of a host forbids, however many requests that concerns."""
        if netloc in self.reported:
            return
        self.reported.add(netloc)
        count_failure(self.crawler.stats, FailureReason.FORBIDDEN)
        root = url[: url.index(netloc) + len(netloc)]
        surfaces = surfaces_of(self.hosts.settings_of(netloc))
        forbidden = [one for one in surfaces if not rules.allows(root + example(one.path))]
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
