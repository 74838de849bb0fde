"""Tells of alarms by the actions that are set, and writes the metrics, once the run's row is written.

Whatever fails here is logged, and changes nothing of the run's result.
"""

from __future__ import annotations

import asyncio
import logging
import platform
import sqlite3
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scrapy import signals
from twisted.internet.defer import Deferred

from finews_crawler.config.model import alert_config
from finews_crawler.exceptions import NotificationError, UnusableIndex
from finews_crawler.extensions.archive import archive_of
from finews_crawler.extensions.run_log import RunLog
from finews_crawler.operate.monitoring import prometheus as metrics
from finews_crawler.operate.monitoring.alert_store import ARCHIVE
from finews_crawler.operate.monitoring.alerts import Notification, drop_resolved, due_notifications, mark_notified
from finews_crawler.operate.monitoring.baseline import newest_published
from finews_crawler.operate.monitoring.extension import MonitoringExtension
from finews_crawler.operate.monitoring.monitors import OF_THE_ARCHIVE, names_of
from finews_crawler.operate.monitoring.notification import ReportedRun
from finews_crawler.operate.monitoring.notifiers import Notifier, configured_notifiers
from finews_crawler.operate.monitoring.prometheus import exposition
from finews_crawler.stats import exit_status, read_counts
from finews_crawler.utils import clock
from finews_crawler.utils.crawler import extension_of
from finews_crawler.utils.error_hints import hint_for
from finews_crawler.utils.files import write_whole
from finews_crawler.utils.log import error_line

if TYPE_CHECKING:
    from typing import Self

    from scrapy import Spider
    from scrapy.crawler import Crawler


logger = logging.getLogger(__name__)
COUNT_HELD = "SELECT count(*) FROM article"


def reactor() -> Any:
    """The reactor of the run, which is there by now."""
    from twisted.internet import reactor as installed  # noqa: PLC0415 (importing it installs one)

    return installed


class NotifyExtension:
    """The last thing a run does."""

    writes = True  # a dry run leaves it out
    live_only = True  # a replay leaves it out

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.options = alert_config(crawler.settings)
        self.actions = configured_notifiers(self.options)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        extension = cls(crawler)
        crawler.signals.connect(extension.spider_closed, signals.spider_closed)
        return extension

    @property
    def monitors(self) -> MonitoringExtension:
        return extension_of(self.crawler, MonitoringExtension)

    async def spider_closed(self, spider: Spider) -> None:
        if self.monitors.started_at is None:
            return
        done: Deferred[None] = Deferred()
        # A signal ends Scrapy's waiting for us: what is being told is told to its end all the same, and its minute.
        reactor().addSystemEventTrigger("before", "shutdown", lambda: done)
        try:
            self.write_book()
            await self.tell_all(self.reported(spider))
            if self.options.metrics_file:
                self.write_metrics(Path(self.options.metrics_file))
        finally:
            done.callback(None)

    def write_book(self) -> None:
        # Where nothing is archived, and nobody is told, a run leaves nothing.
        if self.options.tells or archive_of(self.crawler).index.exists():
            self.monitors.book.write(self.monitors.page)

    def reported(self, spider: Spider) -> ReportedRun:
        """The run as its row has it, where there is one."""
        record, stats, now = self.crawler.get_extension(RunLog), self.crawler.stats, clock.now()
        started_at = self.monitors.started_at or now
        ended_at = record.run.ended_at if record is not None and record.run is not None else None
        number = record.run_id if record is not None else None
        status, counts = int(exit_status(stats)), read_counts(stats)
        return ReportedRun(platform.node(), number, spider.name, started_at, ended_at or now, status, counts)

    async def tell_all(self, run: ReportedRun) -> None:
        """Tell each action what it has not heard; one that fails hears it from the next run."""
        page, now = self.monitors.page, clock.now()
        owners = [owner for owner in (run.spider, ARCHIVE) if owner in page]
        heard = [
            {owner: due_notifications(page[owner], action.name, now) for owner in owners} for action in self.actions
        ]
        await asyncio.gather(*map(partial(self.tell_and_mark, run), self.actions, heard))
        for owner in owners:
            page[owner] = drop_resolved(page[owner], [action.name for action in self.actions])
        self.write_book()

    async def tell_and_mark(self, run: ReportedRun, action: Notifier, told: dict[str, list[Notification]]) -> None:
        """Written down at once: a kill while another action takes its time has nobody told twice."""
        page = self.monitors.page
        if any(told.values()) and await self.tell(action, run, list(chain.from_iterable(told.values()))):
            for owner, alarms in told.items():
                page[owner] = mark_notified(page[owner], action.name, alarms, clock.now())
            self.write_book()

    async def tell(self, action: Notifier, run: ReportedRun, told: list[Notification]) -> bool:
        """Whether *action* has heard."""
        try:
            await action.tell(run, told)
        except Exception as error:  # noqa: BLE001 (whatever it is, the others are told, and the book is written)
            reason = error if isinstance(error, NotificationError) else repr(error)
            message = "%s could not be told of %s: %s"
            names = ", ".join(alarm.name for alarm, _ in told)
            error_line(logger, message, action.setting, names, reason)
            return False
        return True

    def write_metrics(self, path: Path) -> None:
        try:
            write_whole(path, self.metrics().encode())
            path.chmod(0o644)  # another user's collector reads it
        except (OSError, sqlite3.Error, UnusableIndex, ValueError) as error:
            message = "FINEWS_METRICS_FILE=%s could not be written (%s): %s"
            error_line(logger, message, path, error, hint_for(error))

    def metrics(self) -> str:
        """The text of the metrics file."""
        index = archive_of(self.crawler).index
        runs = list(metrics.last_runs(index))
        of_runs = [(run.spider, name) for run in runs for name in names_of(run.spider)]
        names = [*((ARCHIVE, name) for name in OF_THE_ARCHIVE), *of_runs]
        held = sum(number for (number,) in index.select(COUNT_HELD))
        archive = metrics.archive_gauges(held, newest_published(index, clock.now()))
        return exposition([*metrics.run_gauges(runs), *archive, metrics.alarm_gauge(names, self.monitors.page)])
