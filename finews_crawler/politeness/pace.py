"""Pace of the requests in each downloader slot, which all hosts of a source share (``source_slots``)."""

from __future__ import annotations

import time
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from finews_crawler.politeness import downloader_slots as slots

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.core.downloader import Downloader, Slot
    from scrapy.crawler import Crawler


@dataclass
class SlotPace:
    """Requirements of the hosts of one slot."""

    paused_until: float = 0
    """Time of the monotonic clock."""
    suspects: set[str] = field(default_factory=set)
    """Hosts that look as if they banned this client: as long as there are any, the slot has one request at a time."""


class Paces:
    """Pauses slots, slows them down, and limits them to one request at a time."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.known: defaultdict[str, SlotPace] = defaultdict(SlotPace)

    def pause(self, request: Request, seconds: float) -> bool:
        """Send nothing in the slot of *request* for *seconds*. Of two pauses, the one that ends later counts.

        Return False if another pause lasts longer, or if the slot does not exist yet.
        """
        pace, end, slot = self._pace_of(request), time.monotonic() + seconds, self._slot_of(request)
        if slot is None or end <= pace.paused_until:
            return False
        pace.paused_until = end
        slots.pause_slot(self._downloader, slot, seconds)
        return True

    def is_paused(self, request: Request) -> bool:
        return time.monotonic() < self._pace_of(request).paused_until

    def slow_down(self, request: Request, least_seconds: float) -> None:
        """Set the minimum delay in the slot of *request*, unless it is longer already."""
        slots.slow_down(self._downloader, self._downloader.get_slot_key(request), least_seconds)

    def delay_of(self, request: Request) -> float:
        """Return the current minimum delay between two requests, in seconds."""
        slot = self._slot_of(request)
        return slot.delay * (1 - slot.jitter) if slot else 0.0

    def limit_to_one(self, request: Request, netloc: str, *, is_suspect: bool) -> None:
        """Limit the slot to one request at a time while *netloc* or another host in it is suspect."""
        suspects = self._pace_of(request).suspects
        (suspects.add if is_suspect else suspects.discard)(netloc)
        self._apply_limit(self._downloader.get_slot_key(request))

    def forget_suspect(self, netloc: str) -> None:
        """Lift the limit that a host has caused: it is closed, and will not give a good response any more."""
        for key, pace in self.known.items():
            if netloc in pace.suspects:
                pace.suspects.remove(netloc)
                self._apply_limit(key)

    def forget_suspects(self) -> None:
        """Lift the limits of all slots."""
        for key, pace in self.known.items():
            pace.suspects.clear()
            self._apply_limit(key)

    def has_suspects(self, key: str) -> bool:
        return key in self.known and bool(self.known[key].suspects)

    def _apply_limit(self, key: str) -> None:
        # Not the concurrency that the slot had before: Scrapy drops idle slots, and another host may have limited it.
        if key in self._downloader.slots:
            usual = slots.usual_concurrency(self._downloader, key)
            self._downloader.slots[key].concurrency = 1 if self.known[key].suspects else usual

    @property
    def _downloader(self) -> Downloader:
        return self.crawler.engine.downloader

    def _pace_of(self, request: Request) -> SlotPace:
        return self.known[self._downloader.get_slot_key(request)]

    def _slot_of(self, request: Request) -> Slot | None:
        return self._downloader.slots.get(self._downloader.get_slot_key(request))
