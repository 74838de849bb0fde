"""All checks, in the order of the report."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from scrapy.settings import BaseSettings

from finews_crawler.config.load import config_of
from finews_crawler.config.urls import host_of
from finews_crawler.operate.doctor.archive_checks import check_alarms, check_last_run, check_lock
from finews_crawler.operate.doctor.check import CheckResult
from finews_crawler.operate.doctor.environment_checks import check_disk, check_site_tools, check_versions
from finews_crawler.operate.doctor.host_checks import (
    CheckedHost,
    check_clock,
    check_host,
    check_robots,
    hosts_to_check,
    read_rules,
    root_of,
)
from finews_crawler.operate.doctor.robots_fetch import AllowlistResolver, RobotsResponse, fetch
from finews_crawler.operate.doctor.settings_checks import REST, check_settings
from finews_crawler.operate.doctor.surface_checks import Fetch, Pace, check_surfaces
from finews_crawler.politeness.allowlist import Allowlist
from finews_crawler.politeness.robotstxt import seconds_between

MAX_SECONDS = 10.0
"""Time limit for a response; a smaller DOWNLOAD_TIMEOUT applies instead."""
LONGEST_PAUSE = 30.0
"""Seconds between two requests; the surfaces of a host that demands more are not checked. Its robots line says so."""
Robots = list[tuple[CheckedHost, RobotsResponse]]
"""The hosts with their robots.txt."""


def run_checks(settings: BaseSettings, now: datetime, *, is_offline: bool = False) -> Iterator[CheckResult]:
    """Run all checks. With invalid settings, the checks that depend on them are skipped."""
    yield from check_versions()
    of_settings = list(check_settings(settings))
    yield from of_settings
    if any(result.name == REST and not result.is_ok for result in of_settings):
        return
    if not is_offline:
        client = Client(settings)
        robots = client.read_robots()
        yield from check_hosts(settings, robots, now)
        yield from check_surfaces(surface_hosts(settings), client.by_robots(robots))
    yield from check_data(settings, now)


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

    def fetch(self, *urls: str, max_bytes: int | None = None) -> list[RobotsResponse]:
        resolver = AllowlistResolver(Allowlist.by_settings(self.settings))
        return asyncio.run(fetch(urls, self.agent, self.seconds, resolver, max_bytes))

    def by_robots(self, robots: Robots) -> Fetch:
        """Return a function that fetches what robots.txt allows, at the pace that it demands."""
        rules = {host.root: read_rules(response) for host, response in robots if check_host(host, response).is_ok}
        delays = {
            root: max(self.delay_of(root), seconds_between(each, self.robots_agent)) for root, each in rules.items()
        }
        pace = Pace()

        def fetch_allowed(url: str) -> RobotsResponse | None:
            root = root_of(url)
            is_allowed = root in rules and rules[root].can_fetch(url, self.robots_agent)
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


def surface_hosts(settings: BaseSettings) -> dict[str, str]:
    """Return the URLs of all hosts by setting, without user names and passwords; '' for one that is not valid."""
    hosts = config_of(settings).hosts
    return {name: root_of(url) + urlsplit(url).path if host_of(url) else "" for name, url in hosts.items()}


def check_hosts(settings: BaseSettings, robots: Robots, now: datetime) -> Iterator[CheckResult]:
    """Check the hosts, their robots.txt, and this machine's clock against theirs."""
    client = Client(settings)
    for host, response in robots:
        result = check_host(host, response)
        yield result
        if result.is_ok:
            yield check_robots(host, response, client.robots_agent, client.config.longest_wait)
    yield check_clock([response for _, response in robots], now)


def check_data(settings: BaseSettings, now: datetime) -> Iterator[CheckResult]:
    """Check the data directory and the site in it."""
    config = config_of(settings)
    directory = config.data_directory
    yield from check_disk(directory, config.disk_free_mb)
    longest_run = timedelta(seconds=settings.getfloat("CLOSESPIDER_TIMEOUT"))
    result, holder = check_lock(directory.lock, now, longest_run)
    yield result
    yield check_last_run(directory, now, holder)
    yield from check_alarms(directory, config)
    yield from check_site_tools(directory.site)
