"""Merge: what the archive holds of an article and what was just found become one article."""

from __future__ import annotations

from typing import TYPE_CHECKING

from finews_crawler.articles.merge import merge
from finews_crawler.extensions.archive import archive_of
from finews_crawler.items import Article, Rejection

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler

    from finews_crawler.archive.archive import Archive


class MergePipeline:
    """Joins an article with the copy the archive holds, so that the later stages see it as it is to be archived."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(archive_of(crawler))

    def process_item(self, item: Article | Rejection) -> Article | Rejection:
        if not isinstance(item, Article):
            return item
        held = self.archive.get(item.info_code)
        return merge(held, item) if held else item
