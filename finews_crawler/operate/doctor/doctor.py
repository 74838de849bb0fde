"""All checks, in the order of the report."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from scrapy.settings import BaseSettings

from finews_crawler.config.load import config_of
from finews_crawler.config.urls import host_of
from finews_crawler.operate.doctor.archive_checks import check_alarms, check_last_run, check_lock
from finews_crawler.operate.doctor.check import CheckResult
from finews_crawler.operate.doctor.client import Client, Robots
from finews_crawler.operate.doctor.cluster_checks import check_cluster
from finews_crawler.operate.doctor.environment_checks import check_disk, check_jekyll, check_versions
from finews_crawler.operate.doctor.host_checks import check_clock, check_host, check_robots, root_of
from finews_crawler.operate.doctor.settings_checks import REST, check_settings
from finews_crawler.operate.doctor.surface_checks import check_surfaces


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
        yield from check_hosts(client, robots, now)
        yield from check_surfaces(surface_hosts(settings), client.by_robots(robots))
        yield from check_cluster(config_of(settings))
    yield from check_data(settings, now)


def surface_hosts(settings: BaseSettings) -> dict[str, str]:
    """Return the URLs of all hosts by setting, without user names and passwords; '' for one that is not valid."""
    hosts = config_of(settings).hosts
    return {name: root_of(url) + urlsplit(url).path if host_of(url) else "" for name, url in hosts.items()}


def check_hosts(client: Client, robots: Robots, now: datetime) -> Iterator[CheckResult]:
    """Check the hosts, their robots.txt, and this machine's clock against theirs."""
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
    yield check_jekyll(directory.site)
