"""DNS resolver that refuses names with a private address, so that no socket to the own network is opened.

The addresses that are checked are the addresses that are connected to, also when a name changes its address during the
run (DNS rebinding).
"""

from __future__ import annotations

import socket
from collections.abc import Sequence

from finews_crawler.exceptions import NotPublic
from finews_crawler.politeness.allowlist import Allowlist
from finews_crawler.politeness.look_up import look_up
from finews_crawler.utils.http_client import AbstractResolver, ResolveResult


class AllowlistResolver(AbstractResolver):
    """Resolver of IPv4 addresses, each looked up once, and checked each time it is used. Raises NotPublic, OSError."""

    def __init__(self, allowed: Allowlist, seconds: float | None = None) -> None:
        """*seconds*: time limit of a look-up; None if the request has one that is enough."""
        self.allowed, self.seconds = allowed, seconds
        self.known: dict[str, Sequence[str]] = {}

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        addresses = await self.addresses_of(host)
        for address in addresses:
            if not self.allowed.may_connect(host, address):
                raise NotPublic(f"{host} resolves to {address}, which is not a public address")
        return [
            ResolveResult(hostname=host, host=address, port=port, family=socket.AF_INET, proto=0, flags=0)
            for address in addresses
        ]

    async def addresses_of(self, name: str) -> Sequence[str]:
        if name not in self.known:
            self.known[name] = await self.look_up(name)
        return self.known[name]

    async def look_up(self, name: str) -> Sequence[str]:
        return await look_up(name, self.seconds)

    async def close(self) -> None:
        pass
