"""Checks of the settings: hosts are set, all values are valid, and no safeguard is switched off."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from shlex import quote

from scrapy.settings import BaseSettings

from finews_crawler.config.given import ENVIRONMENT_ONLY
from finews_crawler.config.host_hints import set_one_host
from finews_crawler.config.imports import check_imports
from finews_crawler.config.load import check_configuration, check_proxies
from finews_crawler.config.model import HOST_SETTINGS
from finews_crawler.config.scrapys_settings import check_no_job
from finews_crawler.config.settings_file import FILE_NAME, FILE_SETTING, secrets_in, settings_file
from finews_crawler.config.urls import http_url
from finews_crawler.config.values import non_negative_number, read
from finews_crawler.exceptions import ArgumentError, UsageError
from finews_crawler.operate.doctor.check import CheckResult, ok, warn
from finews_crawler.operate.doctor.host_checks import root_of
from finews_crawler.sources import CHANNELS, hosts_of_articles, hosts_of_polled_channels
from finews_crawler.warc.replay.files import check_replay

REST = "settings"
ARTICLES, LISTS = "articles", "channels"
MAX_CHANNELS = 8
"""Channels that a line names."""
SAFEGUARDS = {
    "ROBOTSTXT_OBEY": (True, "the sites have not agreed to be crawled"),
    "DOWNLOAD_VERIFY_CERTIFICATES": (True, "a machine in the middle could write the archive"),
    "REMOTE_CONTROL_ENABLED": (False, "a local server would execute code"),
    "TELNETCONSOLE_ENABLED": (False, "a local server would execute code"),
}
NO_CONTACT = "not set; set it to an e-mail address or URL so that site operators can contact you"


def check_settings(settings: BaseSettings) -> Iterator[CheckResult]:
    """Yield a result for each host, the contact, each safeguard that is off, and all other settings together."""
    yield from check_settings_file()
    for name in HOST_SETTINGS:
        yield check_host_setting(name, settings[name])
    yield from check_hosts_set({name: settings[name] for name in HOST_SETTINGS})
    yield ok("FINEWS_CONTACT", settings["FINEWS_CONTACT"] or NO_CONTACT)
    yield from check_safeguards(settings)
    yield check_rest(settings)


def check_settings_file() -> Iterator[CheckResult]:
    """Name the file of the settings, if there is one. Other users must not read secrets, nor write settings."""
    try:
        file = settings_file(os.environ)
        named = {name: os.environ.get(name, "") for name in sorted(ENVIRONMENT_ONLY - {FILE_SETTING})}
        secrets = {name: Path(text) for name, text in named.items() if text} | (secrets_in(file) if file else {})
        modes = {path: path.stat().st_mode for path in {*secrets.values(), *([file] if file else [])}}
    except (UsageError, OSError):
        return  # the line of all settings says so
    if file:
        yield ok(FILE_NAME, str(file))
    for path, mode in sorted(modes.items()):
        if mode & (stat.S_IWGRP | stat.S_IWOTH):
            yield warn(FILE_NAME, f"{path} can be written by other users", f"chmod go-w {quote(str(path))}")
    for name, path in secrets.items():
        if modes[path] & (stat.S_IRGRP | stat.S_IROTH):
            yield warn(FILE_NAME, f"{path} has {name}, and can be read by other users", f"chmod 600 {quote(str(path))}")


def check_host_setting(name: str, url: str) -> CheckResult:
    """Check that a setting has the URL of a host, or is empty; user name and password are not shown.

    >>> check_host_setting("FINEWS_MARKET_URL", "").text
    'not set: crawls do not poll market:37, market:38, market:39'
    >>> check_host_setting("FINEWS_SHARE_URL", "finews.zning.xyz").is_ok
    False
    """
    if not url:
        channels = [channel.name for channel in CHANNELS.values() if channel.host_setting == name]
        return ok(name, f"not set: crawls do not {f'poll {list_of(channels)}' if channels else 'use this host'}")
    try:
        read(name, url, http_url)
    except ArgumentError as error:
        return warn(name, str(error).removeprefix(f"{name} "), f"export {name}=http://HOST")
    return ok(name, root_of(url))


def list_of(channels: Sequence[str]) -> str:
    more = len(channels) - MAX_CHANNELS
    return ", ".join(channels[:MAX_CHANNELS]) + (f" and {more} more" if more > 0 else "")


def check_hosts_set(hosts: Mapping[str, str]) -> Iterator[CheckResult]:
    """Warn if no host is set for articles, or none for the channels of a run. Each single host is optional.

    >>> [result.text for result in check_hosts_set({"FINEWS_COLUMNS_URL": "http://a"})][0][:57]
    'no host of articles is set: unset FINEWS_ARTICLE_URL or F'
    """
    for name, what, settings in (
        (ARTICLES, "no host of articles is set", hosts_of_articles()),
        (LISTS, "no channel that is polled by default has a host", hosts_of_polled_channels()),
    ):
        if not any(hosts.get(setting) for setting in settings):
            yield warn(name, what, set_one_host(settings))


def check_safeguards(settings: BaseSettings) -> Iterator[CheckResult]:
    """Yield a result for each safeguard that is not as this package sets it."""
    for name, (is_wanted, why) in SAFEGUARDS.items():
        try:
            is_on = settings.getbool(name)
        except ValueError:
            yield warn(name, f"must be 1 or 0, got {settings[name]!r}", "leave it unset")
            continue
        if is_on is not is_wanted:
            state, wanted = ("off", "on") if is_wanted else ("on", "off")
            yield warn(name, f"{state}, and {why}", f"leave it {wanted}")


def check_rest(settings: BaseSettings) -> CheckResult:
    """Check that all settings are valid, as a crawl does before its first request."""
    try:
        check_proxies()
        check_no_job(settings)
        check_imports(settings)
        config = check_configuration(settings)
        if config.replay:
            check_replay(config.replay)
        for name in ("DOWNLOAD_TIMEOUT", "CLOSESPIDER_TIMEOUT"):  # the checks themselves read them
            read(name, str(settings[name]), non_negative_number("seconds"))
    except UsageError as error:
        return warn(REST, str(error), "fix it; hosts and data are checked after that")
    return ok(REST, "all settings are valid")
