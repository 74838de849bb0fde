"""Only hosts that the settings name are asked, over http and https: a redirect is upstream's word, not ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from finews_crawler.content.decoding import one_line
from finews_crawler.politeness.allowlist import Allowlist
from finews_crawler.politeness.ban_detection import record_response
from finews_crawler.politeness.host_state import HostRegistry
from finews_crawler.requests import ForbiddenAddress
from finews_crawler.utils.crawler import extension_of

if TYPE_CHECKING:
    from typing import Self

    from scrapy import Request
    from scrapy.crawler import Crawler

LONGEST_SHOWN = 80


class AllowedHosts:
    """Stops a request to any other host before anything is sent, its name looked up, or its robots.txt asked for."""

    live_only = True  # a replay leaves it out: it connects to no host

    def __init__(self, hosts: HostRegistry, allowed: Allowlist) -> None:
        self.hosts = hosts
        self.allowed = allowed

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(extension_of(crawler, HostRegistry), Allowlist.by_settings(crawler.settings))

    def process_request(self, request: Request) -> None:
        if self.allowed.has(request.url):
            self.hosts.check_open(request.url)
            return
        self.hosts.crawler.stats.inc_value("finews/allowed_hosts/refused")
        why = f"redirected to {one_line(request.url)[:LONGEST_SHOWN]!r}, on a host or port that no setting names"
        for asked in request.meta.get("redirect_urls", [])[:1]:
            record_response(self.hosts, self.hosts.of(asked), why)
        raise ForbiddenAddress(why)
