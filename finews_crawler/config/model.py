"""The project's own settings: their names, what they mean typed, and whether they can be meant."""

from __future__ import annotations

import ipaddress
import math
import sys
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from scrapy.settings import BaseSettings

from finews_crawler.articles.links import PostUrls
from finews_crawler.config.alerting import AlertConfig, read_alert_config
from finews_crawler.config.data_directory import DataDirectory
from finews_crawler.config.log_rotation import LogLimits, read_limits
from finews_crawler.config.warc import check_recording, check_replay
from finews_crawler.exceptions import ConfigurationError
from finews_crawler.sources import HOST_DEFAULTS
from finews_crawler.sources.poll_intervals import EXAMPLE, parse_poll_intervals

HOST_SETTINGS = tuple(HOST_DEFAULTS)
"""The settings that name the hosts a crawl may ask."""
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def data_directory(settings: BaseSettings) -> DataDirectory:
    return DataDirectory(Path(settings["FINEWS_DATA_DIR"]))


def post_urls(settings: BaseSettings) -> PostUrls:
    return PostUrls(
        share_url=settings["FINEWS_POST_SHARE_URL"].rstrip("/"),
        archive_url=settings["FINEWS_POST_ARCHIVE_URL"].rstrip("/"),
    )


def user_agent(settings: BaseSettings) -> str:
    """How a crawl calls itself: the setting's own words, and where whoever runs it can be reached.

    >>> from scrapy.settings import Settings
    >>> user_agent(Settings({"USER_AGENT": "finews_crawler/0.1 (archive)", "FINEWS_CONTACT": "news@example.org"}))
    'finews_crawler/0.1 (archive; news@example.org)'
    """
    name, contact = str(settings["USER_AGENT"]), str(settings["FINEWS_CONTACT"])
    if not contact:
        return name
    return f"{name[:-1]}; {contact})" if name.endswith(")") else f"{name} ({contact})"


def host_of(address: str) -> str | None:
    """The host of an http address; None for anything else.

    >>> host_of("http://127.0.0.1:8000/x"), host_of("ftp://127.0.0.1/"), host_of("http://[bad"), host_of("http://a:99999")
    ('127.0.0.1', None, None, None)
    """
    try:
        parts = urlsplit(address)
        is_http = parts.scheme in ("http", "https") and parts.port != 0
    except ValueError:
        return None
    return parts.hostname if is_http else None


def read_networks(text: str) -> tuple[Network, ...]:
    """The networks of FINEWS_ALLOWED_NETWORKS. Raises ValueError.

    >>> read_networks("192.168.0.0/16, 10.1.2.3")
    (IPv4Network('192.168.0.0/16'), IPv4Network('10.1.2.3/32'))
    """
    return tuple(ipaddress.ip_network(word) for word in text.replace(",", " ").split())


def poll_intervals(settings: BaseSettings) -> dict[str, timedelta]:
    """How long after it was asked each channel is due again; one that is not in it always is.

    Raises ConfigurationError.
    """
    text = settings["FINEWS_CHANNEL_MINUTES"]
    try:
        return parse_poll_intervals(text)
    except ValueError as error:
        example = f"for example: FINEWS_CHANNEL_MINUTES={EXAMPLE}"
        raise ConfigurationError(f"FINEWS_CHANNEL_MINUTES={text!r}: {error}; {example}") from error


def log_limits(settings: BaseSettings) -> LogLimits:
    """How large the log may grow. Raises ConfigurationError."""
    try:
        return read_limits(str(settings["FINEWS_LOG_MAX_MB"]), str(settings["FINEWS_LOG_KEEP"]))
    except ValueError as error:
        raise ConfigurationError(str(error)) from error


def alert_config(settings: BaseSettings) -> AlertConfig:
    """Whom to tell of alarms, and from when on. Raises ConfigurationError."""
    try:
        return read_alert_config(settings)
    except ValueError as error:
        raise ConfigurationError(str(error)) from error


def check_warc(settings: BaseSettings) -> None:
    """Raise ConfigurationError when exchanges cannot be recorded, or replayed, as they are to be."""
    try:
        check_recording(settings["FINEWS_WARC_DIR"])
        check_replay(settings["FINEWS_REPLAY"])
    except ValueError as error:
        raise ConfigurationError(str(error)) from error


def _seconds(settings: BaseSettings, name: str) -> float:
    """The value of a setting in seconds; not a number (``nan``) for what is none."""
    try:
        return settings.getfloat(name)
    except ValueError:
        return math.nan


def check_configuration(settings: BaseSettings) -> None:
    """Raise ConfigurationError for a setting that would spoil the archive, or fail after the crawl."""
    if not settings["FINEWS_DATA_DIR"]:
        raise ConfigurationError("FINEWS_DATA_DIR is empty: name a folder, or leave it unset for data")
    for name in ("FINEWS_POST_SHARE_URL", "FINEWS_POST_ARCHIVE_URL"):
        address = settings[name]
        if host_of(f"http:{address}" if address.startswith("//") else address) is None:
            raise ConfigurationError(f"{name}={address!r} is no http address: every post would name it")
    if not _seconds(settings, "FINEWS_PROGRESS_SECONDS") > 0:
        seconds = settings["FINEWS_PROGRESS_SECONDS"]
        raise ConfigurationError(f"FINEWS_PROGRESS_SECONDS={seconds!r} is not a number of seconds above 0")
    for name in ("FINEWS_LOCK_WAIT", "FINEWS_BACKOFF_SECONDS", "FINEWS_LONGEST_WAIT"):
        if not 0 <= _seconds(settings, name) < math.inf:
            raise ConfigurationError(f"{name}={settings[name]!r} is not a number of seconds from 0")
    try:
        read_networks(settings["FINEWS_ALLOWED_NETWORKS"])
    except ValueError as error:
        raise ConfigurationError(f"FINEWS_ALLOWED_NETWORKS: {error}; for example: 192.168.0.0/16,10.1.2.3") from error
    poll_intervals(settings)
    if not settings["FINEWS_CONTACT"].isascii() or not settings["FINEWS_CONTACT"].isprintable():
        raise ConfigurationError(f"FINEWS_CONTACT={settings['FINEWS_CONTACT']!r} cannot stand in a header: use ASCII")
    summary = settings["FINEWS_SUMMARY_FILE"]
    if summary and (Path(summary).is_dir() or not Path(summary).parent.is_dir()):
        raise ConfigurationError(f"FINEWS_SUMMARY_FILE={summary!r}: not a file in a folder that exists")
    log_limits(settings)
    alert_config(settings)
    check_warc(settings)
    if sys.getfilesystemencoding() != "utf-8":
        raise ConfigurationError("file names cannot hold a medium's name in this locale: set LC_ALL=C.UTF-8")
