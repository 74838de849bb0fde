"""Collects the input of the monitors when the spider closes."""

from __future__ import annotations

import logging
import sqlite3
from datetime import datetime
from typing import TYPE_CHECKING, Any

from finews_crawler.exceptions import UnusableIndex
from finews_crawler.extensions.archive import archive_of
from finews_crawler.operate.monitoring.baseline import field_shares, silences, usual_seconds
from finews_crawler.operate.monitoring.disk import read_disk
from finews_crawler.operate.monitoring.run_data import RunData
from finews_crawler.run_info import run_info_of
from finews_crawler.stats import Count, FailureReason, count_failure, read_counts
from finews_crawler.utils import clock
from finews_crawler.utils.error_hints import hint_for
from finews_crawler.utils.log import error_line

if TYPE_CHECKING:
    from scrapy import Spider
    from scrapy.crawler import Crawler

    from finews_crawler.config.model import AlertConfig

logger = logging.getLogger(__name__)


def collect_run_data(crawler: Crawler, spider: Spider, started_at: datetime, config: AlertConfig) -> RunData:
    """Return what the monitors need. What cannot be read is logged, and only its values are missing."""
    archive, info, now = archive_of(crawler), run_info_of(crawler), clock.now()
    found: dict[str, Any] = {"unread": info.channels_missing}
    try:
        found["disk"] = read_disk(archive.directory.root)
    except OSError as error:
        error_line(logger, "%s: %s: %s", archive.directory.root, error, hint_for(error))
    try:
        found |= {
            "usual": usual_seconds(archive.index, spider.name),
            "silences": silences(archive.index, [] if info.is_partial else list(info.channels_due), now),
            "shares": field_shares(archive.index, read_counts(crawler.stats)[Count.NEW.value], started_at),
        }
    except (sqlite3.Error, UnusableIndex, ValueError) as error:
        count_failure(crawler.stats, FailureReason.NOT_WRITABLE)
        error_line(logger, "the monitors cannot read %s (%s): %s", archive.index.path, error, hint_for(error))
    return RunData(dict(crawler.stats.get_stats()), (now - started_at).total_seconds(), config, **found)
