"""The project's own settings: their names, what they mean typed, and whether they can be meant."""

from __future__ import annotations

import math
import sys
from pathlib import Path
from urllib.parse import urlsplit

from scrapy.settings import BaseSettings

from finews_crawler.archive.paths import DataDirectory
from finews_crawler.exporters.jekyll_post import PostAddresses

HOST_SETTINGS = ("FINEWS_SHARE_URL", "FINEWS_ARCHIVE_URL", "FINEWS_CHANNELS_URL", "FINEWS_MARKET_URL")
"""The settings that name the hosts a crawl may ask."""


class ConfigurationError(ValueError):
    """A setting cannot be meant as it stands; the message names it and says what to do."""


def data_directory(settings: BaseSettings) -> DataDirectory:
    return DataDirectory(Path(settings["FINEWS_DATA_DIR"]))


def post_addresses(settings: BaseSettings) -> PostAddresses:
    return PostAddresses(
        share_url=settings["FINEWS_POST_SHARE_URL"].rstrip("/"),
        archive_url=settings["FINEWS_POST_ARCHIVE_URL"].rstrip("/"),
    )


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
    if not 0 <= _seconds(settings, "FINEWS_LOCK_WAIT") < math.inf:
        raise ConfigurationError(f"FINEWS_LOCK_WAIT={settings['FINEWS_LOCK_WAIT']!r} is not a number of seconds from 0")
    summary = settings["FINEWS_SUMMARY_FILE"]
    if summary and (Path(summary).is_dir() or not Path(summary).parent.is_dir()):
        raise ConfigurationError(f"FINEWS_SUMMARY_FILE={summary!r}: not a file in a folder that exists")
    if sys.getfilesystemencoding() != "utf-8":
        raise ConfigurationError("file names cannot hold a medium's name in this locale: set LC_ALL=C.UTF-8")
