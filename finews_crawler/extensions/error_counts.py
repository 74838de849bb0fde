"""Extension that counts an article lost to a bug as failed, so that the run does not end with exit status 0."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from scrapy import signals

from finews_crawler.exceptions import UnusableIndex
from finews_crawler.requests import INFO_CODE
from finews_crawler.stats import Count, FailureReason, count, count_failure

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.statscollectors import StatsCollector
    from twisted.python.failure import Failure


class ErrorCounts:
    """Counts the articles whose callback or pipeline raised an exception. Scrapy logs the traceback."""

    def __init__(self, stats: StatsCollector) -> None:
        self.stats = stats

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        extension = cls(crawler.stats)
        crawler.signals.connect(extension.item_error, signals.item_error)
        crawler.signals.connect(extension.spider_error, signals.spider_error)
        return extension

    def item_error(self, failure: Failure) -> None:
        count(self.stats, Count.FAILED)
        self.count_unreadable(failure)

    def spider_error(self, response: Response | None, failure: Failure) -> None:
        self.count_unreadable(failure)
        if response is not None and response.request is not None and INFO_CODE in response.request.meta:
            count(self.stats, Count.FAILED)

    def count_unreadable(self, failure: Failure) -> None:
        """Count an index that became unreadable during the run as a failure of the archive, not of the article."""
        if isinstance(failure.value, (UnusableIndex, sqlite3.Error)):
            count_failure(self.stats, FailureReason.NOT_WRITABLE)
