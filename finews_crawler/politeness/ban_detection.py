"""A ban is noticed, and ends what is asked of its host.

One missing article is a missing article; a good share of the last answers is a refusal. Each answer is looked
at here, before the spider sees it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy import signals

from finews_crawler.content.decoding import decode_bytes, one_line
from finews_crawler.politeness.host_state import HostRegistry, HostState
from finews_crawler.sources import ban_sign
from finews_crawler.sources.ban_signs import REDIRECTS
from finews_crawler.stats import FailureReason
from finews_crawler.utils.crawler import extension_of

if TYPE_CHECKING:
    from typing import Self

    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

REFUSED_OF_LAST = 15
"""Of the last 20 answers, so many refusals are a ban. Every third article missing, as in an old archive, is not: by
chance alone, ten of some twenty are then missing once in a hundred answers, and fifteen once in ten thousand."""
REFUSED_AT_FIRST = 5
"""A host that has given nothing yet is believed less."""
SUSPECT = 3
"""After so many refusals in a row a host is asked one thing at a time, until it answers."""
FIRST_BYTES = 80
LOOKED_AT = "finews_looked_at"
"""The ``meta`` key of a request whose answer was looked at when it came."""


class BanDetection:
    """Looks for signs of a refusal in each answer.

    As soon as it is there, if it can be read as it came: only later does Scrapy send the next request in its place.
    """

    def __init__(self, hosts: HostRegistry, longest_way: int) -> None:
        self.hosts = hosts
        self.longest_way = longest_way

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        middleware = cls(extension_of(crawler, HostRegistry), crawler.settings.getint("REDIRECT_MAX_TIMES"))
        crawler.signals.connect(middleware.response_downloaded, signals.response_downloaded)
        return middleware

    def response_downloaded(self, response: Response, request: Request) -> None:
        # A redirect will be followed, unless it is one too many.
        is_step = response.status in REDIRECTS and request.meta.get("redirect_times", 0) < self.longest_way
        if "Content-Encoding" not in response.headers and not is_step:
            self.look_at(request, response)
            request.meta[LOOKED_AT] = True

    def process_response(self, request: Request, response: Response) -> Response:
        if not request.meta.pop(LOOKED_AT, False):
            self.look_at(request, response)
        return response

    def look_at(self, request: Request, response: Response) -> None:
        if request.meta.get("dont_obey_robotstxt"):  # robots.txt itself: hosts answer it with anything
            return
        asked = request.meta.get("redirect_urls", [request.url])[0]
        host = self.hosts.of(asked)
        sign = ban_sign(self.hosts.crawler.settings, asked, response.url, response.status, response.body)
        if sign is not None:
            record_response(self.hosts, host, sign, response.body)
            self.hosts.limit_to_one(request, is_suspect=host.has_refused(SUSPECT))


def record_response(hosts: HostRegistry, host: HostState, sign: str, body: bytes = b"") -> None:
    """Take one more answer of *host* into account; *sign* says in what way it was a refusal, '' that it was none."""
    host.responses.append(not sign)
    if not sign:
        host.has_given = True
        return
    hosts.crawler.stats.inc_value("finews/block_detection/signs")
    refused = list(host.responses).count(False)
    if refused >= (REFUSED_OF_LAST if host.has_given else REFUSED_AT_FIRST):
        first = one_line(decode_bytes(body[:FIRST_BYTES]))
        why = f"refused {refused} of the last {len(host.responses)} requests ({sign}; its first bytes: {first!r})"
        hosts.close(host, FailureReason.BLOCKED, why)
