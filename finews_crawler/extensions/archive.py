"""Extension that opens the archive before the components that use it, and closes it after the engine has stopped."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from finews_crawler.archive.archive import Archive
from finews_crawler.archive.batching import WriteBatcher
from finews_crawler.config.load import config_of
from finews_crawler.utils.crawler import CrawlerComponent, extension_of

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


class ArchiveExtension(CrawlerComponent):
    """Owner of the archive that middlewares, pipelines and extensions share."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        config = config_of(crawler.settings)
        self.archive = Archive(config.data_directory, config.post_urls)
        self.batcher = WriteBatcher(self.archive, self.is_idle)
        self.awaits_others: Callable[[], bool] = lambda: False
        """Returns True if other processes are to bring items: set by the component that collects them."""

    def is_idle(self, waiting: int) -> bool:
        """Return True if no request is under way, and no item but the *waiting* ones."""
        engine = self.crawler.engine
        slot = engine.scraper.slot if engine else None
        if engine is None or slot is None:
            return True
        return not engine.downloader.active and slot.itemproc_size <= waiting and not self.awaits_others()

    def engine_stopped(self) -> None:
        self.archive.close()


def archive_of(crawler: Crawler) -> Archive:
    """Return the archive that the crawler's middlewares, pipelines and extensions share."""
    return extension_of(crawler, ArchiveExtension).archive


def batcher_of(crawler: Crawler) -> WriteBatcher:
    """Return the batcher through which the pipelines store articles in that archive."""
    return extension_of(crawler, ArchiveExtension).batcher
