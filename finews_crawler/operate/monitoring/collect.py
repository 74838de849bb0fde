"""Collects the input of the monitors when the spider closes."""

from __future__ import annotations

import logging
import sqlite3
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from finews_crawler.exceptions import UnusableIndex
from finews_crawler.extensions.archive import archive_of
from finews_crawler.operate.monitoring.baseline import field_shares, silences, usual_seconds
from finews_crawler.operate.monitoring.disk import Disk, read_disk
from finews_crawler.operate.monitoring.run_data import RunData
from finews_crawler.run_info import run_info_of
from finews_crawler.stats import Count, FailureReason, count_failure, read_counts
from finews_crawler.utils import clock
from finews_crawler.utils.error_hints import hint_for
from finews_crawler.utils.log import error_line

if TYPE_CHECKING:
    from scrapy import Spider
    from scrapy.crawler import Crawler

    from finews_crawler.config.data_directory import DataDirectory
    from finews_crawler.config.model import AlertConfig

logger = logging.getLogger(__name__)


def collect_run_data(crawler: Crawler, spider: Spider, started_at: datetime, config: AlertConfig) -> RunData:
    """Return what the monitors need. An index that cannot be read is logged, and only its values are missing."""
    info = run_info_of(crawler)
    found: dict[str, Any] = {"disk": disk_of(archive_of(crawler).directory), "unread": info.channels_missing}
    try:
        channels = [] if info.is_partial else list(info.channels_due)
        found |= from_index(crawler, spider.name, channels, started_at)
    except (sqlite3.Error, UnusableIndex, ValueError) as error:
        count_failure(crawler.stats, FailureReason.NOT_WRITABLE)
        message = "the monitors cannot read %s (%s): %s"
        error_line(logger, message, archive_of(crawler).index.path, error, hint_for(error))
    seconds = (clock.now() - started_at) / timedelta(seconds=1)
    return RunData(dict(crawler.stats.get_stats()), seconds, config, **found)


def from_index(crawler: Crawler, spider_name: str, channels: list[str], started_at: datetime) -> dict[str, Any]:
    """Return the values that come from the index. Raises sqlite3.Error, UnusableIndex or ValueError."""
    index = archive_of(crawler).index
    new = read_counts(crawler.stats)[Count.NEW.value]
    return {
        "usual": usual_seconds(index, spider_name),
        "silences": silences(index, channels, clock.now()),
        "shares": field_shares(index, new, started_at),
    }


def disk_of(directory: DataDirectory) -> Disk | None:
    """Return the space for the data directory; log an error and return None when it cannot be read."""
    try:
        return read_disk(directory.root)
    except OSError as error:
        error_line(logger, "%s: %s: %s", directory.root, error, hint_for(error))
        return None
