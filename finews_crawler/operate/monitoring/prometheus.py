"""FINEWS_METRICS_FILE: the last run of each spider, the archive and the alarms, for Prometheus."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from finews_crawler.archive.index import Index
from finews_crawler.operate.monitoring.alerts import Alerts
from finews_crawler.stats import OUTCOMES, Count

Number = int | float


@dataclass
class Gauge:
    """One metric; each sample has the same labels."""

    name: str
    help: str
    samples: list[tuple[Mapping[str, str], Number]] = field(default_factory=list)

    def add(self, value: Number | datetime | None, **labels: str) -> None:
        """One sample; of a moment, its seconds since 1970. What is not known has none."""
        if value is not None:
            self.samples.append((labels, int(value.timestamp()) if isinstance(value, datetime) else value))


def exposition(gauges: Iterable[Gauge]) -> str:
    r"""The file's text. A metric without samples is left out.

    >>> disk = Gauge("finews_alarm", "1 while it is raised.")
    >>> disk.add(1, name="disk", spider='a "spider"')
    >>> print(exposition([disk]), end="")
    # HELP finews_alarm 1 while it is raised.
    # TYPE finews_alarm gauge
    finews_alarm{name="disk",spider="a \"spider\""} 1
    """
    lines: list[str] = []
    for gauge in gauges:
        if gauge.samples:
            lines += [f"# HELP {gauge.name} {escape(gauge.help)}", f"# TYPE {gauge.name} gauge"]
            lines += [f"{gauge.name}{label_text(labels)} {value}" for labels, value in gauge.samples]
    return "".join(f"{line}\n" for line in lines)


def label_text(labels: Mapping[str, str]) -> str:
    r"""
    >>> label_text({"name": "quiet:media"}), label_text({})
    ('{name="quiet:media"}', '')
    """
    pairs = [f'{name}="{quoted(value)}"' for name, value in labels.items()]
    return f"{{{','.join(pairs)}}}" if pairs else ""


def escape(text: str) -> str:
    r"""
    >>> escape("one\\two\nthree")
    'one\\\\two\\nthree'
    """
    return text.replace("\\", "\\\\").replace("\n", "\\n")


def quoted(text: str) -> str:
    return escape(text).replace('"', '\\"')


COLUMNS = "spider, started_at, ended_at, exit_status, counts, requests, bytes, retries"
LAST_RUNS = f"SELECT {COLUMNS} FROM run WHERE id IN (SELECT max(id) FROM run WHERE ended_at <> '' GROUP BY spider)"  # noqa: S608


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
    """Of each spider, by name. Raises ValueError for a row that is no run's."""
    for spider, started, ended, status, counts, *numbers in sorted(index.select(LAST_RUNS)):
        moments = datetime.fromisoformat(started), datetime.fromisoformat(ended)
        yield MeasuredRun(spider, *moments, status, json.loads(counts), *numbers)


def run_gauges(runs: Iterable[MeasuredRun]) -> list[Gauge]:
    """What each spider's last run did."""
    begun = Gauge("finews_run_start_timestamp_seconds", "When the last run began.")
    ended = Gauge("finews_run_end_timestamp_seconds", "When the last run ended.")
    lasted = Gauge("finews_run_duration_seconds", "How long the last run took.")
    status = Gauge("finews_run_exit_status", "Exit status of the last run, 0 when all was well.")
    found = Gauge("finews_run_articles_found", "Mentions of articles in the last run.")
    articles = Gauge("finews_run_articles", "The same by what became of them.")
    requests = Gauge("finews_run_requests", "Requests sent in the last run, retries included.")
    received = Gauge("finews_run_received_bytes", "Bytes received in the last run.")
    retries = Gauge("finews_run_retries", "Requests sent again in the last run.")
    for run in runs:
        begun.add(run.started_at, spider=run.spider)
        ended.add(run.ended_at, spider=run.spider)
        lasted.add(int((run.ended_at - run.started_at).total_seconds()), spider=run.spider)
        status.add(run.exit_status, spider=run.spider)
        found.add(run.counts.get(Count.FOUND.value), spider=run.spider)
        for outcome in OUTCOMES:
            articles.add(run.counts.get(outcome.value), spider=run.spider, outcome=outcome.value)
        requests.add(run.requests, spider=run.spider)
        received.add(run.bytes, spider=run.spider)
        retries.add(run.retries, spider=run.spider)
    return [begun, ended, lasted, status, found, articles, requests, received, retries]


def archive_gauges(held: int, newest: datetime | None) -> list[Gauge]:
    """What the archive holds."""
    articles = Gauge("finews_articles_held", "Articles in the index.")
    articles.add(held)
    published = Gauge("finews_newest_published_timestamp_seconds", "When the newest article was published.")
    published.add(newest)
    return [articles, published]


def alarm_gauge(names: Iterable[tuple[str, str]], page: Mapping[str, Alerts]) -> Gauge:
    """Whether each alarm (owner and name) is raised; those of the archive have no spider."""
    gauge = Gauge("finews_alarm", "1 while the alarm is raised, 0 otherwise; spider is empty for the archive's own.")
    for owner, name in names:
        alarm = page.get(owner, {}).get(name)
        gauge.add(int(alarm is not None and alarm.is_raised), spider=owner, name=name)
    return gauge
