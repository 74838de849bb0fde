"""Scrapy's AutoThrottle, which asks a slow host more slowly, told what it does not know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.extensions.throttle import AutoThrottle

from finews_crawler.politeness.host_state import HostRegistry
from finews_crawler.utils.crawler import extension_of

if TYPE_CHECKING:
    from scrapy import Request, Spider
    from scrapy.http import Response

FIRST_ERROR = 400


class Throttle(AutoThrottle):
    """Leaves alone the hosts that need no sparing; never speeds up on a refusal, nor beyond what a host asked for.

    A refusal is quick to give: a soft ban of 200s without a body would have Scrapy ask a banned host faster.
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
        if slot is None or key is None or self._is_as_set(key):
            return
        before = slot.delay
        self.mindelay = self._least_delay(key)  # Scrapy has one for all hosts
        super()._response_downloaded(response, request, spider)
        answers = self.hosts.of(request.url).answers
        if response.status >= FIRST_ERROR or (answers and not answers[-1]):
            slot.delay = max(slot.delay, before)

    def _is_as_set(self, key: str) -> bool:
        """Whether the settings give a host its own pace, and it has not asked for less since."""
        return key in self.set_delays and self._least_delay(key) <= self.set_delays[key]

    def _least_delay(self, key: str) -> float:
        given = self.crawler.engine.downloader.per_slot_settings.get(key, {})
        return float(given.get("delay", self._min_delay()))
