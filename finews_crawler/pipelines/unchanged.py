"""Articles that a crawl found as they are archived: nine in ten of a run, since lists overlap."""

from __future__ import annotations

from finews_crawler.archive.archive import Lookup
from finews_crawler.items import Article


def is_unchanged(article: Article) -> bool:
    """Return True for an article that equals its index entry, once it is merged; not if it was fetched again."""
    found = article.archived
    if article.is_refetched or not isinstance(found, Lookup) or found.entry is None:
        return False
    return found.entry.article == article
