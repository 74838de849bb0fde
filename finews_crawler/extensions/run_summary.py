"""Extension that logs the counts of a run in one line, and writes them as JSON to FINEWS_SUMMARY_FILE."""

from __future__ import annotations

import json
import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from finews_crawler.config.load import config_of
from finews_crawler.config.settings_file import settings_file
from finews_crawler.run_info import publishes_run_info, run_info_of
from finews_crawler.stats import Count, FailureReason, count, count_failure, exit_status, read_counts, unaccounted
from finews_crawler.utils.crawler import CrawlerComponent
from finews_crawler.utils.error_hints import hint_for
from finews_crawler.utils.files import named_if_there
from finews_crawler.utils.log import error_line
from finews_crawler.utils.output import write_output

if TYPE_CHECKING:
    from scrapy import Spider

logger = logging.getLogger(__name__)
COPIES = "finews/persist/archived_copies"
STOPPED = "shutdown"
"""Scrapy's finish reason after SIGINT or SIGTERM."""


class RunSummary(CrawlerComponent):
    """Balances the counts when the spider closes, then reports them."""

    def spider_opened(self, spider: Spider) -> None:
        """Log that an archive begins: after a typing error in the name of its folder, this is the only sign of it."""
        directory = config_of(self.crawler.settings).data_directory
        writes = publishes_run_info(self.crawler) and not run_info_of(self.crawler).dry_run
        if writes and not directory.index.exists():
            file = settings_file(os.environ)
            of_file = f"settings of {file.absolute()}" if file else f"no finews.toml in {Path.cwd()}"
            logger.info("%s: a new archive in %s (%s)", spider.name, directory.root.absolute(), of_file)

    def spider_closed(self, spider: Spider, reason: str) -> None:
        self.balance(spider, reason)
        config, stats = config_of(self.crawler.settings), self.crawler.stats
        counts = read_counts(stats)
        requests, copies = (stats.get_value(name, 0) for name in ("downloader/request_count", COPIES))
        words = ", ".join(f"{name} {number}" for name, number in counts.items())
        copied = f"archived copies {copies}; " if copies else ""
        place = named_if_there("posts", config.data_directory.posts)  # a run may find nothing, or be a dry one
        logger.info("%s: %s; %srequests %d%s", spider.name, words, copied, requests, place)
        if config.summary_file:
            summary = {"spider": spider.name, **counts, "archived_copies": copies, "requests": requests}
            summary["exit_status"] = int(exit_status(stats))
            self.write(config.summary_file, summary)

    def write(self, path: Path, summary: dict[str, Any]) -> None:
        try:
            write_output(path, json.dumps(summary).encode() + b"\n")
        except OSError as error:
            count_failure(self.crawler.stats, FailureReason.NOT_WRITABLE)
            message = "FINEWS_SUMMARY_FILE=%s could not be written (%s): %s"
            error_line(logger, message, path, error, hint_for(error))

    def balance(self, spider: Spider, reason: str) -> None:
        """Count and report the articles that have no outcome, so that found is the sum of the outcomes."""
        left = unaccounted(self.crawler.stats)
        if not left:
            return
        if reason == STOPPED:
            count(self.crawler.stats, Count.SKIPPED, left)
            logger.warning("%s: stopped by a signal; %d articles are left for the next run", spider.name, left)
            return
        count(self.crawler.stats, Count.FAILED, left)
        if reason == "finished":
            count_failure(self.crawler.stats, FailureReason.UNACCOUNTED)
            logger.error("%s: %d articles have no outcome: report this as a bug, and run again", spider.name, left)
        else:
            logger.error("%s: the run ended early (%s); %d articles are left", spider.name, reason, left)
