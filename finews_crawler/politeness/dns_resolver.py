"""DNS resolver that refuses names with a private address, so that no socket to the own network is opened.

The address that is checked is the address that is connected to, also when a name changes its address during the run
(DNS rebinding).
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING

from scrapy.resolver import CachingThreadedResolver
from twisted.internet.defer import Deferred
from twisted.internet.error import DNSLookupError

from finews_crawler.politeness.allowlist import Allowlist

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler
    from twisted.internet.base import ReactorBase

logger = logging.getLogger(__name__)


class Resolver(CachingThreadedResolver):
    """Scrapy's resolver, IPv4 and cached for the run. Each address is checked each time it is used."""

    allowed: Allowlist
    reported: set[tuple[str, str]]

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: ReactorBase) -> Self:
        resolver = super().from_crawler(crawler, reactor)
        resolver.allowed = Allowlist.by_settings(crawler.settings)
        resolver.reported = set()
        return resolver

    def getHostByName(self, name: str, timeout: Sequence[int] = ()) -> Deferred[str]:
        found = self.look_up(name, timeout)
        found.addCallback(self._check, name)
        return found

    def look_up(self, name: str, timeout: Sequence[int]) -> Deferred[str]:
        return super().getHostByName(name, timeout)

    def _check(self, address: str, name: str) -> str:
        if self.allowed.may_connect(name, address):
            return address
        if (name, address) not in self.reported:
            self.reported.add((name, address))
            hint = "to allow it, add its network to FINEWS_ALLOWED_NETWORKS"
            logger.error("host %s has the private address %s and was not connected to: %s", name, address, hint)
        raise DNSLookupError(f"{name} has the private address {address}")
