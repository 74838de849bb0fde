"""Hosts that may get requests: the hosts of the sources, as the settings name them, and no others.

The pictures of articles are on other hosts: ``finews images`` has those of FINEWS_IMAGE_HOSTS, and no others.

Upstream's responses cannot widen the list: a redirect or a DNS answer that leads elsewhere is refused. A source may
declare further hosts to which its default hosts redirect (``Source.aliases``).
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import urlsplit
from urllib.request import getproxies

from scrapy.settings import BaseSettings

from finews_crawler.config.load import config_of
from finews_crawler.config.values import Network
from finews_crawler.sources import SOURCES
from finews_crawler.utils.origins import by_origin

ONLY_HOSTS = "ONLY_HOSTS"
"""Scrapy setting: URLs of the hosts that may get requests instead of those of the sources. Set by ``finews images``."""
PORTS = {"http": 80, "https": 443}

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Allowlist(NamedTuple):
    """Allowed hosts with their ports, and private networks that their names may resolve to."""

    places: frozenset[tuple[str, int]]
    """Pairs of host name (or address) and port."""
    networks: tuple[Network, ...] = ()
    """FINEWS_ALLOWED_NETWORKS."""
    proxies: frozenset[tuple[str, int]] = frozenset()
    """Proxies of the environment: connections to them are allowed, and requests for their own pages are not."""

    @classmethod
    def by(cls, urls: Iterable[str], networks: tuple[Network, ...] = (), proxies: Iterable[str] = ()) -> Allowlist:
        """Return the allowlist of the hosts in http URLs; empty ones are ignored."""
        places, through = (frozenset(filter(None, map(host_and_port, each))) for each in (urls, proxies))
        return cls(places, networks, through)

    @classmethod
    def by_settings(cls, settings: BaseSettings) -> Allowlist:
        """Return the allowlist of all sources' hosts, or of ONLY_HOSTS, and of the proxy in the environment."""
        proxies = [url for scheme, url in getproxies().items() if scheme in PORTS]
        config = config_of(settings)
        only = settings.get(ONLY_HOSTS)
        hosts = only or [url for source in SOURCES for url in source.urls(config.hosts)]
        return cls.by(hosts, config.allowed_networks, proxies)

    def has(self, url: str) -> bool:
        """Return True if a request to *url* is allowed. A host at port 80 or 443 is allowed at both.

        >>> allowed = Allowlist.by(["http://finews.zning.xyz", "http://127.0.0.1:8000"])
        >>> [allowed.has(url) for url in ("https://finews.zning.xyz/a", "http://127.0.0.1:8000/", "http://127.0.0.1/")]
        [True, True, False]
        >>> [allowed.has(url) for url in ("ftp://finews.zning.xyz/", "http://zning.xyz/", "http://10.0.0.1/")]
        [False, False, False]
        """
        place = host_and_port(url)
        if place is None:
            return False
        host, port = place
        others = PORTS.values() if port in PORTS.values() else ()
        return place in self.places or any((host, other) in self.places for other in others)

    def may_connect(self, name: str, address: str) -> bool:
        """Return True if host *name* may resolve to *address*: a public address, or one that the settings allow.

        >>> from finews_crawler.config.values import networks
        >>> allowed = Allowlist.by(["http://finews.zning.xyz", "http://127.0.0.1:8000"], networks("192.168.0.0/16"))
        >>> addresses = ("8.8.8.8", "192.168.1.5", "127.0.0.1", "::ffff:7f00:1")
        >>> [allowed.may_connect("finews.zning.xyz", address) for address in addresses]
        [True, True, False, False]
        >>> allowed.may_connect("127.0.0.1", "127.0.0.1")
        True
        """
        found = _address(address)
        if found is None:
            return False
        # Private addresses are allowed when the setting itself is an address, or localhost.
        is_own = _address(name) == found or (name == "localhost" and found.is_loopback)
        is_named = is_own and any(host == name for host, _ in self.places | self.proxies)
        return is_named or found.is_global or any(found in network for network in self.networks)


def _address(text: str) -> Address | None:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    # An IPv4-mapped IPv6 address is checked as the IPv4 address.
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


@by_origin
def host_and_port(url: str) -> tuple[str, int] | None:
    """Return the host, without the dot at its end, and the port of a URL; None if it has none, or another scheme."""
    try:
        parts = urlsplit(url)
        port = parts.port or PORTS.get(parts.scheme, 0)
    except ValueError:
        return None
    return (parts.hostname.rstrip("."), port) if parts.hostname and parts.scheme in PORTS and port else None
