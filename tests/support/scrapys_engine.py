"""Crawls with the engine of Scrapy in place of this package's, and the signals of a crawl with either."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from scrapy import signals
from scrapy.crawler import Crawler

from finews_crawler.engine import crawler as engine
from finews_crawler.settings import ADDONS

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings

SCRAPYS_OWN = {
    "DOWNLOADER": "scrapy.core.downloader.Downloader",
    "ITEM_PROCESSOR": "scrapy.pipelines.ItemPipelineManager",
    "STATS_CLASS": "scrapy.statscollectors.MemoryStatsCollector",
    "LOG_FORMATTER": "scrapy.logformatter.LogFormatter",
}
OF_REQUESTS = ("request_scheduled", "request_reached_downloader", "request_left_downloader", "request_dropped")
OF_RESPONSES = ("response_downloaded", "response_received", "spider_error")
OF_ITEMS = ("item_scraped", "item_dropped", "item_error")


class SignalCounts:
    """Extension that counts how many requests had which signals, in their order."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.sent: defaultdict[str, list[str]] = defaultdict(list)
        receivers = {}
        for name in OF_REQUESTS:
            receivers[name] = lambda request, name=name: self.note(request.url, name)
        for name in OF_RESPONSES:
            receivers[name] = lambda response, name=name: self.note(response.request.url, name) if response else None
        receivers["response_downloaded"] = lambda request: self.note(request.url, "response_downloaded")
        for name in OF_ITEMS:
            receivers[name] = lambda item, name=name: self.note("item", name)
        self.receivers = receivers  # pydispatch has weak references
        for name, receiver in receivers.items():
            crawler.signals.connect(receiver, getattr(signals, name))
        crawler.signals.connect(self.spider_closed, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> SignalCounts:
        return cls(crawler)

    def note(self, url: str, name: str) -> None:
        self.sent[url].append(name)

    async def spider_closed(self) -> None:
        for url, names in self.sent.items():
            sequence = "items" if url == "item" else " ".join(names)
            self.crawler.stats.inc_value(f"signals/{sequence}", len(names))


class CountSignals:
    """Add-on that installs it."""

    def update_settings(self, settings: BaseSettings) -> None:
        settings.set_in_component_priority_dict("EXTENSIONS", SignalCounts, 10)


class ScrapysEngine(CountSignals):
    """The same, in a crawl with the engine of Scrapy."""

    @classmethod
    def update_pre_crawler_settings(cls, settings: BaseSettings) -> None:
        engine.DirectCrawler = Crawler  # type: ignore[misc,assignment]
        for name, value in SCRAPYS_OWN.items():
            settings.set(name, value, "cmdline")


def with_addon(addon: type[Any]) -> tuple[str, str]:
    """Return the arguments of a crawl with an add-on of this module."""
    return ("-s", f"ADDONS={json.dumps({**ADDONS, f'{__name__}.{addon.__name__}': 10})}")
