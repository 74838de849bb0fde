"""Pause, slow down and empty Scrapy's downloader slots.

Pausing and emptying a slot need private APIs of Scrapy's downloader; all such use is confined to this module.
"""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

from scrapy.core.downloader import Downloader
from scrapy.utils.asyncio import call_later
from twisted.python.failure import Failure

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from typing import Any

    from scrapy import Request
    from scrapy.core.downloader import Slot
    from scrapy.http import Response
    from twisted.internet.defer import Deferred

JITTER = 0.1
"""Share of a delay by which it varies. With Scrapy's 0.5, a minimum delay would need twice as long a mean."""


class PunctualDownloader(Downloader):
    """Scrapy's downloader, which counts a request as soon as it leaves the queue of its slot.

    Scrapy 2.19 counts it when its task runs, after all that wait have left the queue: in a slot without a delay, twice
    as many requests as its concurrency were sent at a time.
    """

    def _wait_for_download(
        self, slot: Slot, request: Request, queue_dfd: Deferred[Response]
    ) -> Coroutine[Any, Any, None]:
        slot.transferring.add(request)
        return super()._wait_for_download(slot, request, queue_dfd)


def pause_slot(downloader: Downloader, slot: Slot, seconds: float) -> None:
    slot.close()  # cancels the pending call, which is due earlier
    slot.latercall = call_later(seconds, downloader._latercall, slot)
    # Scrapy drops a slot that was empty for a minute after lastseen, and the pause with it.
    slot.lastseen = max(slot.lastseen, monotonic() + seconds - slot.delay)


def slow_down(downloader: Downloader, key: str, least_seconds: float) -> None:
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
    for (_, deferred), error in failed:
        deferred.errback(Failure(error))  # type: ignore[no-untyped-call]


def usual_concurrency(downloader: Downloader, key: str) -> int:
    """Return the number of concurrent requests that Scrapy gives a new slot."""
    given = downloader.per_slot_settings.get(key, {})
    return int(given.get("concurrency", downloader.ip_concurrency or downloader.domain_concurrency))
