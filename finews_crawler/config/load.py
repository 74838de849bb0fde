"""The settings of this package, from the environment and from Scrapy's settings."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies

from finews_crawler.config.declaration import parse_settings, setting_name
from finews_crawler.config.given import DEFAULTS, check_names
from finews_crawler.config.model import CONFIG, Config
from finews_crawler.config.secrets import secrets_of, secrets_of_scrapy
from finews_crawler.config.urls import host_of
from finews_crawler.exceptions import ConfigurationError
from finews_crawler.utils.error_hints import hint_for
from finews_crawler.utils.files import existing
from finews_crawler.utils.output import can_be_output
from finews_crawler.utils.program import install_line
from finews_crawler.utils.redaction import register_secrets

CLUSTER_NOT_SET = "FINEWS_CLUSTER is not set: export FINEWS_CLUSTER=redis://HOST:6379"
_of_frozen: dict[int, tuple[Mapping[Any, Any], Config]] = {}
"""Values of the settings of a run by their ``id``: they have no hash. Reading fifty settings takes long."""


def config_of(settings: Mapping[Any, Any]) -> Config:
    """Return the typed values of Scrapy's settings. Raises ConfigurationError.

    >>> config_of({"FINEWS_LOCK_WAIT": "60", "DOWNLOAD_DELAY": 0.5}).lock_wait
    60.0
    >>> config_of({"FINEWS_PROGRESS_SECONDS": "x"})
    Traceback (most recent call last):
    finews_crawler.exceptions.ConfigurationError: FINEWS_PROGRESS_SECONDS must be a positive number of seconds, got 'x'
    """
    known, config = _of_frozen.get(id(settings), (None, None))
    if config is not None and known is settings:
        return config
    given = {name: settings[name] for name in DEFAULTS if name in settings}
    config = _parse(tuple((name, "" if value is None else str(value)) for name, value in given.items()))
    if getattr(settings, "frozen", False):  # by Scrapy, when the run begins
        _of_frozen.clear()
        _of_frozen[id(settings)] = settings, config
    return config


@lru_cache(maxsize=4)
def _parse(given: tuple[tuple[str, str], ...]) -> Config:
    config = parse_settings(CONFIG, dict(given))
    register_secrets(secrets_of(config))
    return config


def check_configuration(settings: Mapping[Any, Any]) -> Config:
    """Return the settings if a run with them can work.

    Raises ConfigurationError for a setting that is unknown or invalid, or that names a file that cannot be written.
    """
    check_names(settings)
    register_secrets(secrets_of_scrapy(settings))
    config = config_of(settings)
    for name in ("summary_file", "metrics_file", "alarm_feed_file"):
        file = getattr(config, name)
        if file and not can_be_output(file):
            raise ConfigurationError(f"{setting_name(name)} must be a file in a folder that exists, got {str(file)!r}")
    if config.log_file and os.path.isdir(config.log_file):  # noqa: PTH112 (Path.is_dir raises for a closed folder)
        raise ConfigurationError(f"FINEWS_LOG_FILE must be a file, got the folder {str(config.log_file)!r}")
    if config.warc_dir:
        check_recording(config.warc_dir)
    if sys.getfilesystemencoding() != "utf-8":
        raise ConfigurationError("this locale cannot encode file names in Chinese: set LC_ALL=C.UTF-8")
    return config


def check_proxies() -> None:
    """Raise ConfigurationError for a proxy in the environment through which Scrapy cannot send requests."""
    for scheme in ("http", "https"):
        url = getproxies().get(scheme, "")
        url = url if "://" in url or not url else f"http://{url}"
        if url and host_of(url) is None:
            raise ConfigurationError(f"{scheme}_proxy must be a URL such as http://127.0.0.1:3128")
        if urlsplit(url).username and urlsplit(url).password is None:
            raise ConfigurationError(f"{scheme}_proxy has a user name without a password: write http://USER:@HOST")


def check_extra(name: str, value: str) -> None:
    """Raise ConfigurationError if warcio, which the setting *name* needs, is not installed."""
    check_installed("warcio", "warc", f"{name}={value!r}")


def check_installed(package: str, extra: str, setting: str) -> None:
    """Raise ConfigurationError if *package* of an extra, which *setting* needs, is not installed."""
    if find_spec(package) is None:
        raise ConfigurationError(f"{setting}: {package} is not installed: {install_line(extra)}")


def check_recording(folder: Path) -> None:
    """Raise ConfigurationError if no file can be written in *folder*. Creates nothing."""
    check_extra("FINEWS_WARC_DIR", str(folder))
    setting = f"FINEWS_WARC_DIR={str(folder)!r}"
    try:
        parent = existing(folder.absolute())
    except OSError as error:
        raise ConfigurationError(f"{setting}: {error}: {hint_for(error)}") from error
    if not parent.is_dir():
        raise ConfigurationError(f"{setting}: {parent} is not a folder: name another")
    if not os.access(parent, os.W_OK | os.X_OK):
        raise ConfigurationError(f"{setting}: no permission to write in {parent}: give it, or name another folder")
