"""Extension that opens the archive before the components that use it, and closes it after the engine has stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from finews_crawler.archive.archive import Archive
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

    def engine_stopped(self) -> None:
        self.archive.close()


def archive_of(crawler: Crawler) -> Archive:
    """Return the archive that the crawler's middlewares, pipelines and extensions share."""
    return extension_of(crawler, ArchiveExtension).archive
