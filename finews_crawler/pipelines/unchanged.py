"""Articles that a crawl found as they are archived: nine in ten of a run, since lists overlap."""

from __future__ import annotations

from typing import TYPE_CHECKING

from finews_crawler.archive.archive import Lookup
from finews_crawler.articles.links import share_url_of
from finews_crawler.articles.merge import merge
from finews_crawler.articles.validate import missing_origin
from finews_crawler.items import Article
from finews_crawler.stats import Count, FailureReason, count, count_failure

if TYPE_CHECKING:
    from scrapy.statscollectors import StatsCollector

    from finews_crawler.archive.archive import Archive
    from finews_crawler.archive.entries import IndexEntry
    from finews_crawler.articles.links import PostUrls


def is_unchanged(article: Article) -> bool:
    """Return True for an article that equals its index entry, once it is merged; not if it was fetched again."""
    found = article.archived
    if not isinstance(found, Lookup) or found.entry is None:
        return False
    return _equals(article, found.entry)


def brings_nothing(copy: Article, entry: IndexEntry, urls: PostUrls) -> bool:
    """Return True for a copy that all pipelines would pass on to PersistPipeline without a change of its entry."""
    from finews_crawler.articles.derive import is_derived

    return (
        missing_origin(copy) is None and _equals(merge(entry.article, copy), entry) and is_derived(entry.article, urls)
    )


def shows_nothing_new(copy: Article, listed: Article, urls: PostUrls) -> bool:
    """Return what ``brings_nothing`` does, without the bodies of the archived article: see ``archive.listed``.

    A list gives none, and nothing but a body changes what depends on bodies. A copy with a body is something new.
    """
    if copy.is_refetched or missing_origin(copy) is not None or merge(listed, copy) != listed:
        return False
    return listed.share_url == share_url_of(listed, urls)


def keep(archive: Archive, entry: IndexEntry, stats: StatsCollector) -> None:
    """Count an archived article that was found again, and write the files of it that are missing.

    Raises as ``Archive.restore``.
    """
    if archive.restore(entry):
        stats.inc_value("finews/persist/posts_restored")
    count_stand_in(entry.article, stats)
    count(stats, Count.HELD)


def count_stand_in(article: Article, stats: StatsCollector) -> None:
    if article.is_stand_in:
        count_failure(stats, FailureReason.STAND_INS)


def _equals(merged: Article, entry: IndexEntry) -> bool:
    return not merged.is_refetched and merged == entry.article
