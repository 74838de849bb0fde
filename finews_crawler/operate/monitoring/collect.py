"""The evidence of a run, gathered when its spider closes."""

from __future__ import annotations

import logging
import os
import sqlite3
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from finews_crawler.exceptions import UnusableIndex
from finews_crawler.extensions.archive import archive_of
from finews_crawler.operate.monitoring import baseline as history
from finews_crawler.operate.monitoring.evidence import Disk, RunData
from finews_crawler.run_info import run_info_of
from finews_crawler.stats import Count, FailureReason, count_failure, read_counts
from finews_crawler.utils import clock
from finews_crawler.utils.error_hints import hint_for
from finews_crawler.utils.files import existing
from finews_crawler.utils.log import error_line

if TYPE_CHECKING:
    from scrapy import Spider
    from scrapy.crawler import Crawler

    from finews_crawler.config.alerting import AlertConfig
    from finews_crawler.config.data_directory import DataDirectory

logger = logging.getLogger(__name__)


def collect_run_data(crawler: Crawler, spider: Spider, started_at: datetime, options: AlertConfig) -> RunData:
    """What there is to judge *spider*'s run by. An index that cannot be read is told, and leaves the rest."""
    now = clock.now()
    info = run_info_of(crawler)
    told: dict[str, Any] = {"disk": disk_of(archive_of(crawler).directory), "unread": info.channels_missing}
    try:
        channels = [] if info.is_partial else list(info.channels_due)
        told |= from_index(crawler, spider.name, channels, started_at)
    except (sqlite3.Error, UnusableIndex, ValueError) as error:
        count_failure(crawler.stats, FailureReason.NOT_WRITABLE)
        message = "the monitors cannot read %s (%s): %s"
        error_line(logger, message, archive_of(crawler).index.path, error, hint_for(error))
    seconds = (now - started_at) / timedelta(seconds=1)
    return RunData(spider.name, now, seconds, dict(crawler.stats.get_stats()), options, **told)


def from_index(crawler: Crawler, spider_name: str, channels: list[str], started_at: datetime) -> dict[str, Any]:
    """The evidence that the index gives."""
    index = archive_of(crawler).index
    new = read_counts(crawler.stats)[Count.NEW.value]
    return {
        "usual": history.usual_seconds(index, spider_name),
        "silences": history.silences(index, channels, clock.now()),
        "shares": history.field_shares(index, new, started_at),
    }


def disk_of(directory: DataDirectory) -> Disk | None:
    """The file system on which the data directory lies, or would."""
    try:
        disk = os.statvfs(existing(directory.root))
    except OSError as error:
        error_line(logger, "%s: %s: %s", directory.root, error, hint_for(error))
        return None
    return Disk(disk.f_bavail * disk.f_frsize, disk.f_files, disk.f_favail)
