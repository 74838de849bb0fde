"""Metrics for node_exporter's textfile collector: the last run of each spider, the archive and the alerts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from finews_crawler.archive.index import Index
from finews_crawler.archive.runs import RUNS, Run
from finews_crawler.exceptions import ArgumentError
from finews_crawler.operate.monitoring.alert_store import ARCHIVE
from finews_crawler.operate.monitoring.alerts import Alerts
from finews_crawler.operate.monitoring.baseline import newest_published
from finews_crawler.operate.monitoring.monitors import MONITORS, channel_of
from finews_crawler.sources import HOST_DEFAULTS
from finews_crawler.spiders.channel import polled_by_default
from finews_crawler.spiders.channel_arguments import ChannelArguments
from finews_crawler.stats import OUTCOMES
from finews_crawler.utils.output import write_output

LAST_RUNS = f"""
    SELECT id, {", ".join(RUNS.columns)} FROM run
    WHERE id IN (SELECT max(id) FROM run WHERE ended_at <> '' GROUP BY spider) ORDER BY spider
"""  # noqa: S608
COUNT_ARTICLES = "SELECT count(*) FROM article"
READABLE_BY_ALL = 0o644


class Gauge(GaugeMetricFamily):
    """A gauge whose values are computed elsewhere; unknown values have no sample."""

    def add(self, value: float | datetime | None, *labels: str) -> None:
        """Add a sample; of a time, its seconds since 1970."""
        if value is not None:
            self.add_metric(labels, value.timestamp() if isinstance(value, datetime) else value)


class Metrics(Collector):
    """Metrics without samples are left out: their HELP lines alone would be read as an empty metric."""

    def __init__(self, metrics: Iterable[Metric]) -> None:
        self.metrics = [metric for metric in metrics if metric.samples]

    def collect(self) -> Iterable[Metric]:
        return self.metrics


def write_metrics(path: Path, metrics: Iterable[Metric]) -> None:
    """Replace the file atomically. Raises OSError, or ValueError for a label that is not valid Unicode."""
    registry = CollectorRegistry()
    registry.register(Metrics(metrics))
    write_output(path, generate_latest(registry), READABLE_BY_ALL)  # node_exporter runs as another user


def all_gauges(
    index: Index, alerts: Mapping[str, Alerts], now: datetime, hosts: Mapping[str, str] = HOST_DEFAULTS
) -> list[Gauge]:
    """Return every gauge; *hosts*: URLs by setting. Raises UnusableIndex, or ValueError for a damaged
    row."""
    runs = [RUNS.from_row(row, key=run_id) for run_id, *row in index.select(LAST_RUNS)]
    names = [(ARCHIVE, name) for name in MONITORS.archive_names()]
    names += [(run.spider, name) for run in runs for name in alert_names(run, alerts.get(run.spider, {}), hosts)]
    articles = sum(number for (number,) in index.select(COUNT_ARTICLES))
    return [*run_gauges(runs), *archive_gauges(articles, newest_published(index, now)), alert_gauge(names, alerts)]


def alert_names(run: Run, alerts: Alerts, hosts: Mapping[str, str]) -> Iterator[str]:
    """Yield the alerts that a run could raise: of the channels, only those that it polls, or that have an alert."""
    channels = polled_channels(run, hosts)
    for name in MONITORS.names_for(run.spider):
        channel = channel_of(name)
        if not channel or channel in channels or name in alerts:
            yield name


def polled_channels(run: Run, hosts: Mapping[str, str]) -> frozenset[str]:
    """Return the channels that a run of the channel spider polls when they are due."""
    try:
        named = ChannelArguments.parse(run.arguments).channels
    except ArgumentError:  # of another version of this package, or of another spider
        named = ()
    return frozenset(channel.name for channel in named or polled_by_default(hosts))


RUN_GAUGES: tuple[tuple[str, str, Callable[[Run], float | datetime | None]], ...] = (
    ("finews_run_start_timestamp_seconds", "When the last run began.", lambda run: run.started_at),
    ("finews_run_end_timestamp_seconds", "When the last run ended.", lambda run: run.ended_at),
    (
        "finews_run_duration_seconds",
        "How long the last run took.",
        lambda run: run.seconds,
    ),
    ("finews_run_exit_status", "Exit status of the last run, 0 when all was well.", lambda run: run.exit_status),
    ("finews_run_articles_found", "Mentions of articles in the last run.", lambda run: run.counts.get("found")),
    ("finews_run_requests", "Requests sent in the last run, retries included.", lambda run: run.requests),
    ("finews_run_received_bytes", "Bytes received in the last run.", lambda run: run.bytes),
    ("finews_run_retries", "Requests sent again in the last run.", lambda run: run.retries),
)


def run_gauges(runs: Sequence[Run]) -> Iterator[Gauge]:
    for name, help_text, value_of in RUN_GAUGES:
        gauge = Gauge(name, help_text, labels=["spider"])
        for run in runs:
            gauge.add(value_of(run), run.spider)
        yield gauge
    articles = Gauge("finews_run_articles", "The same by what became of them.", labels=["spider", "outcome"])
    for run in runs:
        for outcome in OUTCOMES:
            articles.add(run.counts.get(outcome.value), run.spider, outcome.value)
    yield articles


def archive_gauges(articles: int, newest_published: datetime | None) -> list[Gauge]:
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
