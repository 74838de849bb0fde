"""What a run did: one line at its end, and the same as JSON for a program."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy import signals

from finews_crawler.configuration import data_directory
from finews_crawler.counts import exit_status, read_counts

if TYPE_CHECKING:
    from scrapy import Spider
    from scrapy.crawler import Crawler
    from typing_extensions import Self

logger = logging.getLogger(__name__)


class RunReport:
    """Logs the summary when the spider closes."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.summary_file = crawler.settings["FINEWS_SUMMARY_FILE"]

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        extension = cls(crawler)
        crawler.signals.connect(extension.spider_closed, signals.spider_closed)
        return extension

    def spider_closed(self, spider: Spider) -> None:
        counts = read_counts(self.crawler.stats)
        requests = self.crawler.stats.get_value("downloader/request_count", 0)
        words = ", ".join(f"{name} {number}" for name, number in counts.items())
        posts = data_directory(self.crawler.settings).posts
        logger.info("%s: %s; requests %d; posts are in %s", spider.name, words, requests, posts)
        if self.summary_file:
            status = exit_status(self.crawler.stats)
            summary = {"spider": spider.name, **counts, "requests": requests, "exit_status": int(status)}
            Path(self.summary_file).write_text(json.dumps(summary), encoding="utf-8")
