"""The evidence of a run, gathered when its spider closes."""

from __future__ import annotations

import logging
import os
import sqlite3
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from finews_crawler.archive.poll_state import PollState
from finews_crawler.config.model import poll_intervals
from finews_crawler.exceptions import UnusableIndex
from finews_crawler.extensions.archive import archive_of
from finews_crawler.operate.monitoring import baseline as history
from finews_crawler.operate.monitoring.evidence import Disk, RunData
from finews_crawler.stats import Count, FailureReason, count_failure, read_counts
from finews_crawler.utils import clock
from finews_crawler.utils.clock import is_due
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
    unread = channels_unread(crawler, spider)
    told: dict[str, Any] = {"disk": disk_of(archive_of(crawler).directory), "unread": unread}
    try:
        channels = [] if is_narrowed(spider) else list(unread)
        told |= from_index(crawler, spider.name, channels, started_at)
    except (sqlite3.Error, UnusableIndex, ValueError) as error:
        count_failure(crawler.stats, FailureReason.NOT_WRITABLE)
        message = "the monitors cannot read %s (%s): %s"
        error_line(logger, message, archive_of(crawler).index.path, error, hint_for(error))
    seconds = (now - started_at) / timedelta(seconds=1)
    return RunData(spider.name, now, seconds, dict(crawler.stats.get_stats()), options, **told)


def is_narrowed(spider: Spider) -> bool:
    """Whether a run was asked for a part of the news only: what it leaves is no silence."""
    arguments = getattr(spider, "arguments", None)
    return any(getattr(arguments, name, None) is not None for name in ("since", "until", "limit"))


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


def channels_unread(crawler: Crawler, spider: Spider) -> dict[str, bool]:
    """The channels that a run asked for, and whether the list of each could not be had; none for other spiders."""
    read = getattr(spider, "channels_read", None)
    arguments = getattr(spider, "arguments", None)
    if read is None or arguments is None:
        return {}
    asked = {channel.name for channel in arguments.channels}
    if "channels" not in getattr(spider, "given", {}):
        asked -= waiting(crawler, getattr(spider, "asked_at", clock.now()))
    return {channel.name: channel.name not in read for channel in arguments.channels if channel.name in {*asked, *read}}


def waiting(crawler: Crawler, asked_at: datetime) -> set[str]:
    """The channels that FINEWS_CHANNEL_MINUTES let wait; those just read wait again."""
    pace = poll_intervals(crawler.settings)
    asked = PollState(archive_of(crawler).directory).read() if pace else {}
    return {name for name, at in asked.items() if name in pace and not is_due(at, pace[name], asked_at)}
