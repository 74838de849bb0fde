"""Downloader middleware that stops requests to hosts that no source has, such as a redirect to the own network."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from w3lib.url import safe_url_string

from finews_crawler.content.decoding import one_line
from finews_crawler.politeness.allowlist import ONLY_HOSTS, Allowlist, host_and_port
from finews_crawler.politeness.ban_detection import record_response
from finews_crawler.politeness.host_state import HostRegistry
from finews_crawler.requests import INFO_CODE, ForbiddenAddress
from finews_crawler.sources import source_of_key, sources_at
from finews_crawler.sources.ban_signs import REDIRECTS
from finews_crawler.utils.crawler import CrawlerComponent, extension_of

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

logger = logging.getLogger(__name__)
RECORDED = "finews_redirect_recorded"
"""``meta`` key of a request whose redirect was recorded when it was downloaded, and of the request to the target."""
LONGEST_SHOWN = 80
"""Characters of a URL in a log line."""


class AllowedHosts(CrawlerComponent):
    """Stops such a request before its host name is resolved, its robots.txt requested or a connection opened."""

    live_only = True  # a replay leaves it out: it connects to no host

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.hosts = extension_of(crawler, HostRegistry)
        self.allowed = Allowlist.by_settings(crawler.settings)
        self.max_redirects = crawler.settings.getint("REDIRECT_MAX_TIMES")
        self.reported: set[str] = set()

    def response_downloaded(self, response: Response, request: Request) -> None:
        """Record a redirect that will be refused while its slot is still taken: Scrapy sends the next request before
        the target comes here."""
        location = response.headers.get("Location") if response.status in REDIRECTS else None
        if location and request.meta.get("redirect_times", 0) < self.max_redirects:
            target = followed_to(request.url, location)
            if target and not self.allowed.has(target):
                self.record(request.meta.get("redirect_urls", [request.url])[0], target)
                request.meta[RECORDED] = True

    def process_request(self, request: Request) -> None:
        if self.allowed.has(request.url):
            self.hosts.check_open(request)
            return
        self.crawler.stats.inc_value("finews/allowed_hosts/refused")
        self.report(request)
        for redirected in request.meta.get("redirect_urls", [])[:1] if RECORDED not in request.meta else ():
            self.record(redirected, request.url)
        raise ForbiddenAddress(reason_of(request.url))

    def record(self, requested: str, target: str) -> None:
        record_response(self.hosts, self.hosts.of(requested), f"redirected: {reason_of(target)}")

    def report(self, request: Request) -> None:
        """Log one warning for each host, however many requests to it are stopped."""
        place = host_and_port(request.url)
        host = f"{place[0]}:{place[1]}" if place else one_line(request.url)[:LONGEST_SHOWN]
        if host in self.reported:
            return
        self.reported.add(host)
        if self.crawler.settings.get(ONLY_HOSTS):
            logger.warning("host %s is not one of FINEWS_IMAGE_HOSTS: no requests to it are sent", host)
            return
        # The sources that redirected to the host, otherwise the source of the article's key.
        requested = request.meta.get("redirect_urls", [request.url])[0]
        by_key = source_of_key(request.meta.get(INFO_CODE, ""))
        sources = sources_at(requested, self.crawler.settings) or ([by_key] if by_key else [])
        names = ", ".join(source.name for source in sources) or "unknown"
        settings = ", ".join(name for source in sources for name in source.hosts)
        message = "host %s is not a host of source %s (%s): no requests to it are sent"
        logger.warning(message, host, names, settings)


def reason_of(url: str) -> str:
    return f"{one_line(url)[:LONGEST_SHOWN]!r} is on a host or port that no source has"


def followed_to(url: str, location: bytes) -> str:
    """Return the target of a redirect of *url*. '' for one that Scrapy does not follow: no URL, or not one of HTTP.

    >>> followed_to("http://a.test/b?c", b"/d"), followed_to("http://a.test/", b"file:///d"), followed_to("", b"//[")
    ('http://a.test/d', '', '')
    """
    try:
        target = urljoin(url, safe_url_string(location))
    except ValueError:
        return ""
    return target if target.startswith(("http://", "https://")) else ""
