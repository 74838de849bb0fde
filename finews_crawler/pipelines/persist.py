"""Pipeline that archives articles and records rejections."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from scrapy.exceptions import DropItem

from finews_crawler.articles.merge import is_revision
from finews_crawler.articles.originals import is_copied
from finews_crawler.extensions.archive import archive_of, batcher_of
from finews_crawler.extensions.storage_errors import STORAGE_ERRORS, fail_article
from finews_crawler.items import Article, Rejection
from finews_crawler.pipelines.unchanged import count_stand_in, keep
from finews_crawler.stats import Count, count
from finews_crawler.utils import clock

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler

    from finews_crawler.archive.archive import Archive
    from finews_crawler.archive.batching import WriteBatcher

logger = logging.getLogger(__name__)


class PersistPipeline:
    """Writes posts and ``rejected.jsonl``. An error of the disk ends the run."""

    def __init__(self, crawler: Crawler, archive: Archive, batcher: WriteBatcher) -> None:
        self.crawler = crawler
        self.archive = archive
        self.batcher = batcher
        self.stats = crawler.stats

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler, archive_of(crawler), batcher_of(crawler))

    async def process_item(self, item: Article | Rejection) -> Article:
        try:
            if isinstance(item, Article):
                return await self._store(item)
            self._reject(item)
        except STORAGE_ERRORS as error:
            fail_article(self.crawler, self.archive.directory.root, item.info_code, error)
        raise DropItem(f"{item.info_code or 'a row without infoCode'} is not archived", log_level="DEBUG")

    async def _store(self, article: Article) -> Article:
        entry = self.archive.entry_of(article)
        archived = entry.article if entry else None
        # A refetch that brings nothing new still replaces a post that was edited or written by another program.
        if entry and archived == article and (not article.is_refetched or self.archive.shows(entry)):
            keep(self.archive, entry, self.stats)
            raise DropItem(f"{article.info_code} is archived already and unchanged", log_level="DEBUG")
        outcome = self._classify(article, archived)
        change = await self.batcher.store(article)
        # Counted only when it is on disk.
        count(self.stats, outcome)
        if change.staged:
            self.stats.inc_value("finews/persist/posts_written")
        # A post that was edited or written by another program is kept or copied aside.
        if change.row.post_as_found is not None:
            self.stats.inc_value("finews/persist/kept_as_found")
            logger.info("external post kept: %s (refetch=1 replaces it)", change.row.post_path)
        if change.set_aside:
            self.stats.inc_value("finews/persist/set_aside", len(change.set_aside))
        if is_copied(article.origins.get("source_url", "")):
            self.stats.inc_value("finews/persist/archived_copies")
        count_stand_in(article, self.stats)
        return article

    def _classify(self, article: Article, archived: Article | None) -> Count:
        """Return the outcome of an article, and set its times and revision accordingly."""
        if archived is None:
            article.first_seen_at = article.seen_at or clock.now()
            return Count.NEW
        if not is_revision(archived, article):
            return Count.MERGED
        article.revision, article.revised_at = archived.revision + 1, article.seen_at or clock.now()
        return Count.REVISED

    def _reject(self, rejection: Rejection) -> None:
        is_new = self.archive.reject(rejection, rejection.seen_at or clock.now())
        # A final rejection that rejected.jsonl has already counts as skipped.
        outcome = Count.FAILED if not rejection.is_final else Count.REJECTED if is_new else Count.SKIPPED
        count(self.stats, outcome)
        self.stats.inc_value(f"finews/{outcome.value}/{rejection.reason}")
        level = logging.WARNING if is_new else logging.INFO
        code = rejection.info_code or "a row without infoCode"
        logger.log(level, "%s: %r %s (%s)", outcome.value, code, rejection.reason, rejection.detail)
