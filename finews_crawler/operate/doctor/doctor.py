"""All checks, in the order of the report."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import datetime, timedelta

from scrapy.settings import BaseSettings

from finews_crawler.config.load import config_of
from finews_crawler.operate.doctor.archive_checks import check_alarms, check_last_run, check_lock
from finews_crawler.operate.doctor.check import CheckResult
from finews_crawler.operate.doctor.environment_checks import check_disk, check_site_tools, check_versions
from finews_crawler.operate.doctor.host_checks import check_clock, check_host, check_robots, hosts_to_check
from finews_crawler.operate.doctor.robots_fetch import AllowlistResolver, fetch_robots
from finews_crawler.operate.doctor.settings_checks import REST, check_settings
from finews_crawler.politeness.allowlist import Allowlist

MAX_SECONDS = 10.0
"""Time limit for a robots.txt; a smaller DOWNLOAD_TIMEOUT applies instead."""


def run_checks(settings: BaseSettings, now: datetime, *, is_offline: bool = False) -> Iterator[CheckResult]:
    """Run all checks. With invalid settings, the checks that depend on them are skipped."""
    yield from check_versions()
    of_settings = list(check_settings(settings))
    yield from of_settings
    if any(result.name == REST and not result.is_ok for result in of_settings):
        return
    if not is_offline:
        yield from check_hosts(settings, now)
    yield from check_data(settings, now)


def check_hosts(settings: BaseSettings, now: datetime) -> Iterator[CheckResult]:
    """Check the hosts, their robots.txt, and this machine's clock against theirs."""
    config = config_of(settings)
    hosts = hosts_to_check(config.hosts)
    agent = config.user_agent(settings["USER_AGENT"])
    seconds = min(settings.getfloat("DOWNLOAD_TIMEOUT") or MAX_SECONDS, MAX_SECONDS)
    resolver = AllowlistResolver(Allowlist.by_settings(settings))
    responses = asyncio.run(fetch_robots([host.robots_url for host in hosts], agent, seconds, resolver))
    for host, response in zip(hosts, responses, strict=True):
        result = check_host(host, response)
        yield result
        if result.is_ok:
            yield check_robots(host, response, settings["ROBOTSTXT_USER_AGENT"] or agent, config.longest_wait)
    yield check_clock(responses, now)


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
