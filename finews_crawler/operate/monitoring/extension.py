"""Runs the monitors when the spider closes; a firing alert counts for the exit status and is logged as an error.

Before the run summary and the run's row in the index, so that both have the final exit status.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from scrapy import signals

from finews_crawler.config.load import config_of
from finews_crawler.extensions.run_summary import STOPPED, RunSummary
from finews_crawler.operate.monitoring.alert_store import ARCHIVE, AlertsByOwner, AlertStore
from finews_crawler.operate.monitoring.alerts import newly_resolved, update_alerts
from finews_crawler.operate.monitoring.collect import collect_run_data
from finews_crawler.operate.monitoring.monitors import MONITORS
from finews_crawler.stats import FailureReason, count_failure
from finews_crawler.utils import clock

if TYPE_CHECKING:
    from typing import Self

    from scrapy import Spider
    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)


class MonitoringExtension:
    """Keeps the alerts after this run, for NotifyExtension to send."""

    writes = True  # a dry run leaves it out
    live_only = True  # a replay leaves it out: it would compare the past with today

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.config = config_of(crawler.settings)
        self.started_at: datetime | None = None
        self.store = AlertStore(self.config.data_directory)
        self.alerts: AlertsByOwner = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        extension = cls(crawler)
        crawler.signals.connect(extension.spider_opened, signals.spider_opened)
        crawler.signals.connect(extension.spider_closed, signals.spider_closed)
        return extension

    def spider_opened(self) -> None:
        self.started_at = clock.now()

    def spider_closed(self, spider: Spider, reason: str) -> None:
        self.alerts = self.store.read()
        # A stopped run has fetched only a part, which would look like a silent or slow upstream.
        if self.started_at is None or reason == STOPPED:
            return
        summary = self.crawler.get_extension(RunSummary)
        if summary is not None:
            summary.balance(spider, reason)  # the monitors need the final counts
        texts, errors = MONITORS.run(collect_run_data(self.crawler, spider, self.started_at, self.config))
        for name, error in errors.items():
            logger.error("the monitor %s raised an exception, please report it: %s", name, error)
            count_failure(self.crawler.stats, FailureReason.ALARM)
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
