"""``finews crawl``: Scrapy's command, with all settings and arguments checked before the first request."""

from __future__ import annotations

import argparse
import gc
import logging
from typing import TYPE_CHECKING

from scrapy.addons import AddonManager
from scrapy.commands.crawl import Command as ScrapyCrawl
from scrapy.utils.misc import load_object

from finews_crawler.cli import (
    archive_errors,
    check_scrapys_files,
    exit_on_error,
    final_status,
    prepare,
    reading_options,
)
from finews_crawler.config.given import check_names
from finews_crawler.config.imports import check_imports
from finews_crawler.config.load import check_configuration, check_installed, check_proxies, config_of
from finews_crawler.config.scrapys_settings import check_no_job
from finews_crawler.exceptions import ArgumentError
from finews_crawler.stats import ExitStatus, exit_status, read_counts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scrapy import Spider
    from scrapy.crawler import Crawler
    from scrapy.settings import BaseSettings
    from scrapy.spiderloader import SpiderLoaderProtocol

    from finews_crawler.spiders.base import FinewsSpider

logger = logging.getLogger(__name__)

# They list classes and settings at the start of every run.
CHATTY_LOGGERS = ("scrapy.addons", "scrapy.crawler", "scrapy.middleware", "scrapy.utils.log", "scrapy.core.engine")
# The spider reports the same in one line, without a traceback.
REPEATING_LOGGERS = ("scrapy.downloadermiddlewares.robotstxt", "scrapy.spidermiddlewares.httperror")
# Objects made until the next collection, until FrozenStart sets it anew: twice what is made until then.
COLLECT_IN_START_AFTER = 100_000
# Static: Scrapy makes the help before the command has its settings, and loads no spider for it.
OF_ALL = {
    "since=DAY": "published on this day in Beijing or later: 2026-05-01",
    "until=DAY": "published on this day or earlier",
    "limit=N": "fetch at most N articles",
    "refetch=1": "fetch archived articles again, for corrections",
    "dry_run=1": "print what would be fetched, leave the archive unchanged",
}
OF_SPIDERS = {
    "channel": {
        "channels=NAMES": "lists, separated by commas: fast,yaowen,columns:415; without it, all that are polled",
        "count=N": "rows of one request, 100 by default",
    },
    "category": {
        "category=NAMES": "slugs or outlets of the archive's site, or URLs, separated by commas",
        "all=1": "all categories of the archive's site",
    },
    "share": {
        "info_code=CODES": "infoCodes, separated by commas",
        "url=URLS": "addresses or share links, separated by commas",
        "file=PATH": "a list of codes and links, a folder of posts, or - for standard input",
    },
    "security": {
        "symbol=SYMBOLS": "listed securities, separated by commas: 600050.SH",
        "count=N": "rows of one request, 100 by default",
    },
}


def arguments_help() -> str:
    """Return the arguments of each spider, one a line."""
    groups = {"arguments (-a) of every spider": OF_ALL, **{f"of {name}": found for name, found in OF_SPIDERS.items()}}
    lines = (
        line
        for title, found in groups.items()
        for line in (f"{title}:", *(f"  {name:<22}{meaning}" for name, meaning in found.items()), "")
    )
    return "\n".join(lines)


def argument_names() -> dict[str, list[str]]:
    """Return the names of the arguments of each spider."""
    return {spider: [name.partition("=")[0] for name in (*found, *OF_ALL)] for spider, found in OF_SPIDERS.items()}


def names_of(arguments: Mapping[str, str]) -> str:
    return ", ".join(name.partition("=")[0] for name in arguments)


