"""Extension that opens the archive before the components that use it, and closes it after the engine has stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy import signals

from finews_crawler.archive.archive import Archive
from finews_crawler.config.load import config_of
from finews_crawler.utils.crawler import extension_of

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler


class ArchiveExtension:
    """Owner of the archive that middlewares, pipelines and extensions share."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        config = config_of(crawler.settings)
        extension = cls(Archive(config.data_directory, config.post_urls))
        crawler.signals.connect(extension.engine_stopped, signals.engine_stopped)
        return extension

    def engine_stopped(self) -> None:
        self.archive.close()


def archive_of(crawler: Crawler) -> Archive:
    """Return the archive that the crawler's middlewares, pipelines and extensions share."""
    return extension_of(crawler, ArchiveExtension).archive
