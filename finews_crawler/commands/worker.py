"""``finews worker``: fetches the articles that crawls with the same FINEWS_CLUSTER have put on the queue."""

from __future__ import annotations

import argparse
import logging
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand

from finews_crawler.cli import check_scrapys_files, exit_on_error, reading_options
from finews_crawler.commands.crawl import quieten
from finews_crawler.config.given import check_names
from finews_crawler.config.imports import check_imports
from finews_crawler.config.load import CLUSTER_NOT_SET, check_configuration, check_installed, check_proxies, config_of
from finews_crawler.config.scrapys_settings import check_no_job
from finews_crawler.exceptions import ArgumentError, ClusterError
from finews_crawler.stats import ExitStatus
from finews_crawler.utils.unknown_words import unknown_word

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)


class Command(ScrapyCommand):
    """Runs until it is stopped by SIGTERM or Ctrl-C; then finishes what it has requested, and gives back the rest.

    Exit status 5 if the articles on the queue are of another version of this package: it leaves them to other workers.
    """

    requires_project = True
    examples = ("FINEWS_CLUSTER=redis://127.0.0.1:6379 finews worker", "finews worker -s CONCURRENT_REQUESTS=32")

    def short_desc(self) -> str:
        return "Fetch articles for the crawls of other machines (FINEWS_CLUSTER)"

    def long_desc(self) -> str:
        return (
            f"{self.short_desc()}. Runs until it is stopped. It writes nothing to the disk: the crawl has the archive."
        )

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        assert self.settings is not None
        with reading_options("finews worker", self.settings, opts):
            super().process_options(args, opts)
        with exit_on_error("finews worker", self.examples[0]):
            if unknown := unknown_word(args, opts):
                raise ArgumentError(unknown)
            self.check()
            check_scrapys_files(self.settings, has_feeds=False)

    def check(self) -> None:
        """Check settings and server. Raises UsageError."""
        assert self.settings is not None
        check_names(self.settings)
        check_proxies()
        if not config_of(self.settings).cluster:
            raise ClusterError(CLUSTER_NOT_SET)
        check_installed("redis", "cluster", "FINEWS_CLUSTER")
        from finews_crawler.cluster.settings import make_worker
        from finews_crawler.cluster.start import check_server
        from finews_crawler.cluster.worker import WorkerSpider
        from finews_crawler.spiders.arguments import SpiderArguments

        make_worker(self.settings)
        check_no_job(self.settings)
        check_imports(self.settings)
        config = config_of(self.settings)
        self.settings.set("USER_AGENT", config.user_agent(self.settings["USER_AGENT"]), "cmdline")
        WorkerSpider.check_hosts(SpiderArguments(), self.settings)
        check_server(check_configuration(self.settings))

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        from finews_crawler.cluster.worker import WorkerSpider
        from finews_crawler.engine.crawler import DirectCrawler
        from finews_crawler.spiders.arguments import SpiderArguments

        assert self.crawler_process is not None
        quieten(self.crawler_process.settings["LOG_LEVEL"])
        settings = self.crawler_process.settings
        crawler = self.crawler_process.create_crawler(DirectCrawler(WorkerSpider, settings, init_reactor=True))
        self.crawler_process.crawl(crawler, arguments=SpiderArguments())
        self.crawler_process.start()
        results = crawler.stats.get_value("finews/cluster/results", 0)
        logger.info("worker: %d results, %d requests", results, crawler.stats.get_value("downloader/request_count", 0))
        self.exitcode = 1 if self.crawler_process.bootstrap_failed else status_of(crawler)


def status_of(crawler: Crawler) -> ExitStatus:
    from finews_crawler.cluster.leases import OTHER_VERSION

    is_other = crawler.stats.get_value(OTHER_VERSION) is not None
    return ExitStatus.CHANGED_SHAPE if is_other else ExitStatus.ALL_WELL
