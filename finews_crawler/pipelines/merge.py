"""Pipeline that merges a fetched article with its archived copy."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from scrapy.exceptions import DropItem

from finews_crawler.articles.alternating import hold_returned_values
from finews_crawler.articles.merge import is_revision, merge
from finews_crawler.extensions.archive import archive_of, batcher_of
from finews_crawler.extensions.storage_errors import STORAGE_ERRORS, fail_article
from finews_crawler.items import Article, Rejection

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler

    from finews_crawler.archive.archive import Archive
    from finews_crawler.archive.batching import WriteBatcher

logger = logging.getLogger(__name__)


class MergePipeline:
    """Merges each article with its archived copy, so that the later stages clean and validate what will be archived."""

    def __init__(self, crawler: Crawler, archive: Archive, batcher: WriteBatcher) -> None:
        self.crawler = crawler
        self.archive = archive
        self.batcher = batcher
        self.has_reported = False
        """True after the first article whose values alternate: one line a run shows it."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler, archive_of(crawler), batcher_of(crawler))

    async def process_item(self, item: Article | Rejection) -> Article | Rejection:
        if not isinstance(item, Article):
            return item
        await self.batcher.settle(item.info_code)
        try:
            lookup = self.archive.look_up(item.info_code)
            article = self._merge(lookup.entry.article, item) if lookup.entry else item
        except STORAGE_ERRORS as error:
            fail_article(self.crawler, self.archive.directory.root, item.info_code, error)
            raise DropItem(f"the archived {item.info_code} cannot be read", log_level="DEBUG") from error
        article.archived = lookup  # spares PersistPipeline and Archive.store the decompression of three bodies each
        return article

    def _merge(self, held: Article, item: Article) -> Article:
        merged = merge(held, item)
        if not held.revision or not is_revision(held, merged):
            return merged
        article, fields = hold_returned_values(held, merged, self.archive.index.revisions(held.info_code))
        if fields:
            self.crawler.stats.inc_value("finews/merge/returned_values")
            if not self.has_reported:
                self.has_reported = True
                message = "%s: its %s is that of an earlier revision again, without a later time: ignored"
                logger.info(message, held.info_code, " and ".join(fields))
        return article
