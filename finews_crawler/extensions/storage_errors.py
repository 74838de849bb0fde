"""Errors of the archive during a crawl: one log line for a run, and an outcome for each article.

A damaged row concerns one article, so the run goes on; any other error ends it.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from typing import TYPE_CHECKING

from finews_crawler.exceptions import ArchiveError, DamagedRow, Locked, UnusableIndex
from finews_crawler.extensions.archive import archive_of
from finews_crawler.stats import Count, FailureReason, count, count_failure
from finews_crawler.utils.error_hints import hint_for

if TYPE_CHECKING:
    from pathlib import Path

    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)
STORAGE_ERRORS = (OSError, sqlite3.Error, ArchiveError)
DAMAGED_ROWS, ENDED = "finews/index/damaged_rows", "finews/index/ended_run"
_closing: set[asyncio.Future[None]] = set()
"""References to tasks: the event loop has none."""


def fail_article(crawler: Crawler, root: Path, info_code: str, error: Exception) -> None:
    """Count an article as failed, because of *error* in the data directory *root*, and report that."""
    count(crawler.stats, Count.FAILED)
    report(crawler, root, f"{info_code!r} could not be archived", error)


def report(crawler: Crawler, root: Path, what: str, error: Exception) -> None:
    """Log the first error of its kind; end the run unless it concerns one row only."""
    key = DAMAGED_ROWS if isinstance(error, DamagedRow) else ENDED
    crawler.stats.inc_value(key)
    if crawler.stats.get_value(key) > 1:
        return
    count_failure(crawler.stats, FailureReason.NOT_WRITABLE)
    logger.error("%s in %s (%s)%s", what, root, error, _advice(error))
    if key == ENDED:
        # Not awaited: closing waits for the items in progress, and this may be one of them.
        closing = asyncio.ensure_future(crawler.engine.close_spider_async(reason=FailureReason.NOT_WRITABLE.value))
        _closing.add(closing)
        closing.add_done_callback(_closing.discard)


def _advice(error: Exception) -> str:
    if isinstance(error, DamagedRow):
        return "; other damaged rows are only counted: `finews audit` lists them"
    if isinstance(error, Locked):
        return ": run again when it has finished"
    return "" if isinstance(error, ArchiveError) else f": {hint_for(error)}"


def is_archived(crawler: Crawler, info_code: str) -> bool:
    """Return True if an article is archived; False, and report it, if the index cannot be read."""
    archive = archive_of(crawler)
    try:
        return archive.index.contains(info_code)
    except UnusableIndex as error:
        report(crawler, archive.directory.root, f"{info_code!r} could not be looked up", error)
        return False
