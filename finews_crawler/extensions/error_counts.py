"""Extension that counts an article lost to a bug as failed, so that the run does not end with exit status 0."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from finews_crawler.exceptions import ArchiveError
from finews_crawler.requests import INFO_CODE
from finews_crawler.stats import Count, FailureReason, count, count_failure
from finews_crawler.utils.crawler import CrawlerComponent

if TYPE_CHECKING:
    from scrapy.http import Response
    from twisted.python.failure import Failure


class ErrorCounts(CrawlerComponent):
    """Counts the articles whose callback or pipeline raised an exception. Scrapy logs the traceback."""

    def item_error(self, failure: Failure) -> None:
        count(self.crawler.stats, Count.FAILED)
        self.count_unreadable(failure)

    def spider_error(self, response: Response | None, failure: Failure) -> None:
        self.count_unreadable(failure)
        if response is not None and response.request is not None and INFO_CODE in response.request.meta:
            count(self.crawler.stats, Count.FAILED)

    def count_unreadable(self, failure: Failure) -> None:
        """Count an index that became unreadable during the run as a failure of the archive too."""
        if isinstance(failure.value, (ArchiveError, sqlite3.Error)):
            count_failure(self.crawler.stats, FailureReason.NOT_WRITABLE)
