"""``finews images``: keep the pictures of archived articles beside the archive."""

from __future__ import annotations

import argparse
import logging
from contextlib import ExitStack, closing
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand

from finews_crawler.cli import archive_errors, check_exists, check_scrapys_files, exit_on_error, reading_options
from finews_crawler.commands.crawl import quieten, status_of
from finews_crawler.config.given import check_names
from finews_crawler.config.imports import check_imports
from finews_crawler.config.load import check_configuration, check_proxies, config_of
from finews_crawler.config.scrapys_settings import check_no_job
from finews_crawler.config.values import optional, read, read_span, whole_number
from finews_crawler.exceptions import ArgumentError, ConfigurationError
from finews_crawler.stats import Count, read_counts
from finews_crawler.utils.empty_options import note_empty_values
from finews_crawler.utils.files import named_if_there
from finews_crawler.utils.terminal import write_stderr
from finews_crawler.utils.unknown_words import unknown_word

if TYPE_CHECKING:
    from finews_crawler.archive.query import ExportQuery
    from finews_crawler.images.spider import ImageRun

logger = logging.getLogger(__name__)
COMMAND = "finews images"
NOT_SET = "FINEWS_IMAGE_HOSTS is not set: name the hosts of the pictures, FINEWS_IMAGE_HOSTS=dfscdn.dfcfw.com"
WORDS = {
    Count.FOUND: "found",
    Count.NEW: "new",
    Count.HELD: "held",
    Count.REJECTED: "refused",
    Count.FAILED: "failed",
    Count.SKIPPED: "skipped",
}
HOSTS_NAMED = 3


class Command(ScrapyCommand):
    """Requests each picture once, from the hosts of FINEWS_IMAGE_HOSTS only; without that setting, nothing."""

    requires_project = True
    examples = ("FINEWS_IMAGE_HOSTS=dfscdn.dfcfw.com finews images", "finews images --since 2026-05-01 --limit 500")

    def syntax(self) -> str:
        return "[options]"

    def short_desc(self) -> str:
        return "Keep the pictures of archived articles, from the hosts of FINEWS_IMAGE_HOSTS"

    def long_desc(self) -> str:
        return f"{self.short_desc()}, in images/ of the data directory. The site shows them when upstream's are gone."

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        note_empty_values(parser)
        super().add_options(parser)
        parser.add_argument("--since", metavar="DAY", default="", help="of articles of this day in Beijing or later")
        parser.add_argument("--until", metavar="DAY", default="", help="of articles of this day or earlier")
        parser.add_argument("--limit", metavar="N", default="", help="request at most N pictures")

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        assert self.settings is not None
        with reading_options(COMMAND, self.settings, opts):
            super().process_options(args, opts)
        with exit_on_error(COMMAND, self.examples[0]):
            check_names(self.settings)
            if unknown := unknown_word(args, opts):
                raise ArgumentError(unknown)
            opts.query = read_query(opts)
            opts.limit = read("--limit", opts.limit, optional(whole_number(), None))
            self.prepare()
            check_scrapys_files(self.settings, has_feeds=False)
            self.open(opts)

    def prepare(self) -> None:
        """Check settings and data directory, and make the settings those of this crawl. Raises UsageError."""
        assert self.settings is not None
        check_proxies()
        hosts = config_of(self.settings).image_hosts
        if not hosts:
            raise ConfigurationError(NOT_SET)
        from finews_crawler.images.settings import make_image_crawl

        make_image_crawl(self.settings, hosts)
        check_no_job(self.settings)
        check_imports(self.settings)
        config = check_configuration(self.settings)
        self.settings.set("USER_AGENT", config.user_agent(self.settings["USER_AGENT"]), "cmdline")
        check_exists(config.data_directory)
        config.data_directory.check_index()

    def open(self, opts: argparse.Namespace) -> None:
        """Open the archive and lock its pictures, until ``run`` ends. Raises ArchiveError."""
        from finews_crawler.archive.archive import Archive
        from finews_crawler.archive.image_store import open_images
        from finews_crawler.archive.lock import Lock

        config = config_of(self.settings or {})
        directory = config.data_directory
        with ExitStack() as stack:
            archive = stack.enter_context(closing(Archive(directory, config.post_urls)))
            store = stack.enter_context(open_images(directory))
            lock = Lock(directory.image_lock, directory.root)
            with archive_errors(archive):
                archive.index.check()
                lock.take(config.lock_wait, lambda why: write_stderr(f"{COMMAND}: {why}"))
            stack.callback(lock.release)
            store.newest()  # an error now is one line, before the crawl begins
            if lock.is_unclean:
                store.sweep()
                lock.mark_clean()
            opts.archive, opts.store, opts.opened = archive, store, stack.pop_all()

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        from finews_crawler.images.spider import ImageRun

        with opts.opened:
            self.crawl(ImageRun(opts.archive.index, opts.store, opts.query, opts.limit))

    def crawl(self, job: ImageRun) -> None:
        from finews_crawler.engine.crawler import DirectCrawler
        from finews_crawler.images.spider import ImageSpider

        assert self.crawler_process is not None
        settings = self.crawler_process.settings
        quieten(settings["LOG_LEVEL"])
        crawler = self.crawler_process.create_crawler(DirectCrawler(ImageSpider, settings, init_reactor=True))
        self.crawler_process.crawl(crawler, job=job)
        self.crawler_process.start()
        counts = read_counts(crawler.stats)
        words = ", ".join(f"{word} {counts[what]}" for what, word in WORDS.items())
        requests, folder = crawler.stats.get_value("downloader/request_count", 0), job.store.directory.images
        logger.info("images: %s; requests %d%s%s", words, requests, named_if_there("pictures", folder), others_of(job))
        self.exitcode = 1 if self.crawler_process.bootstrap_failed else status_of(crawler)


def read_query(opts: argparse.Namespace) -> ExportQuery:
    """Return the selection of articles. Raises ArgumentError."""
    from finews_crawler.archive.query import ExportQuery

    return ExportQuery(*read_span(opts.since, opts.until, "--"))


def others_of(job: ImageRun) -> str:
    """Return the end of the summary that names the hosts that were not asked, '' without any."""
    if not job.elsewhere:
        return ""
    most = ", ".join(f"{host or 'none'} {number}" for host, number in job.elsewhere.most_common(HOSTS_NAMED))
    return f"; {job.elsewhere.total()} at hosts that FINEWS_IMAGE_HOSTS does not name ({most})"
