"""Checks of the setting FINEWS_WARC_DIR before the first request."""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path

from finews_crawler.exceptions import ConfigurationError
from finews_crawler.utils.files import existing


def check_extra(name: str, value: str) -> None:
    """Raise ConfigurationError if warcio, which the setting *name* needs, is not installed."""
    if find_spec("warcio") is None:
        raise ConfigurationError(f"{name}={value!r}: warcio is not installed: pip install 'finews_crawler[warc]'")


def check_recording(folder: Path) -> None:
    """Raise ConfigurationError if no file can be written in *folder*. Creates nothing."""
    check_extra("FINEWS_WARC_DIR", str(folder))
    parent = existing(folder.absolute())
    setting = f"FINEWS_WARC_DIR={str(folder)!r}"
    if not parent.is_dir():
        raise ConfigurationError(f"{setting}: {parent} is not a folder: name another")
    if not os.access(parent, os.W_OK | os.X_OK):
        raise ConfigurationError(f"{setting}: no permission to write in {parent}: give it, or name another folder")
