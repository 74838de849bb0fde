"""What a run knows of the hosts it asks: which are closed to it, and why; how slowly each is to be asked."""

from __future__ import annotations

import logging
import time
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from finews_crawler.config.model import HOST_SETTINGS
from finews_crawler.politeness import downloader_slots as slots
from finews_crawler.requests import HostClosed
from finews_crawler.stats import FailureReason, count_failure

if TYPE_CHECKING:
    from typing import Self

    from scrapy import Request
    from scrapy.core.downloader import Downloader, Slot
    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)

ANSWERS_REMEMBERED = 20


class Closed(NamedTuple):
    """Why a host is asked no more in this run."""

    fault: FailureReason
    why: str


@dataclass
class HostState:
    """One host with its port."""

    netloc: str
    closed: Closed | None = None
    answers: deque[bool] = field(default_factory=lambda: deque(maxlen=ANSWERS_REMEMBERED))
    """Of the last answers, whether each was what was asked for."""
    has_given: bool = False
    """Whether one ever was."""
    failures_in_a_row: int = 0
    refusals_in_a_row: int = 0
    held_back_until: float = 0
    """By the monotonic clock."""
    usual_concurrency: int = 0
    """Of a host that is asked one thing at a time; 0 for any other."""
    least_delay: float = 0
    """Seconds between two requests, from robots.txt or from what refusals taught."""

    def has_refused(self, last: int) -> bool:
        """Whether each of so many last answers was a refusal."""
        return list(self.answers)[-last:].count(False) == last


class HostRegistry:
    """The hosts of a run. Several middlewares watch them, and each may close one."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.known: dict[str, HostState] = {}
        self.told_unreachable: set[str] = set()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def of(self, url: str) -> HostState:
        netloc = urlsplit(url).netloc
        return self.known.setdefault(netloc, HostState(netloc))

    def check_open(self, url: str) -> None:
        """Raise HostClosed for a host that is asked no more."""
        host = self.of(url)
        if host.closed:
            self.crawler.stats.inc_value("finews/hosts/not_asked")
            raise HostClosed(host.closed.why, host.closed.fault)

    def close(self, host: HostState, fault: FailureReason, why: str) -> None:
        """Ask *host* no more in this run; what waits to be sent to it is not sent."""
        if not host.closed:
            count_failure(self.crawler.stats, fault)
            logger.error("%s: host %s %s: no more is asked of it in this run", fault.value, host.netloc, why)
            self._close(host, Closed(fault, why))

    def close_unreachable(self, host: HostState, why: str) -> None:
        """The same for one that does not answer."""
        if not host.closed:
            self.report_unreachable(host.netloc, why)
            self._close(host, Closed(FailureReason.UNREACHABLE, why))

    def _close(self, host: HostState, closed: Closed) -> None:
        host.closed = closed
        self.crawler.stats.inc_value(f"finews/hosts/closed/{closed.fault.value}")
        for slot in list(self._slots.values()):
            slots.fail_queued(slot, host.netloc, HostClosed(closed.why, closed.fault))

    def report_unreachable(self, netloc: str, why: str) -> None:
        """One line and one fault for each host, however many requests fail on it."""
        if netloc in self.told_unreachable:
            return
        self.told_unreachable.add(netloc)
        count_failure(self.crawler.stats, FailureReason.UNREACHABLE)
        named = [name for name in HOST_SETTINGS if urlsplit(self.crawler.settings[name]).netloc == netloc]
        advice = f"check {' and '.join(named) or 'the address'} and the network"
        logger.error("host %s cannot be reached (%s): %s", netloc, why, advice)

    def pause(self, request: Request, seconds: float, why: str) -> None:
        """Send nothing to the host of *request* for so long; the later of two ends holds."""
        host, end = self.of(request.url), time.monotonic() + seconds
        slot = self._slots.get(slots.key_of(self._downloader, request))
        if slot is None or end <= host.held_back_until:
            return
        host.held_back_until = end
        self.crawler.stats.inc_value("finews/hosts/held_back")
        logger.warning("host %s %s: nothing is sent to it for %.1f s", host.netloc, why, seconds)
        slots.pause_slot(self._downloader, slot, seconds)

    def is_paused(self, request: Request) -> bool:
        return time.monotonic() < self.of(request.url).held_back_until

    def slow_down(self, request: Request, least_seconds: float) -> None:
        """Never ask the host of *request* more often than once in so many seconds."""
        host = self.of(request.url)
        if least_seconds > host.least_delay:
            host.least_delay = least_seconds
            slots.slow_down(self._downloader, slots.key_of(self._downloader, request), least_seconds)

    def limit_to_one(self, request: Request, *, is_suspect: bool) -> None:
        """One request at a time for the host of *request*, or again as many as the settings say."""
        slot = self._slots.get(slots.key_of(self._downloader, request))
        host = self.of(request.url)
        if slot is not None and is_suspect != bool(host.usual_concurrency):
            usual, host.usual_concurrency = host.usual_concurrency, slot.concurrency if is_suspect else 0
            slot.concurrency = 1 if is_suspect else usual

    def delay_of(self, request: Request) -> float:
        """The least seconds between two requests to a host, as they are now."""
        slot = self._slots.get(slots.key_of(self._downloader, request))
        return slot.delay * (1 - slot.jitter) if slot else 0.0

    @property
    def _downloader(self) -> Downloader:
        return self.crawler.engine.downloader

    @property
    def _slots(self) -> dict[str, Slot]:
        return self._downloader.slots
