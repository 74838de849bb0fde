"""All checks, in the order in which they are told."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import datetime, timedelta

from scrapy.settings import BaseSettings

from finews_crawler.config.model import HOST_SETTINGS, alert_config, data_directory, user_agent
from finews_crawler.operate.doctor.archive_checks import check_alarms, check_last_run, check_lock
from finews_crawler.operate.doctor.check import CheckResult
from finews_crawler.operate.doctor.environment_checks import check_disk, check_site_tools, check_versions
from finews_crawler.operate.doctor.host_checks import NamedHost, check_clock, judge_host, judge_robots, named_hosts
from finews_crawler.operate.doctor.robots_fetch import Answer, JudgedResolver, fetch_robots
from finews_crawler.operate.doctor.settings_checks import REST, check_settings
from finews_crawler.politeness.allowlist import Allowlist

LONGEST_SECONDS = 10.0
"""A host that takes longer for its robots.txt is not well; DOWNLOAD_TIMEOUT can make it less."""


def run_checks(settings: BaseSettings, now: datetime, *, is_offline: bool = False) -> Iterator[CheckResult]:
    """The lines. Where the settings cannot be meant, what depends on them is left out."""
    yield from check_versions()
    about_settings = list(check_settings(settings))
    yield from about_settings
    if any(line.name == REST and not line.is_ok for line in about_settings):
        return
    if not is_offline:
        yield from check_hosts(settings, now)
    yield from check_data(settings, now)


def check_hosts(settings: BaseSettings, now: datetime) -> Iterator[CheckResult]:
    """The lines of the hosts and of what their answers say."""
    hosts = named_hosts({name: settings[name] for name in HOST_SETTINGS})
    answers = ask(hosts, settings)
    agent, longest_wait = user_agent(settings), settings.getfloat("FINEWS_LONGEST_WAIT")
    for host, answer in zip(hosts, answers, strict=True):
        line = judge_host(host, answer)
        yield line
        if line.is_ok:
            yield judge_robots(host, answer, settings["ROBOTSTXT_USER_AGENT"] or agent, longest_wait)
    yield check_clock(answers, now)


def ask(hosts: list[NamedHost], settings: BaseSettings) -> list[Answer]:
    seconds = min(settings.getfloat("DOWNLOAD_TIMEOUT") or LONGEST_SECONDS, LONGEST_SECONDS)
    resolver = JudgedResolver(Allowlist.by_settings(settings))
    return asyncio.run(fetch_robots([host.robots_url for host in hosts], user_agent(settings), seconds, resolver))


def check_data(settings: BaseSettings, now: datetime) -> Iterator[CheckResult]:
    """The lines of the data directory and of the site in it."""
    directory = data_directory(settings)
    options = alert_config(settings)
    yield from check_disk(directory, options.disk_free_mb)
    longest_run = timedelta(seconds=settings.getfloat("CLOSESPIDER_TIMEOUT"))
    line, holder = check_lock(directory.lock, now, longest_run)
    yield line
    yield check_last_run(directory, now, holder)
    yield from check_alarms(directory, options)
    yield from check_site_tools(directory.site)
