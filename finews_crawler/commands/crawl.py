"""``scrapy crawl``, with everything checked before the first request, and an exit status that says what happened."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from pathlib import Path
from typing import NoReturn

from scrapy.commands.crawl import Command as ScrapyCrawl
from scrapy.spiderloader import get_spider_loader

from finews_crawler.archive.index import Index, UnusableIndex
from finews_crawler.archive.paths import ArchiveNotWritable
from finews_crawler.configuration import ConfigurationError, check_configuration, data_directory
from finews_crawler.counts import ExitStatus, exit_status
from finews_crawler.spiders.arguments import ArgumentError
from finews_crawler.spiders.base import FinewsSpider

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
        open_standard_error()
        assert self.settings is not None
        if len(args) != 1:
            stop(ExitStatus.ARGUMENTS, "scrapy crawl: give one spider; for example: scrapy crawl channel")
        loader = get_spider_loader(self.settings)
        if args[0] not in loader.list():
            stop(ExitStatus.ARGUMENTS, f"unknown spider {args[0]!r} (known: {', '.join(sorted(loader.list()))})")
        spider_class = loader.load(args[0])
        assert issubclass(spider_class, FinewsSpider)
        try:
            opts.arguments = spider_class.check(opts.spargs, self.settings)
            check_configuration(self.settings)
            data_directory(self.settings).check_writable()
            Index(data_directory(self.settings).index).check()
        except (ArgumentError, ConfigurationError) as error:
            stop(ExitStatus.ARGUMENTS, f"scrapy crawl {args[0]}: {error}")
        except (ArchiveNotWritable, UnusableIndex) as error:
            stop(ExitStatus.NOT_WRITABLE, f"scrapy crawl {args[0]}: {error}")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        assert self.crawler_process is not None
        quieten(self.crawler_process.settings["LOG_LEVEL"])
        crawler = self._create_crawler(args[0])
        self.crawler_process.crawl(crawler, arguments=opts.arguments)
        self.crawler_process.start()
        # Without a reason to have finished, the run was killed while it was closing, or never began.
        if self.crawler_process.bootstrap_failed or crawler.stats.get_value("finish_reason") is None:
            self.exitcode = 1
        else:
            self.exitcode = exit_status(crawler.stats)


def open_standard_error() -> None:
    """A cron line may have closed it (``2>&-``), and Scrapy's logging cannot begin without: the crawl goes on."""
    if sys.stderr is None:
        sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 (open as long as the process is)


def quieten(level: str) -> None:
    """Leave Scrapy's own chatter to ``-L DEBUG``."""
    if level == "DEBUG":
        return
    for name in CHATTY_LOGGERS:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in REPEATING_LOGGERS:
        logging.getLogger(name).setLevel(logging.CRITICAL)


def stop(status: ExitStatus, message: str) -> NoReturn:
    """One line, and out."""
    sys.stderr.write(f"{message}\n")
    sys.exit(status)
