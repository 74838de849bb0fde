"""Validate: an article without what a post needs becomes a rejection, with its payload; what is held stays."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from finews_crawler.articles.validate import find_flaw
from finews_crawler.items import Article, Rejection
from finews_crawler.utils import clock


class ValidatePipeline:
    """Replaces what cannot be a post by a Rejection. It sees articles as they are to be archived."""

    def __init__(self, now: Callable[[], datetime] | None = None) -> None:
        self.now = now or clock.now

    def process_item(self, item: Article | Rejection) -> Article | Rejection:
        if not isinstance(item, Article):
            return item
        flaw = find_flaw(item, item.seen_at or self.now())
        if flaw is None:
            return item
        return Rejection(
            item.info_code,
            flaw.reason,
            flaw.detail,
            item.payload,
            item.source_url,
            is_final=flaw.is_final,
            listing_hash=item.listing_hash,
            seen_at=item.seen_at,
        )
