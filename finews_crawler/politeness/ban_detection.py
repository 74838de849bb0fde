"""Downloader middleware that detects bans and closes the host.

One missing article is a missing article; many among the last responses are a ban. Each response is checked before it
reaches the spider, by the ban signs of the sources at its host.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from finews_crawler.config.load import config_of
from finews_crawler.content.decoding import decode_bytes, one_line
from finews_crawler.politeness.host_state import HostRegistry, HostState
from finews_crawler.requests import INFO_CODE, MAY_BE_LOST, REFUSAL
from finews_crawler.sources import ban_sign, ban_signs_at, is_distinctive
from finews_crawler.sources.ban_signs import REDIRECTS
from finews_crawler.sources.outcome import OTHER_ARTICLE
from finews_crawler.stats import FailureReason
from finews_crawler.utils.crawler import CrawlerComponent, extension_of

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from finews_crawler.sources.ban_signs import BanSign

REFUSED_OF_LAST = 15
"""Refused responses among the last 20 that are a ban. In an old archive every third article may be missing: by chance,
10 of 20 are then missing once in a hundred responses, and 15 of 20 once in ten thousand."""
REFUSED_AT_FIRST = 5
"""The same for a host that has not given a good response yet."""
SUSPECT = 3
"""Refused responses in a row after which a host gets one request at a time, until it gives a good response."""
MAX_LOST_IN_A_ROW = 5
"""Bodies missing in a row after which a host is taken to refuse requests, not to have lost its articles."""
FIRST_BYTES = 80
REPEATED = "the response of another article once more"
BODIES_REMEMBERED = 10_000
"""Good responses of a host with which each further one is compared: the last ones, so that a long crawl takes no more
memory. A cache that mixes articles up sends one of them again within a few requests."""
CHECKED = "finews_ban_checked"
"""``meta`` key of a request whose response was checked when it was downloaded."""


class BanDetection(CrawlerComponent):
    """Checks each response for ban signs.

    Uncompressed responses are checked when they are downloaded: Scrapy sends the next request before
    ``process_response``, which would be one request more to a host that bans.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.hosts = extension_of(crawler, HostRegistry)
        self.host_urls = config_of(crawler.settings).hosts
        self.signs: dict[str, tuple[BanSign, ...]] = {}
        """Ban signs of each host and port."""
        self.max_redirects = crawler.settings.getint("REDIRECT_MAX_TIMES")

    def response_downloaded(self, response: Response, request: Request) -> None:
        # A redirect is followed, unless it exceeds REDIRECT_MAX_TIMES.
        is_step = response.status in REDIRECTS and request.meta.get("redirect_times", 0) < self.max_redirects
        if "Content-Encoding" not in response.headers and not is_step:
            self.check(request, response)
            request.meta[CHECKED] = True

    def process_response(self, request: Request, response: Response) -> Response:
        if not request.meta.pop(CHECKED, False):
            self.check(request, response)
        return response

    def check(self, request: Request, response: Response) -> None:
        if request.meta.get("dont_obey_robotstxt"):  # robots.txt itself, which may be missing or a page
            return
        requested = request.meta.get("redirect_urls", [request.url])[0]
        host = self.hosts.of(requested)
        if host.netloc not in self.signs:
            self.signs[host.netloc] = ban_signs_at(requested, self.host_urls)
        sign = ban_sign(self.signs[host.netloc], requested, response.url, response.status, response.body)
        if sign == "" and INFO_CODE in request.meta:
            sign = request.meta[REFUSAL] = repeated_sign(host, requested, request.meta[INFO_CODE], response.body)
        if sign and sign.startswith((OTHER_ARTICLE, REPEATED)):
            self.crawler.stats.inc_value("finews/block_detection/other_articles")
        if sign is not None:
            record_response(self.hosts, host, sign, response.body)
            self.hosts.limit_to_one(request, host, is_suspect=host.has_refused(SUSPECT))
        if INFO_CODE in request.meta:
            # Here, not in the callback: on a busy machine several responses come before the first of their callbacks,
            # in a replay one at a time. It must have the same stand-ins as the run.
            request.meta[MAY_BE_LOST] = host.has_given and not host.has_refused(MAX_LOST_IN_A_ROW)


def repeated_sign(host: HostState, url: str, info_code: str, body: bytes) -> str:
    """Return the ban sign of a good response that another article had before, '' for any other.

    A cache that leaves a part of the URL out of its key sends one article for all. Bodies are compared by Python's
    hash, which has 64 bits and a random key: one response in 10 ** 15 has that of one of 10,000 others by chance.
    """
    first = host.articles.setdefault(hash(body), info_code)
    if len(host.articles) > BODIES_REMEMBERED:
        host.articles.popitem(last=False)
    is_repeated = first != info_code and is_distinctive(url, info_code, body)
    return f"{REPEATED}, {first}" if is_repeated else ""


def record_response(hosts: HostRegistry, host: HostState, sign: str, body: bytes = b"") -> None:
    """Record a response of *host*, and close the host after too many refused ones; *sign*: '' for a good response."""
    hosts.note_response(host, is_good=not sign)
    if not sign:
        return
    hosts.crawler.stats.inc_value("finews/block_detection/signs")
    refused = list(host.responses).count(False)
    is_first = hosts.sees_all_responses and not host.has_given
    if refused >= (REFUSED_AT_FIRST if is_first else REFUSED_OF_LAST):
        first = one_line(decode_bytes(body[:FIRST_BYTES]))
        why = f"refused {refused} of the last {len(host.responses)} requests ({sign}; its first bytes: {first!r})"
        hosts.close(host, FailureReason.BLOCKED, why)
