"""State of the hosts of a run: closed or open, last responses. Their pace is that of their slot (``pace``)."""

from __future__ import annotations

import logging
from collections import OrderedDict, deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from finews_crawler.config.host_hints import check_network
from finews_crawler.config.load import config_of
from finews_crawler.politeness import downloader_slots as slots
from finews_crawler.politeness.pace import Paces
from finews_crawler.requests import INFO_CODE, HostClosed
from finews_crawler.sources import article_surfaces
from finews_crawler.stats import FailureReason, count_failure
from finews_crawler.utils.crawler import CrawlerComponent
from finews_crawler.utils.origins import netloc_of

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.core.downloader import Downloader
    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)

RESPONSES_REMEMBERED = 20
STATUS = "HTTP status "
"""Beginning of the reason of a response with an error."""


@dataclass(eq=False)
class HostState:
    """State of one host and port."""

    netloc: str
    closed: HostClosed | None = None
    """The reason why it gets no further requests in this run."""
    responses: deque[bool] = field(default_factory=lambda: deque(maxlen=RESPONSES_REMEMBERED))
    """For each of the last responses, True if it was good and False if it was refused."""
    has_given: bool = False
    """True after the first good response."""
    articles: OrderedDict[int, str] = field(default_factory=OrderedDict, repr=False)
    """infoCode of the article for which each of the last good bodies came first, by the hash of the body."""
    failures_in_a_row: int = 0
    refusals_in_a_row: int = 0

    def has_refused(self, last: int) -> bool:
        """Return True if the *last* responses were refused."""
        is_good = bool(self.responses) and self.responses[-1]  # as nearly all are
        return not is_good and list(self.responses)[-last:].count(False) == last


class HostRegistry(CrawlerComponent):
    """The hosts of a run, shared by the middlewares that close hosts, pause them or slow them down."""

    sees_all_responses = True
    """False if other processes request from the same hosts, and may have had good responses."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.known: dict[str, HostState] = {}
        self.has_closed = False
        """True once a host is closed: until then no request is compared with the hosts."""
        self.paces = Paces(crawler)
        self.reported_unreachable: set[str] = set()

    def of(self, url: str) -> HostState:
        netloc = netloc_of(url)
        if netloc not in self.known:
            self.known[netloc] = HostState(netloc)
        return self.known[netloc]

    def reset(self) -> None:
        """Forget what the hosts have given and refused, for the next run of a replay."""
        self.known.clear()
        self.has_closed = False
        self.paces.forget_suspects()

    def check_open(self, request: Request) -> None:
        """Raise HostClosed if *request* must not be sent, since a host gets no further requests."""
        closed = self.closed_for(request)
        if closed:
            self.crawler.stats.inc_value("finews/hosts/not_asked")
            raise HostClosed(str(closed), closed.fault, is_silent=closed.is_silent)

    def closed_for(self, request: Request) -> HostClosed | None:
        """Return the reason why *request* must not be sent: its host is closed, or one before it banned this client.

        Of the hosts that have an article's body, the later ones replace the first. They get no requests for what
        the first has refused: that would continue the crawl by another way. Lists are requested from each host as
        long as it is open itself.
        """
        if not self.has_closed:
            return None
        host, hosts = self.of(request.url), config_of(self.crawler.settings).hosts
        surfaces = article_surfaces(request.meta.get(INFO_CODE, ""), hosts)
        in_turn = [self.of(hosts[surface.host_setting]) for surface in surfaces]
        before = in_turn[: in_turn.index(host)] if host in in_turn else []
        bans = (other.closed for other in before if other.closed and other.closed.fault is FailureReason.BLOCKED)
        return host.closed or next(bans, None)

    def note_response(self, host: HostState, *, is_good: bool) -> None:
        host.responses.append(is_good)
        host.has_given = host.has_given or is_good

    def close(self, host: HostState, fault: FailureReason, why: str) -> None:
        """Send no further requests to *host* in this run, queued ones included."""
        if not host.closed:
            count_failure(self.crawler.stats, fault)
            logger.error("%s: %s %s; no further requests to it in this run", fault.value, host.netloc, why)
            self._close(host, HostClosed(why, fault))

    def close_unreachable(self, host: HostState, why: str, *, is_silent: bool) -> None:
        """Close a host that does not respond, or only with errors (*is_silent* False); logged like any other request
        that cannot reach it."""
        if not host.closed:
            self.report_unreachable(host.netloc, why)
            self._close(host, HostClosed(why, FailureReason.UNREACHABLE, is_silent=is_silent))

    def _close(self, host: HostState, closed: HostClosed) -> None:
        host.closed, self.has_closed = closed, True
        self.crawler.stats.inc_value(f"finews/hosts/closed/{closed.fault.value}")
        for slot in list(self._downloader.slots.values()):
            slots.fail_queued(slot, self.closed_for)
        self.paces.forget_suspect(host.netloc)

    def report_unreachable(self, netloc: str, why: str) -> None:
        """Log and count an unreachable host once, however many requests fail on it."""
        if netloc in self.reported_unreachable:
            return
        self.reported_unreachable.add(netloc)
        count_failure(self.crawler.stats, FailureReason.UNREACHABLE)
        named = self.settings_of(netloc)
        if why.startswith(STATUS):  # it was reached, and its URL is right
            logger.error("host %s has a server error (%s): the next run tries it again", netloc, why)
            return
        hint = check_network(next(iter(named.values()), ""), named)
        logger.error("host %s cannot be reached (%s): %s", netloc, why, hint)

    def settings_of(self, netloc: str) -> dict[str, str]:
        """Return the settings that name a host, and their URLs."""
        hosts = config_of(self.crawler.settings).hosts
        return {name: url for name, url in hosts.items() if urlsplit(url).netloc == netloc}

    def pause(self, request: Request, seconds: float, why: str) -> None:
        """Send nothing to the host of *request*, and to the others of its slot, for *seconds*."""
        if self.paces.pause(request, seconds):
            self.crawler.stats.inc_value("finews/hosts/held_back")
            logger.warning("%s %s; no requests to it for %.1f s", self.of(request.url).netloc, why, seconds)

    def limit_to_one(self, request: Request, host: HostState, *, is_suspect: bool) -> None:
        """Limit a suspect host, and the others of its slot, to one request at a time until it gives a good response."""
        self.paces.limit_to_one(request, host.netloc, is_suspect=is_suspect and not host.closed)

    @property
    def _downloader(self) -> Downloader:
        return self.crawler.engine.downloader
