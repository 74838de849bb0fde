"""Hints for host settings that are empty, and for hosts that cannot be reached."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from finews_crawler.sources import HOST_DEFAULTS


def set_host(setting: str) -> str:
    """Return how to give an empty setting its host.

    >>> set_host("FINEWS_FAST_URL")
    'unset FINEWS_FAST_URL for its default, https://np-weblist.eastmoney.com, or export FINEWS_FAST_URL=http://HOST'
    >>> set_host("FINEWS_SHARE_URL")
    'export FINEWS_SHARE_URL=http://HOST'
    """
    export, default = f"export {setting}=http://HOST", HOST_DEFAULTS[setting]
    return f"unset {setting} for its default, {default}, or {export}" if default else export


def set_one_host(settings: Sequence[str]) -> str:
    """Return how to give one of some settings, which are all empty, its host.

    >>> set_one_host(["FINEWS_SHARE_URL", "FINEWS_ARTICLE_URL", "FINEWS_PAGE_URL"])
    'unset FINEWS_ARTICLE_URL or FINEWS_PAGE_URL, which have a default, or set FINEWS_SHARE_URL'
    """
    defaults = [setting for setting in settings if HOST_DEFAULTS[setting]]
    others = [setting for setting in settings if not HOST_DEFAULTS[setting]]
    unset = [f"unset {' or '.join(defaults)}, which ha{'ve' if len(defaults) > 1 else 's'} a default"]
    return ", or ".join((unset if defaults else []) + ([f"set {' or '.join(others)}"] if others else []))


def check_network(url: str, settings: Iterable[str]) -> str:
    """Return what to check if the host at *url*, which *settings* name, cannot be reached.

    A proxy of the environment comes first: it, too, may be what refused the connection.

    >>> check_network("http://localhost", ["FINEWS_SHARE_URL", "FINEWS_FAST_URL"])
    'check FINEWS_SHARE_URL and FINEWS_FAST_URL and the network'
    """
    parts = urlsplit(url)
    is_proxied = parts.scheme in getproxies() and not proxy_bypass(parts.hostname or "")
    names = [*([f"{parts.scheme}_proxy"] if is_proxied else []), *settings]
    return f"check {' and '.join(names) or 'the URL'} and the network"
