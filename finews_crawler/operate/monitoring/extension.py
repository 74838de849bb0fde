"""The monitors judge a run when its spider closes; what alarms them counts for its exit status, and stands in its log.

Before the report and the run's row, so that both tell of the status with which the run will end.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from scrapy import signals

from finews_crawler.config.model import alert_config, data_directory
from finews_crawler.extensions.run_summary import ASKED_TO_STOP, RunSummary
from finews_crawler.operate.monitoring.alert_store import ARCHIVE, AlertsByOwner, AlertStore
from finews_crawler.operate.monitoring.alerts import Alert, ended, update_alerts
from finews_crawler.operate.monitoring.collect import collect_run_data
from finews_crawler.operate.monitoring.monitors import OF_THE_ARCHIVE, judge
from finews_crawler.stats import FailureReason, count_failure
from finews_crawler.utils import clock

if TYPE_CHECKING:
    from typing import Self

    from scrapy import Spider
    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)


class MonitoringExtension:
    """The alerts after this run, in ``page``, for NotifyExtension to send."""

    writes = True  # a dry run leaves it out
    live_only = True  # a replay leaves it out: it would judge the past as if it were today

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.options = alert_config(crawler.settings)
        self.started_at: datetime | None = None
        self.book = AlertStore(data_directory(crawler.settings))
        self.page: AlertsByOwner = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        extension = cls(crawler)
        crawler.signals.connect(extension.spider_opened, signals.spider_opened)
        crawler.signals.connect(extension.spider_closed, signals.spider_closed)
        return extension

    def spider_opened(self) -> None:
        self.started_at = clock.now()

    def spider_closed(self, spider: Spider, reason: str) -> None:
        self.page = self.book.read()
        # A run that was stopped has not seen what there is to see.
        if self.started_at is None or reason == ASKED_TO_STOP:
            return
        self.balance(spider, reason)
        judgement = judge(collect_run_data(self.crawler, spider, self.started_at, self.options))
        for name, error in judgement.errors.items():
            logger.error("the monitor %s failed itself, please report it: %s", name, error)
            count_failure(self.crawler.stats, FailureReason.ALARM)
        texts = judgement.texts
        self.take(ARCHIVE, {name: text for name, text in texts.items() if name in OF_THE_ARCHIVE})
        self.take(spider.name, {name: text for name, text in texts.items() if name not in OF_THE_ARCHIVE})

    def balance(self, spider: Spider, reason: str) -> None:
        """The counts are judged as the report will give them."""
        report = self.crawler.get_extension(RunSummary)
        if report is not None:
            report.balance(spider, reason)

    def take(self, owner: str, texts: Mapping[str, str]) -> None:
        """What became of an owner's alarms in this run."""
        before = self.page.get(owner, {})
        after = self.page[owner] = update_alerts(before, texts, clock.now())
        for name in texts:
            if name in after and after[name].is_raised:
                self.alarm(after[name])
        for alarm in ended(before, after):
            logger.info("alarm %s is over", alarm.name)

    def alarm(self, alarm: Alert) -> None:
        count_failure(self.crawler.stats, FailureReason.ALARM)
        self.crawler.stats.inc_value(f"finews/alarms/{alarm.name}")
        logger.error("alarm %s: %s", alarm.name, alarm.text)
