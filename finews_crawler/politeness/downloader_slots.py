"""Scrapy's downloader slots, one a host: to hold one back, to slow it down, and to empty it.

Scrapy has no public way to do the first and the last: what of its inner parts that takes is in here.
"""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scrapy.utils.asyncio import call_later
from twisted.python.failure import Failure

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.core.downloader import Downloader, Slot

JITTER = 0.1
"""Of a pace that was asked for, which holds at the least: Scrapy's own, a half, would be kept at twice its length."""


def key_of(downloader: Downloader, request: Request) -> str:
    """The name of a request's slot: the host's, without its port."""
    return downloader.get_slot_key(request)


def pause_slot(downloader: Downloader, slot: Slot, seconds: float) -> None:
    """Send nothing more from *slot* for so long, what waits in it included."""
    slot.close()  # cancels the call that would go on sooner
    slot.latercall = call_later(seconds, downloader._latercall, slot)
    # Scrapy drops a slot that has been empty for a minute since this moment, and the wait with it.
    slot.lastseen = max(slot.lastseen, monotonic() + seconds - slot.delay)


def slow_down(downloader: Downloader, key: str, least_seconds: float) -> None:
    """Let the time between two requests never be less than *least_seconds*, jitter included."""
    given = downloader.per_slot_settings[key] = dict(downloader.per_slot_settings.get(key, {}))
    given["jitter"] = JITTER
    given["delay"] = max(given.get("delay", 0), least_seconds / (1 - JITTER))
    slot = downloader.slots.get(key)
    if slot is not None:
        slot.jitter, slot.delay = JITTER, max(slot.delay, given["delay"])


def fail_queued(slot: Slot, netloc: str, error: Exception) -> None:
    """Fail the requests to *netloc* that wait in *slot*."""
    waiting = [entry for entry in slot.queue if urlsplit(entry[0].url).netloc == netloc]
    for entry in waiting:
        slot.queue.remove(entry)
    for _, deferred in waiting:
        deferred.errback(Failure(error))  # type: ignore[no-untyped-call]
