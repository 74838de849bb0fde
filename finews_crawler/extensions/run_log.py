"""Extension that records the run as a row of the index, if it exists: a first run may archive nothing."""

from __future__ import annotations

import logging
import os
import time
from array import array
from typing import TYPE_CHECKING

from finews_crawler.archive.archive import Lookup
from finews_crawler.archive.runs import Run, put_run
from finews_crawler.config.load import config_of
from finews_crawler.extensions.archive import archive_of
from finews_crawler.extensions.first_error import FirstError
from finews_crawler.extensions.storage_errors import STORAGE_ERRORS
from finews_crawler.items import Article
from finews_crawler.run_info import publishes_run_info, run_info_of
from finews_crawler.stats import FailureReason, count_failure, exit_status, read_counts
from finews_crawler.utils import clock
from finews_crawler.utils.crawler import CrawlerComponent, extension_of
from finews_crawler.utils.log import error_line

if TYPE_CHECKING:
    from scrapy import Spider
    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)


class RunLog(CrawlerComponent):
    """Inserts the row when the spider opens, or with the first article; completes it after RunSummary.

    A spider that is none of ours has a row if it archives something: ``scrapy shell`` is no crawl, and never ends.
    """

    writes = True  # a dry run leaves it out

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.run: Run | None = None
        self.run_id: int | None = None
        self.began = 0.0
        self.latencies = array("q")
        """For each new article the seconds from its publication to its first fetch."""

    def spider_opened(self, spider: Spider) -> None:
        replayed = config_of(self.crawler.settings).replay
        given = {**run_info_of(self.crawler).given, **({"FINEWS_REPLAY": replayed} if replayed else {})}
        self.run = Run(spider.name, given, os.getpid(), clock.now())
        self.began = time.monotonic()
        if publishes_run_info(self.crawler):
            self.record()

    def item_scraped(self, item: object) -> None:
        if self.run_id is None:
            self.record()
        if self.run is not None and isinstance(item, Article):
            self.note_latency(item, self.run)

    def note_latency(self, article: Article, run: Run) -> None:
        """Note the latency of an article that this run was the first to fetch."""
        seen, published = article.first_seen_at, article.published_at
        if isinstance(article.archived, Lookup) and article.archived.entry is not None:
            return  # noted when it was new
        if seen is None or published is None or seen < run.started_at:
            return
        # An article may be listed before its publication time.
        self.latencies.append(max(0, int((seen - published).total_seconds())))

    def spider_closed(self, reason: str) -> None:
        if self.run is None:
            return
        stats, run = self.crawler.stats, self.run
        run.ended_at, run.reason = clock.now(), reason
        run.measured_seconds = round(time.monotonic() - self.began)
        run.exit_status, run.counts = int(exit_status(stats)), read_counts(stats)
        run.requests = stats.get_value("downloader/request_count", 0)
        run.bytes = stats.get_value("downloader/response_bytes", 0)
        run.retries = stats.get_value("retry/count", 0)
        run.first_error = extension_of(self.crawler, FirstError).line
        if self.latencies:
            import statistics  # brings fractions and decimals; most runs find nothing new

            run.latency_median = round(statistics.median(self.latencies))
            run.latency_largest = max(self.latencies)
        if self.run_id is not None or publishes_run_info(self.crawler):
            self.record()

    def record(self) -> None:
        index = archive_of(self.crawler).index
        if self.run is None or not index.exists():
            return
        try:
            self.run_id = put_run(index, self.run, self.run_id)
        except STORAGE_ERRORS as error:
            count_failure(self.crawler.stats, FailureReason.NOT_WRITABLE)
            message = "%s could not be written (%s): the run is not recorded"
            error_line(logger, message, index.path, error)
