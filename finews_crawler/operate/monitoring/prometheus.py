"""Metrics for node_exporter's textfile collector: the last run of each spider, the archive and the alerts."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from prometheus_client import CollectorRegistry, write_to_textfile
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from finews_crawler.archive.index import Index
from finews_crawler.operate.monitoring.alert_store import ARCHIVE
from finews_crawler.operate.monitoring.alerts import Alerts
from finews_crawler.operate.monitoring.baseline import newest_published
from finews_crawler.operate.monitoring.monitors import MONITORS
from finews_crawler.stats import OUTCOMES, Count

COLUMNS = "spider, started_at, ended_at, exit_status, counts, requests, bytes, retries"
LAST_RUNS = f"SELECT {COLUMNS} FROM run WHERE id IN (SELECT max(id) FROM run WHERE ended_at <> '' GROUP BY spider)"  # noqa: S608
COUNT_ARTICLES = "SELECT count(*) FROM article"
READABLE_BY_ALL = 0o644


class Gauge(GaugeMetricFamily):
    """A gauge whose values are computed elsewhere; unknown values have no sample."""

    def add(self, value: float | datetime | None, *labels: str) -> None:
        """Add a sample; of a time, its seconds since 1970."""
        if value is not None:
            self.add_metric(labels, value.timestamp() if isinstance(value, datetime) else value)


class Gauges(Collector):
    """Gauges without samples are left out: their HELP lines alone would be read as an empty metric."""

    def __init__(self, gauges: Iterable[Gauge]) -> None:
        self.gauges = [gauge for gauge in gauges if gauge.samples]

    def collect(self) -> Iterable[Gauge]:
        return self.gauges


def write_metrics(path: Path, gauges: Iterable[Gauge]) -> None:
    """Replace the file atomically. Raises OSError, or ValueError for a label that is not valid Unicode."""
    registry = CollectorRegistry()
    registry.register(Gauges(gauges))
    write_to_textfile(str(path), registry)
    path.chmod(READABLE_BY_ALL)  # node_exporter runs as another user


def all_gauges(index: Index, alerts: Mapping[str, Alerts], now: datetime) -> list[Gauge]:
    """Return every gauge. Raises sqlite3.Error, UnusableIndex, or ValueError for a damaged row."""
    runs = list(last_runs(index))
    names = [(ARCHIVE, name) for name in MONITORS.archive_names()]
    names += [(run.spider, name) for run in runs for name in MONITORS.names_for(run.spider)]
    articles = sum(number for (number,) in index.select(COUNT_ARTICLES))
    return [*run_gauges(runs), *archive_gauges(articles, newest_published(index, now)), alert_gauge(names, alerts)]


@dataclass(frozen=True)
class MeasuredRun:
    """The last run of a spider."""

    spider: str
    started_at: datetime
    ended_at: datetime
    exit_status: int | None
    counts: Mapping[str, int]
    requests: int
    bytes: int
    retries: int


def last_runs(index: Index) -> Iterator[MeasuredRun]:
    """Yield the last finished run of each spider, by name. Raises ValueError for a damaged row."""
    for spider, started, ended, status, counts, *numbers in sorted(index.select(LAST_RUNS)):
        times = datetime.fromisoformat(started), datetime.fromisoformat(ended)
        yield MeasuredRun(spider, *times, status, json.loads(counts), *numbers)


def run_gauges(runs: Iterable[MeasuredRun]) -> list[Gauge]:
    """Return the gauges of each spider's last run."""

    def by_spider(name: str, help_text: str) -> Gauge:
        return Gauge(name, help_text, labels=["spider"])

    started = by_spider("finews_run_start_timestamp_seconds", "When the last run began.")
    ended = by_spider("finews_run_end_timestamp_seconds", "When the last run ended.")
    duration = by_spider("finews_run_duration_seconds", "How long the last run took.")
    status = by_spider("finews_run_exit_status", "Exit status of the last run, 0 when all was well.")
    found = by_spider("finews_run_articles_found", "Mentions of articles in the last run.")
    articles = Gauge("finews_run_articles", "The same by what became of them.", labels=["spider", "outcome"])
    requests = by_spider("finews_run_requests", "Requests sent in the last run, retries included.")
    received = by_spider("finews_run_received_bytes", "Bytes received in the last run.")
    retries = by_spider("finews_run_retries", "Requests sent again in the last run.")
    for run in runs:
        started.add(run.started_at, run.spider)
        ended.add(run.ended_at, run.spider)
        duration.add((run.ended_at - run.started_at).total_seconds(), run.spider)
        status.add(run.exit_status, run.spider)
        found.add(run.counts.get(Count.FOUND.value), run.spider)
        for outcome in OUTCOMES:
            articles.add(run.counts.get(outcome.value), run.spider, outcome.value)
        requests.add(run.requests, run.spider)
        received.add(run.bytes, run.spider)
        retries.add(run.retries, run.spider)
    return [started, ended, duration, status, found, articles, requests, received, retries]


def archive_gauges(articles: int, newest_published: datetime | None) -> list[Gauge]:
    """Return the gauges of the archive as a whole."""
    held = Gauge("finews_articles_held", "Articles in the index.", value=articles)
    published = Gauge("finews_newest_published_timestamp_seconds", "When the newest article was published.")
    published.add(newest_published)
    return [held, published]


def alert_gauge(names: Iterable[tuple[str, str]], alerts: Mapping[str, Alerts]) -> Gauge:
    """Return the state of each alert, given by owner and name; archive-wide alerts have an empty spider."""
    help_text = "1 while the alarm is raised, 0 otherwise; spider is empty for the archive's own."
    gauge = Gauge("finews_alarm", help_text, labels=["spider", "name"])
    for owner, name in names:
        alert = alerts.get(owner, {}).get(name)
        gauge.add(int(alert is not None and alert.is_firing), owner, name)
    return gauge
