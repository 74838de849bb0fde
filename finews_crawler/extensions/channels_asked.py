"""Which channels a run has read, kept for FINEWS_CHANNEL_MINUTES when the run is over.

At its end, not with each list: a run that was killed or stopped has left articles, so its lists stay due.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from scrapy import signals

from finews_crawler.advice import advise
from finews_crawler.archive.asked import Asked
from finews_crawler.configuration import channel_pace
from finews_crawler.counts import Fault, count_fault
from finews_crawler.extensions.open_archive import archive_of

if TYPE_CHECKING:
    from scrapy import Spider
    from scrapy.crawler import Crawler
    from typing_extensions import Self

logger = logging.getLogger(__name__)
WENT_TO_ITS_END = "finished"


class ChannelsAsked:
    """Writes when channels were asked; nothing, where every channel is always due."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        extension = cls(crawler)
        crawler.signals.connect(extension.spider_closed, signals.spider_closed)
        return extension

    def spider_closed(self, spider: Spider, reason: str) -> None:
        pace = channel_pace(self.crawler.settings)
        read = {name: at for name, at in getattr(spider, "channels_read", {}).items() if name in pace}
        if not read or reason != WENT_TO_ITS_END or getattr(spider, "is_cut_short", False):
            return
        asked = Asked(archive_of(self.crawler).directory)
        try:
            asked.put(read)
        except OSError as error:
            count_fault(self.crawler.stats, Fault.NOT_WRITABLE)
            message = "%s could not be written (%s), so these channels stay due: %s"
            logger.error(message, asked.path, error, advise(error))  # noqa: TRY400 (one line says it)
