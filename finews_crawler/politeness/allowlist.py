"""The hosts and addresses that the settings name. Nothing else is ever asked, whatever upstream sends."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit
from urllib.request import getproxies

from scrapy.settings import BaseSettings

from finews_crawler.config.model import HOST_SETTINGS, Network, read_networks

PORTS = {"http": 80, "https": 443}
LOOPBACK_NAME = "localhost"

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True)
class Allowlist:
    """What may be asked."""

    places: frozenset[tuple[str, int]]
    """Host names, or addresses, each with its port."""
    networks: tuple[Network, ...] = ()
    """Addresses of the own network that a name may lead to."""

    @classmethod
    def by(cls, addresses: Iterable[str], networks: str = "") -> Allowlist:
        """Those of http *addresses*; an empty one names nothing."""
        return cls(frozenset(filter(None, map(_place_of, addresses))), read_networks(networks))

    @classmethod
    def by_settings(cls, settings: BaseSettings) -> Allowlist:
        """Those of the settings, and the proxy of the environment: whoever set it meant it."""
        proxies = [address for scheme, address in getproxies().items() if scheme in PORTS]
        return cls.by([*(settings[name] for name in HOST_SETTINGS), *proxies], settings["FINEWS_ALLOWED_NETWORKS"])

    def has(self, url: str) -> bool:
        """Whether an address may be asked. A host at its usual port may move from http to https, and back.

        >>> allowed = Allowlist.by(["http://finews.zning.xyz", "http://127.0.0.1:8000"])
        >>> [allowed.has(url) for url in ("https://finews.zning.xyz/a", "http://127.0.0.1:8000/", "http://127.0.0.1/")]
        [True, True, False]
        >>> [allowed.has(url) for url in ("ftp://finews.zning.xyz/", "http://zning.xyz/", "http://10.0.0.1/")]
        [False, False, False]
        """
        place = _place_of(url)
        if place is None:
            return False
        host, port = place
        usual = PORTS.values()
        return place in self.places or (port in usual and any((host, other) in self.places for other in usual))

    def may_connect(self, name: str, address: str) -> bool:
        """Whether the host called *name* may lie at *address*: a public one, or one that the settings name.

        >>> allowed = Allowlist.by(["http://finews.zning.xyz", "http://127.0.0.1:8000"], "192.168.0.0/16")
        >>> addresses = ("8.8.8.8", "192.168.1.5", "127.0.0.1", "::ffff:7f00:1")
        >>> [allowed.may_connect("finews.zning.xyz", address) for address in addresses]
        [True, True, False, False]
        >>> allowed.may_connect("127.0.0.1", "127.0.0.1")
        True
        """
        found = _address(address)
        if found is None:
            return False
        # A name that is itself an address, or this machine's own name: whoever set it meant it.
        is_named = any(host == name for host, _ in self.places) and (_address(name) == found or _is_own(name, found))
        return is_named or found.is_global or any(found in network for network in self.networks)


def _is_own(name: str, address: Address) -> bool:
    return name == LOOPBACK_NAME and address.is_loopback


def _address(text: str) -> Address | None:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    # An IPv4 address in another dress is judged as what it is.
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def _place_of(url: str) -> tuple[str, int] | None:
    try:
        parts = urlsplit(url)
        port = parts.port or PORTS.get(parts.scheme, 0)
    except ValueError:
        return None
    return (parts.hostname.rstrip("."), port) if parts.hostname and parts.scheme in PORTS and port else None
