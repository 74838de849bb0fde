"""Pipeline that rejects articles without the fields that a post needs; an archived copy remains as it is."""

from __future__ import annotations

from finews_crawler.articles.validate import find_flaw, rejection_of
from finews_crawler.items import Article, Rejection
from finews_crawler.pipelines.unchanged import is_unchanged
from finews_crawler.utils import clock


class ValidatePipeline:
    """Replaces each article that cannot become a post by a Rejection. Runs on merged and cleaned articles."""

    def process_item(self, item: Article | Rejection) -> Article | Rejection:
        if not isinstance(item, Article) or is_unchanged(item):
            return item
        flaw = find_flaw(item, item.seen_at or clock.now())
        return item if flaw is None else rejection_of(item, flaw)
