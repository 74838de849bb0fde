"""Runs the monitors when the spider closes; a firing alert counts for the exit status and is logged as an error.

Before the run summary and the run's row in the index, so that both have the final exit status.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from scrapy import signals

from finews_crawler.config.load import config_of
from finews_crawler.exceptions import UnusableIndex
from finews_crawler.extensions.archive import archive_of
from finews_crawler.extensions.run_summary import STOPPED, RunSummary
from finews_crawler.operate.monitoring.alert_store import ARCHIVE, AlertsByOwner, AlertStore
from finews_crawler.operate.monitoring.alerts import newly_resolved, update_alerts
from finews_crawler.operate.monitoring.baseline import field_shares, usual_seconds
from finews_crawler.operate.monitoring.disk import read_disk
from finews_crawler.operate.monitoring.monitors import MIN_REQUESTS, MONITORS, channel_of
from finews_crawler.operate.monitoring.rhythm_store import RhythmStore
from finews_crawler.operate.monitoring.run_data import RunData
from finews_crawler.run_info import run_info_of
from finews_crawler.sources import CHANNELS
from finews_crawler.stats import Count, FailureReason, count_failure, read_counts
from finews_crawler.utils import clock
from finews_crawler.utils.error_hints import hint_for
from finews_crawler.utils.log import error_line

if TYPE_CHECKING:
    from typing import Self

    from scrapy import Spider
    from scrapy.crawler import Crawler

    from finews_crawler.config.model import AlertConfig

logger = logging.getLogger(__name__)


class MonitoringExtension:
    """Keeps the alerts after this run, for NotifyExtension to send."""

    writes = True  # a dry run leaves it out
    live_only = True  # a replay leaves it out: it would compare the past with today

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.config = config_of(crawler.settings)
        self.started_at: datetime | None = None
        self.began = 0.0
        self.store = AlertStore(self.config.data_directory)
        self.alerts: AlertsByOwner = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        extension = cls(crawler)
        crawler.signals.connect(extension.spider_opened, signals.spider_opened)
        crawler.signals.connect(extension.spider_closed, signals.spider_closed)
        return extension

    def spider_opened(self) -> None:
        self.started_at, self.began = clock.now(), time.monotonic()

    def spider_closed(self, spider: Spider, reason: str) -> None:
        self.alerts = self.store.read()
        # A stopped run has fetched only a part, which would look like a silent or slow upstream.
        if self.started_at is None or reason == STOPPED:
            return
        summary = self.crawler.get_extension(RunSummary)
        if summary is not None:
            summary.balance(spider, reason)  # the monitors need the final counts
        texts, errors = MONITORS.run(collect_run_data(self.crawler, spider, self.started_at, self.began, self.config))
        for name, error in errors.items():
            logger.error("the monitor %s raised an exception, please report it: %s", name, error)
            count_failure(self.crawler.stats, FailureReason.ALARM)
        texts |= dict.fromkeys(channels_without_host(self.alerts.get(spider.name, {}), self.config.hosts), "")
        of_archive = MONITORS.archive_names()
        self._update(ARCHIVE, {name: text for name, text in texts.items() if name in of_archive})
        self._update(spider.name, {name: text for name, text in texts.items() if name not in of_archive})

    def _update(self, owner: str, texts: Mapping[str, str]) -> None:
        before = self.alerts.get(owner, {})
        after = self.alerts[owner] = update_alerts(before, texts, clock.now())
        for name in texts:
            if name in after and after[name].is_firing:
                count_failure(self.crawler.stats, FailureReason.ALARM)
                self.crawler.stats.inc_value(f"finews/alarms/{name}")
                logger.error("alarm %s: %s", name, after[name].text)
        for alert in newly_resolved(before, after):
            logger.info("alarm %s resolved", alert.name)


def channels_without_host(alerts: Iterable[str], hosts: Mapping[str, str]) -> Iterator[str]:
    """Yield the *alerts* of channels that can no longer be polled: no run would ever resolve them.

    >>> list(channels_without_host(["quiet:media", "unread:columns:345", "slow"], {"FINEWS_COLUMNS_URL": "http://a"}))
    ['quiet:media']
    """
    for name in alerts:
        channel = CHANNELS.get(channel_of(name))
        if channel_of(name) and not (channel and hosts.get(channel.host_setting)):
            yield name


def collect_run_data(
    crawler: Crawler, spider: Spider, started_at: datetime, began: float, config: AlertConfig
) -> RunData:
    """Return what the monitors need. What cannot be read is logged, and only its values are missing."""
    archive, info, now = archive_of(crawler), run_info_of(crawler), clock.now()
    found: dict[str, Any] = {"unread": info.channels_missing}
    requests = crawler.stats.get_value("downloader/request_count", 0)
    due = () if info.is_partial else info.channels_due
    try:
        found["disk"] = read_disk(archive.directory.root)
    except OSError as error:
        error_line(logger, "%s: %s: %s", archive.directory.root, error, hint_for(error))
    try:
        found |= {
            # Of a run with few requests nothing is usual, and most runs of cron are such.
            "usual": usual_seconds(archive.index, spider.name) if requests >= MIN_REQUESTS else [],
            "silences": RhythmStore(archive.directory, archive.index).silences(due, now, info.newest_rows),
            "shares": field_shares(archive.index, read_counts(crawler.stats)[Count.NEW.value], started_at),
        }
    except UnusableIndex as error:
        count_failure(crawler.stats, FailureReason.NOT_WRITABLE)
        error_line(logger, "the monitors cannot read the index in %s (%s)", archive.directory.root, error)
    return RunData(dict(crawler.stats.get_stats()), time.monotonic() - began, config, **found)
