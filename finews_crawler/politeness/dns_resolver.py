"""Names become addresses here, and nowhere else: what the connection is made to is what was judged.

A name that leads into the own network, or suddenly does (DNS rebinding), is refused: no
socket opens.
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
    """Scrapy's own resolver, IPv4 and cached for the run; each answer is judged each time it is used."""

    allowed: Allowlist
    told: set[tuple[str, str]]

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: ReactorBase) -> Self:
        resolver = super().from_crawler(crawler, reactor)
        resolver.allowed = Allowlist.by_settings(crawler.settings)
        resolver.told = set()
        return resolver

    def getHostByName(self, name: str, timeout: Sequence[int] = ()) -> Deferred[str]:
        found = self.look_up(name, timeout)
        found.addCallback(self._judge, name)
        return found

    def look_up(self, name: str, timeout: Sequence[int]) -> Deferred[str]:
        """The address of a name, as the system gives it."""
        return super().getHostByName(name, timeout)

    def _judge(self, address: str, name: str) -> str:
        if self.allowed.may_connect(name, address):
            return address
        if (name, address) not in self.told:
            self.told.add((name, address))
            advice = "if that is meant, name the network in FINEWS_ALLOWED_NETWORKS"
            logger.error("host %s has the address %s, which is not public: not connected; %s", name, address, advice)
        raise DNSLookupError(f"{name} has the address {address}, which is not public")
