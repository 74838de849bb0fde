"""Public address of the site: its origin, and the path below it, as of a project page of GitHub."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import yaml

CONFIGURATION = "_config.yml"


class SiteAddress(NamedTuple):
    """Jekyll's ``url`` and ``baseurl``."""

    origin: str
    """``https://news.example``."""
    base: str = ""
    """Path of the site, ``/finews``; '' for a site at the root of its host."""

    def __str__(self) -> str:
        return self.origin + self.base


def read_address(site: Path, archive_url: str) -> SiteAddress:
    """Return the address by the site's own configuration, by default *archive_url*.

    Without ``baseurl``, the site is at the path of its URL.
    """
    configuration = read_configuration(site)
    default = split_url(str(configuration.get("url") or archive_url))
    base = configuration.get("baseurl")
    return default if base is None else default._replace(base=_path(str(base)))


def split_url(url: str) -> SiteAddress:
    """Split a URL; one without a scheme, as in the footers of posts, is HTTPS.

    >>> split_url("//finews.withounder.com")
    SiteAddress(origin='https://finews.withounder.com', base='')
    >>> split_url("https://news.github.io/finews/")
    SiteAddress(origin='https://news.github.io', base='/finews')
    """
    parts = urlsplit(url, "https")
    return SiteAddress(f"{parts.scheme}://{parts.netloc}" if parts.netloc else "", _path(parts.path))


def read_configuration(site: Path) -> dict[str, Any]:
    """Return the site's ``_config.yml``; empty if it cannot be read, as Jekyll reports what is wrong with it."""
    with suppress(OSError, ValueError, yaml.YAMLError):
        configuration = yaml.safe_load((site / CONFIGURATION).read_text("utf-8"))
        if isinstance(configuration, dict):
            return configuration
    return {}


def _path(text: str) -> str:
    path = text.strip("/")
    return f"/{path}" if path else ""
