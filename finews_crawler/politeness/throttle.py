"""Scrapy's AutoThrottle, which slows down requests to slow hosts, adapted to bans and to delays set per host.

AutoThrottle has no public methods to override, so this subclass extends its private signal handlers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.extensions.throttle import AutoThrottle

from finews_crawler.politeness.host_state import HostRegistry
from finews_crawler.utils.crawler import extension_of

if TYPE_CHECKING:
    from scrapy import Request, Spider
    from scrapy.http import Response


class Throttle(AutoThrottle):
    """AutoThrottle that respects the minimum delay of each slot, and ignores slots with a delay in DOWNLOAD_SLOTS.

    It never speeds up after a refused response: a soft ban (200 without a body) is fast, and would shorten the delay;
    nor while another host of the slot, which has the same delay, looks as if it banned this client.
    """

    hosts: HostRegistry
    set_delays: dict[str, float]

    def _spider_opened(self, spider: Spider) -> None:
        super()._spider_opened(spider)
        self.hosts = extension_of(self.crawler, HostRegistry)
        given = self.crawler.settings.getdict("DOWNLOAD_SLOTS")
        self.set_delays = {key: float(slot["delay"]) for key, slot in given.items() if "delay" in slot}

    def _response_downloaded(self, response: Response, request: Request, spider: Spider) -> None:
        key, slot = self._get_slot(request, spider)
        if slot is None or key is None:
            return
        given = self.crawler.engine.downloader.per_slot_settings.get(key, {})
        least = float(given.get("delay", self._min_delay()))
        if key in self.set_delays and least <= self.set_delays[key]:
            return
        before = slot.delay
        self.mindelay = least  # Scrapy has one minimum for all slots
        super()._response_downloaded(response, request, spider)
        responses = self.hosts.of(request.url).responses
        is_refused = response.status >= 400 or (responses and not responses[-1])
        if is_refused or self.hosts.paces.has_suspects(key):
            slot.delay = max(slot.delay, before)