class Command(ScrapyCrawl):
    """Scrapy's command, with an exit status that names the most serious failure."""

    examples = ("finews crawl channel", "finews crawl security -a symbol=600050.SH -a since=2026-05-01")
    details = staticmethod(arguments_help)

    def syntax(self) -> str:
        return f"{'|'.join(OF_SPIDERS)} [-a NAME=VALUE] ... [options]"

    def short_desc(self) -> str:
        return "Crawl channels, categories, single articles or securities into the archive"

    def long_desc(self) -> str:
        spiders = "; ".join(f"{name}: {names_of(found)}" for name, found in OF_SPIDERS.items())
        return f"{self.short_desc()}. Arguments (-a) of each spider: {spiders}; all of them: {names_of(OF_ALL)}."

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        assert self.settings is not None
        command = command_of(args)
        from finews_crawler.spiders.command_words import check_pairs, check_words

        with exit_on_error(command):
            check_words(args, argument_names())
            check_pairs(args, opts.spargs)
        with reading_options(command, self.settings, opts):
            super().process_options(args, opts)
        gc.set_threshold(COLLECT_IN_START_AFTER)
        with exit_on_error(command):
            self.check(args, opts)

    def check(self, args: list[str], opts: argparse.Namespace) -> None:
        """Check settings and arguments, and open the archive. Raises UsageError, ArchiveError."""
        from finews_crawler.archive.archive import Archive

        assert self.settings is not None
        check_names(self.settings)
        check_proxies()
        check_no_job(self.settings)
        check_imports(self.settings)
        spider = load_spider(args, self.settings)
        config = config_of(self.settings)
        if config.replay:
            from finews_crawler.warc.replay.files import check_replay

            check_replay(config.replay)
        AddonManager.load_pre_crawler_settings(self.settings)  # Scrapy does so after the arguments are checked
        opts.arguments = spider.check(opts.spargs, self.settings)
        self.settings.set("USER_AGENT", config.user_agent(self.settings["USER_AGENT"]), "cmdline")
        if opts.arguments.dry_run:
            self.settings.set("FINEWS_WARC_DIR", "", "cmdline")  # it need not be writable
        config = check_configuration(self.settings)
        check_scrapys_files(self.settings, has_feeds=not opts.arguments.dry_run)
        is_coordinator = bool(config.cluster and not config.replay and not opts.arguments.dry_run)
        if is_coordinator:
            check_installed("redis", "cluster", "FINEWS_CLUSTER")
            from finews_crawler.cluster.start import check_server, claim_queue

            check_server(config)
        config.data_directory.check_index()
        opts.archive = Archive(config.data_directory, config.post_urls)
        with archive_errors(opts.archive):
            opts.archive.index.check()
            if not opts.arguments.dry_run:
                prepare(opts.archive, config, f"finews crawl {args[0]}")
        opts.archive.index.close()
        if is_coordinator:
            claim_queue(config)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        assert self.crawler_process is not None
        quieten(self.crawler_process.settings["LOG_LEVEL"])
        crawler = self._create_crawler(args[0])
        self.crawler_process.crawl(crawler, arguments=opts.arguments, **opts.spargs)
        try:
            self.crawler_process.start()
        finally:
            opts.archive.close()
        status = 1 if self.crawler_process.bootstrap_failed else status_of(crawler)
        self.exitcode = final_status(command_of(args), status)

    def _create_crawler(self, spidercls: type[Spider] | str) -> Crawler:
        from finews_crawler.engine.crawler import DirectCrawler

        assert self.crawler_process is not None
        if isinstance(spidercls, str):
            spidercls = self.crawler_process.spider_loader.load(spidercls)
        return super()._create_crawler(DirectCrawler(spidercls, self.crawler_process.settings, init_reactor=True))  # type: ignore[arg-type]


def command_of(args: list[str]) -> str:
    """Return the name of the command for messages."""
    return " ".join(("finews crawl", *(word for word in args[:1] if "://" not in word and not word.startswith("-"))))


def load_spider(args: list[str], settings: BaseSettings) -> type[FinewsSpider]:
    from finews_crawler.spiders.base import FinewsSpider

    # Not by get_spider_loader, which copies all settings for it.
    loader: SpiderLoaderProtocol = load_object(settings["SPIDER_LOADER_CLASS"]).from_settings(settings)
    if len(args) != 1:
        known = ", ".join(sorted(loader.list()))
        raise ArgumentError(f"the spider must be one of {known}; for example: finews crawl channel")
    try:
        spider = loader.load(args[0])
    except KeyError:
        known = ", ".join(sorted(loader.list()))
        raise ArgumentError(f"unknown spider {args[0]!r} (known: {known})") from None
    assert issubclass(spider, FinewsSpider)
    return spider


def status_of(crawler: Crawler) -> int:
    if crawler.stats.get_value("finish_reason") is not None:
        return exit_status(crawler.stats)
    # Scrapy does not close the spider if a signal arrives while the engine starts, or a second one while it stops.
    if not read_counts(crawler.stats)["found"]:
        logger.warning("stopped by a signal before anything was found")
        return ExitStatus.ALL_WELL
    logger.error("ended without being closed, by a second signal: what is on disk is whole; run again for the rest")
    return 1


def quieten(level: str) -> None:
    """Silence Scrapy's own messages about a start, except with ``-L DEBUG``."""
    if level == "DEBUG":
        return
    for name in CHATTY_LOGGERS:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in REPEATING_LOGGERS:
        logging.getLogger(name).setLevel(logging.CRITICAL)
