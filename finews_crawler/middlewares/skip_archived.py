"""Spider middleware that drops requests for archived articles, before they are scheduled.

Nine in ten listed articles are archived, and their list brings nothing new: they are counted here, since a journey
through Scrapy's engine and the pipelines, which would find the same, takes ten times as long.
"""

from __future__ import annotations

import logging
from functools import cached_property
from typing import TYPE_CHECKING, Any

from scrapy import Request
from scrapy.spidermiddlewares.base import BaseSpiderMiddleware

from finews_crawler.extensions.archive import archive_of, batcher_of
from finews_crawler.extensions.storage_errors import STORAGE_ERRORS, fail_article
from finews_crawler.items import Article
from finews_crawler.pipelines.unchanged import brings_nothing, keep, shows_nothing_new
from finews_crawler.requests import INFO_CODE, LISTED, REFETCH
from finews_crawler.run_info import publishes_run_info, run_info_of
from finews_crawler.stats import Count, count
from finews_crawler.utils.crawler import CrawlerComponent

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response

logger = logging.getLogger(__name__)
IS_START_REQUEST = "is_start_request"
"""``meta`` key by which Scrapy's scheduler sends the requests of ``start`` in their order, rather than the last first.
Scrapy's own middleware for it would handle each item of the spider, too."""


class SkipArchived(CrawlerComponent, BaseSpiderMiddleware):
    """Drops such requests. A list's copy of the article passes as an item if it has what the archive lacks."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.archive = archive_of(crawler)
        self.batcher = batcher_of(crawler)

    def get_processed_request(self, request: Request, response: Response | None) -> Any:
        remaining = self.skip(request)
        if response is None and isinstance(remaining, Request):
            remaining.meta[IS_START_REQUEST] = True
        return remaining

    def skip(self, found: Request) -> Request | Article | None:
        """Return *found* itself, the list's copy of an archived article, or None."""
        if INFO_CODE not in found.meta or found.meta.get(REFETCH):
            return found
        try:
            return self._skip_archived(found)
        except STORAGE_ERRORS as error:
            fail_article(self.crawler, self.archive.directory.root, found.meta[INFO_CODE], error)
            return None

    def _skip_archived(self, found: Request) -> Request | Article | None:
        listed: Article | None = found.meta.get(LISTED)
        if listed and self._keep_unchanged(listed):
            return None
        if self.archive.expected.contains(found.meta[INFO_CODE]):
            if listed is None:
                count(self.crawler.stats, Count.HELD)
            return listed
        if listed and self.archive.expected.was_rejected(listed.info_code, listed.listing_hash):
            self.crawler.stats.inc_value("finews/skip_held/rejected_before")
            count(self.crawler.stats, Count.SKIPPED)
            return None
        return found

    def _keep_unchanged(self, listed: Article) -> bool:
        """Count an archived article as held if its list brings nothing new, as the pipelines would. Raises as they do.

        Not if something else must see it first: a write under way, a dry run, or the count of another spider's items.
        """
        if self.batcher.is_under_way(listed.info_code) or not self.counts_items:
            return False
        archived = self.archive.expected.listed(listed.info_code)
        if archived is None:
            return False
        if archived.article is None:
            return self._keep_by_entry(listed)
        is_unchanged = shows_nothing_new(listed, archived.article, self.archive.addresses)
        if is_unchanged and not self.archive.has_files(archived.post_path, archived.article.slug):
            return self._keep_by_entry(listed)
        self.archive.expected.pass_over(listed.info_code)
        if is_unchanged:
            count(self.crawler.stats, Count.HELD)
            logger.debug("%s is archived already and unchanged", listed.info_code)
        return is_unchanged

    def _keep_by_entry(self, listed: Article) -> bool:
        """Do the same by the whole entry, and write the files of the article that are missing."""
        entry = self.archive.expected.take(listed.info_code)
        if entry is None or not entry.is_written or entry.article.is_stand_in:
            return False
        if not brings_nothing(listed, entry, self.archive.addresses):
            return False
        keep(self.archive, entry, self.crawler.stats)
        logger.debug("%s is archived already and unchanged", listed.info_code)
        return True

    @cached_property
    def counts_items(self) -> bool:
        """False where items are counted, and not archived, by what comes after this middleware."""
        return publishes_run_info(self.crawler) and not run_info_of(self.crawler).dry_run
