"""``scrapy crawl``, with everything checked before the first request, and an exit status that says what happened."""

from __future__ import annotations

import argparse
import logging
from typing import TYPE_CHECKING

from scrapy.addons import AddonManager
from scrapy.commands.crawl import Command as ScrapyCrawl
from scrapy.spiderloader import get_spider_loader

from finews_crawler.cli import exit_with, open_standard_streams, open_to_read, open_to_write
from finews_crawler.config.model import user_agent
from finews_crawler.exceptions import ArgumentError
from finews_crawler.spiders.base import FinewsSpider
from finews_crawler.stats import ExitStatus, exit_status, read_counts

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)

# Lists of classes and settings at the start of every run: of use to Scrapy's developers.
CHATTY_LOGGERS = ("scrapy.addons", "scrapy.crawler", "scrapy.middleware", "scrapy.utils.log", "scrapy.core.engine")
# The spider says it in one line, without a traceback.
REPEATING_LOGGERS = ("scrapy.downloadermiddlewares.robotstxt", "scrapy.spidermiddlewares.httperror")


class Command(ScrapyCrawl):
    """Scrapy's own command; it differs before the first request and after the last."""

    def short_desc(self) -> str:
        return "Crawl channels, categories or share links into the archive"

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        super().process_options(args, opts)
        open_standard_streams()
        assert self.settings is not None
        if len(args) != 1:
            exit_with(ExitStatus.ARGUMENTS, "scrapy crawl: give one spider; for example: scrapy crawl channel")
        loader = get_spider_loader(self.settings)
        if args[0] not in loader.list():
            exit_with(ExitStatus.ARGUMENTS, f"unknown spider {args[0]!r} (known: {', '.join(sorted(loader.list()))})")
        spider_class = loader.load(args[0])
        assert issubclass(spider_class, FinewsSpider)
        AddonManager.load_pre_crawler_settings(self.settings)  # Scrapy does so after the arguments are checked
        try:
            opts.arguments = spider_class.check(opts.spargs, self.settings)
        except ArgumentError as error:
            exit_with(ExitStatus.ARGUMENTS, f"scrapy crawl {args[0]}: {error}")
        self.settings.set("USER_AGENT", user_agent(self.settings), "cmdline")
        if opts.arguments.dry_run:
            self.settings.set("FINEWS_WARC_DIR", "", "cmdline")  # it need not be writable
        open_archive = open_to_read if opts.arguments.dry_run else open_to_write
        opts.archive = open_archive(self.settings, f"scrapy crawl {args[0]}")
        opts.archive.index.close()

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        assert self.crawler_process is not None
        quieten(self.crawler_process.settings["LOG_LEVEL"])
        crawler = self._create_crawler(args[0])
        self.crawler_process.crawl(crawler, arguments=opts.arguments, **opts.spargs)
        try:
            self.crawler_process.start()
        finally:
            opts.archive.close()
        self.exitcode = 1 if self.crawler_process.bootstrap_failed else status_of(crawler)


def status_of(crawler: Crawler) -> int:
    """The exit status of a run that is over."""
    if crawler.stats.get_value("finish_reason") is not None:
        return exit_status(crawler.stats)
    # Scrapy closes no spider that a signal meets while the engine starts, nor one that is told to stop twice.
    if not read_counts(crawler.stats)["found"]:
        logger.warning("asked to stop before anything was found")
        return ExitStatus.ALL_WELL
    logger.error("ended without being closed, by a second signal: what is on disk is whole; run again for the rest")
    return 1


def quieten(level: str) -> None:
    """Leave Scrapy's own chatter to ``-L DEBUG``."""
    if level == "DEBUG":
        return
    for name in CHATTY_LOGGERS:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in REPEATING_LOGGERS:
        logging.getLogger(name).setLevel(logging.CRITICAL)
