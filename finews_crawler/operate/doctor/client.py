"""Requests of the checks as a crawl would send them: its User-Agent, allowed hosts, robots.txt and pace."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from urllib.parse import urlsplit

from scrapy.settings import BaseSettings

from finews_crawler.config.load import config_of
from finews_crawler.operate.doctor.host_checks import CheckedHost, check_host, hosts_to_check, read_rules, root_of
from finews_crawler.operate.doctor.http_client import HttpResponse, fetch
from finews_crawler.operate.doctor.surface_checks import Fetch
from finews_crawler.politeness.allowlist import Allowlist
from finews_crawler.politeness.dns_resolver import AllowlistResolver

MAX_SECONDS = 10.0
"""Time limit for a response; a smaller DOWNLOAD_TIMEOUT applies instead."""
LONGEST_PAUSE = 30.0
"""Seconds between two requests; the surfaces of a host that demands more are not checked. Its robots line says so."""
Robots = list[tuple[CheckedHost, HttpResponse]]
"""The hosts with their robots.txt."""


class Client:
    """Sends the requests of the checks: with a crawl's User-Agent, to allowed hosts only, limited in time and size."""

    def __init__(self, settings: BaseSettings) -> None:
        self.settings, self.config = settings, config_of(settings)
        self.agent = self.config.user_agent(settings["USER_AGENT"])
        self.robots_agent: str = settings["ROBOTSTXT_USER_AGENT"] or self.agent
        self.seconds = min(settings.getfloat("DOWNLOAD_TIMEOUT") or MAX_SECONDS, MAX_SECONDS)

    def read_robots(self) -> Robots:
        hosts = hosts_to_check(self.config.hosts)
        return list(zip(hosts, self.fetch(*(host.robots_url for host in hosts)), strict=True))

    def fetch(self, *urls: str, max_bytes: int | None = None) -> list[HttpResponse]:
        # Half of the time: a request that has waited for its name only has another failure than one without a response.
        resolver = AllowlistResolver(Allowlist.by_settings(self.settings), self.seconds / 2)
        return asyncio.run(fetch(urls, self.agent, self.seconds, resolver, max_bytes))

    def by_robots(self, robots: Robots) -> Fetch:
        """Return a function that fetches what robots.txt allows, at the pace that it demands."""
        rules = {
            host.root: read_rules(response, self.robots_agent)
            for host, response in robots
            if check_host(host, response).is_ok
        }
        delays = {root: max(self.delay_of(root), each.delay) for root, each in rules.items()}
        pace = Pace()

        def fetch_allowed(url: str) -> HttpResponse | None:
            root = root_of(url)
            is_allowed = root in rules and rules[root].allows(url)
            if not is_allowed or delays[root] > min(self.config.longest_wait, LONGEST_PAUSE):
                return None
            pace.wait(delays[root])
            (response,) = self.fetch(url, max_bytes=self.settings.getint("DOWNLOAD_MAXSIZE"))
            return response

        return fetch_allowed

    def delay_of(self, root: str) -> float:
        """Return the seconds between two requests to a host that a crawl starts with."""
        slot = self.settings.getdict("DOWNLOAD_SLOTS").get(urlsplit(root).hostname or "", {})
        return float(slot.get("delay", self.settings.getfloat("DOWNLOAD_DELAY")))


class Pace:
    """Waits between two requests, as long as a crawl would; all hosts have one pace, as those of a source have.

    >>> waited, pace = [], Pace(clock=lambda: 10.0, sleep=lambda seconds: waited.append(seconds))
    >>> for seconds in (0.5, 2.0):
    ...     pace.wait(seconds)
    >>> waited
    [2.0]
    """

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self.clock, self.sleep = clock, sleep
        self.last: float | None = None

    def wait(self, seconds: float) -> None:
        """Wait until *seconds* have passed since the last request."""
        left = 0 if self.last is None else self.last + seconds - self.clock()
        if left > 0:
            self.sleep(left)
        self.last = self.clock()
