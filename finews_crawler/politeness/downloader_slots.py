"""Pause, slow down and empty Scrapy's downloader slots.

Pausing and emptying a slot need private APIs of Scrapy's downloader; all such use is confined to this module.
"""

from __future__ import annotations

import asyncio
from time import monotonic
from typing import TYPE_CHECKING

from scrapy.utils.asyncio import call_later

if TYPE_CHECKING:
    from collections.abc import Callable

    from scrapy import Request
    from scrapy.core.downloader import Downloader, Slot

JITTER = 0.1
"""Share of a delay by which it varies. With Scrapy's 0.5, a minimum delay would need twice as long a mean."""


def pause_slot(downloader: Downloader, slot: Slot, seconds: float) -> None:
    """Send no request of *slot* for *seconds* from now on; those that wait in it are sent after that."""
    slot.close()  # cancels the pending call, which is due earlier
    slot.latercall = call_later(seconds, downloader._latercall, slot)
    # Scrapy drops a slot that was empty for a minute after lastseen, and the pause with it.
    slot.lastseen = max(slot.lastseen, monotonic() + seconds - slot.delay)


def slow_down(downloader: Downloader, key: str, least_seconds: float) -> None:
    """Let *least_seconds* or more pass between two requests of the slot *key*, whatever its jitter."""
    given = downloader.per_slot_settings[key] = dict(downloader.per_slot_settings.get(key, {}))
    given["jitter"] = JITTER
    given["delay"] = max(given.get("delay", 0), least_seconds / (1 - JITTER))
    slot = downloader.slots.get(key)
    if slot is not None:
        slot.jitter, slot.delay = JITTER, max(slot.delay, given["delay"])


def fail_queued(slot: Slot, error_of: Callable[[Request], Exception | None]) -> None:
    """Fail the queued requests for which *error_of* returns an error."""
    failed = [(entry, error) for entry in slot.queue if (error := error_of(entry[0])) is not None]
    for entry, _ in failed:
        slot.queue.remove(entry)
    for (_, turn), error in failed:
        # Those of engine.downloader are Futures, and those of Scrapy's downloader Deferreds.
        if not isinstance(turn, asyncio.Future):
            turn.errback(error)
        elif not turn.done():  # else its request was cancelled
            turn.set_exception(error)


def usual_concurrency(downloader: Downloader, key: str) -> int:
    """Return the number of concurrent requests that Scrapy gives a new slot."""
    given = downloader.per_slot_settings.get(key, {})
    return int(given.get("concurrency", downloader.ip_concurrency or downloader.domain_concurrency))
