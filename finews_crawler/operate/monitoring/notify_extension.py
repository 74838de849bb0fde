"""Sends notifications and writes the metrics file, once the run's row is in the index.

Failures here are logged and do not change the result of the run.
"""

from __future__ import annotations

import asyncio
import logging
import platform
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scrapy import signals
from twisted.internet.defer import Deferred

from finews_crawler.config.load import config_of
from finews_crawler.exceptions import NotificationError, UnusableIndex
from finews_crawler.extensions.archive import archive_of
from finews_crawler.extensions.run_log import RunLog
from finews_crawler.operate.monitoring.alert_store import ARCHIVE
from finews_crawler.operate.monitoring.alerts import Notification, drop_resolved, due_notifications, mark_notified
from finews_crawler.operate.monitoring.extension import MonitoringExtension
from finews_crawler.operate.monitoring.notification import ReportedRun
from finews_crawler.operate.monitoring.notifiers import Notifier, configured_notifiers
from finews_crawler.stats import exit_status, read_counts
from finews_crawler.utils import clock
from finews_crawler.utils.crawler import extension_of
from finews_crawler.utils.error_hints import hint_for
from finews_crawler.utils.log import error_line

if TYPE_CHECKING:
    from typing import Self

    from scrapy import Spider
    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)


class NotifyExtension:
    """The last thing a run does."""

    writes = True  # a dry run leaves it out
    live_only = True  # a replay leaves it out

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.config = config_of(crawler.settings)
        self.notifiers = configured_notifiers(self.config)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        extension = cls(crawler)
        crawler.signals.connect(extension.spider_closed, signals.spider_closed)
        return extension

    @property
    def monitors(self) -> MonitoringExtension:
        return extension_of(self.crawler, MonitoringExtension)

    async def spider_closed(self, spider: Spider) -> None:
        from twisted.internet import reactor as installed  # importing it installs one

        reactor: Any = installed
        if self.monitors.started_at is None:
            return
        done: Deferred[None] = Deferred()
        # On SIGTERM Scrapy stops waiting for this handler, so delay the reactor's shutdown until every notification is
        # sent or has timed out (60 s).
        reactor.addSystemEventTrigger("before", "shutdown", lambda: done)
        try:
            self._store_alerts()
            await self._notify_all(self._report(spider))
            if self.config.metrics_file:
                self._write_metrics(Path(self.config.metrics_file))
        finally:
            done.callback(None)

    def _store_alerts(self) -> None:
        # Do not create the alert store for a run that archived nothing and has no notifier configured.
        if self.config.has_notifiers or archive_of(self.crawler).index.exists():
            self.monitors.store.write(self.monitors.alerts)

    def _report(self, spider: Spider) -> ReportedRun:
        """Return the run as its row in the index has it, if there is one."""
        run_log, stats, now = self.crawler.get_extension(RunLog), self.crawler.stats, clock.now()
        started_at = self.monitors.started_at or now
        ended_at = run_log.run.ended_at if run_log is not None and run_log.run is not None else None
        number = run_log.run_id if run_log is not None else None
        status, counts = int(exit_status(stats)), read_counts(stats)
        return ReportedRun(platform.node(), number, spider.name, started_at, ended_at or now, status, counts)

    async def _notify_all(self, run: ReportedRun) -> None:
        """Send what is due by every notifier at once; one that fails tries again in the next run."""
        alerts, now = self.monitors.alerts, clock.now()
        owners = [owner for owner in (run.spider, ARCHIVE) if owner in alerts]
        due = [
            {owner: due_notifications(alerts[owner], notifier.name, now) for owner in owners}
            for notifier in self.notifiers
        ]
        await asyncio.gather(*map(partial(self._notify, run), self.notifiers, due))
        for owner in owners:
            alerts[owner] = drop_resolved(alerts[owner], [notifier.name for notifier in self.notifiers])
        self._store_alerts()

    async def _notify(self, run: ReportedRun, notifier: Notifier, due: dict[str, list[Notification]]) -> None:
        """Send by one notifier and store the time at once: if another is slow and the run is killed, none repeats."""
        alerts, notifications = self.monitors.alerts, list(chain.from_iterable(due.values()))
        if not notifications and not notifier.in_each_run:
            return
        try:
            await notifier.send(run, notifications)
        except Exception as error:  # noqa: BLE001 (a defect of one notifier must not keep the others from sending)
            reason = error if isinstance(error, NotificationError) else repr(error)
            names = ", ".join(alert.name for alert, _ in notifications) or "anything"
            error_line(logger, "%s could not send %s: %s", notifier.setting, names, reason)
            return
        for owner, sent in due.items():
            alerts[owner] = mark_notified(alerts[owner], notifier.name, sent, clock.now())
        self._store_alerts()

    def _write_metrics(self, path: Path) -> None:
        from finews_crawler.operate.monitoring.prometheus import all_gauges, write_metrics

        try:
            index, hosts = archive_of(self.crawler).index, self.config.hosts
            write_metrics(path, all_gauges(index, self.monitors.alerts, clock.now(), hosts))
        except (OSError, UnusableIndex, ValueError) as error:
            hint = "" if isinstance(error, UnusableIndex) else f": {hint_for(error)}"
            error_line(logger, "FINEWS_METRICS_FILE=%s could not be written (%s)%s", path, error, hint)
