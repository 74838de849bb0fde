"""Metrics of a cluster for Prometheus: the queue, its workers, the pace of hosts and what was refused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from prometheus_client.core import CounterMetricFamily

from finews_crawler.operate.monitoring.prometheus import Gauge

if TYPE_CHECKING:
    from prometheus_client.core import Metric

    from finews_crawler.cluster.status import QueueStatus, SlotStatus, WorkerStatus


def cluster_up(*, is_up: bool) -> Gauge:
    return Gauge("finews_cluster_up", "1 if Redis responded, 0 otherwise.", value=int(is_up))


def cluster_metrics(status: QueueStatus, lease: float, now: datetime) -> list[Metric]:
    """Return all metrics of a queue. *lease*: seconds after which a silent worker counts as none."""
    queued = by_label("finews_cluster_queued_articles", "Articles on the queue.", "source", status.queued_by_source)
    closed = dict.fromkeys(status.closed_hosts, 1)
    numbers = {
        "outstanding_articles": ("Articles that are queued, with a worker, or not stored yet.", status.outstanding),
        "pending_results": ("Results that wait to be stored.", status.results),
        "failed_articles": ("Articles that could not be fetched, as far as they are remembered.", status.failed),
        "dead_letters": ("Messages that were refused, as far as they are kept.", status.dead_letters),
        "workers": (
            "Workers that run.",
            sum(worker.silent_for <= lease for worker in status.workers),
        ),
        "draining": ("1 while workers take no new articles.", int(status.drained_for is not None)),
    }
    return [
        cluster_up(is_up=True),
        *(Gauge(f"finews_cluster_{name}", help_text, value=value) for name, (help_text, value) in numbers.items()),
        queued,
        *worker_metrics(status.workers, now),
        *slot_metrics(status.slots),
        by_label("finews_cluster_host_closed", "1 while a host gets no more requests.", "host", closed),
        *refused(status.refused_in_all),
    ]


def worker_metrics(workers: Iterable[WorkerStatus], now: datetime) -> list[Metric]:
    """Return what each worker has and has done; times are Unix seconds, none for a worker without articles."""
    leased = Gauge("finews_cluster_worker_leased_articles", "Articles that a worker has.", labels=["worker"])
    heartbeat = Gauge(
        "finews_cluster_worker_heartbeat_timestamp_seconds", "When a worker sent its last heartbeat.", labels=["worker"]
    )
    oldest = Gauge("finews_cluster_worker_oldest_timestamp_seconds", "When its oldest was queued.", labels=["worker"])
    results = CounterMetricFamily("finews_cluster_worker_results", "Articles that it has finished.", labels=["worker"])
    for worker in workers:
        leased.add(worker.articles, worker.name)
        heartbeat.add(now - timedelta(seconds=worker.silent_for), worker.name)
        oldest.add(None if worker.oldest is None else now - timedelta(seconds=worker.oldest), worker.name)
        results.add_metric([worker.name], worker.results)
    return [leased, heartbeat, oldest, results]


def slot_metrics(slots: Iterable[SlotStatus]) -> list[Metric]:
    """Return requests and waits, in seconds, of the slots that all processes share."""
    requests = CounterMetricFamily("finews_cluster_slot_requests", "Requests of all processes.", labels=["slot"])
    pause = Gauge("finews_cluster_slot_wait_seconds", "Time until its next request may be sent.", labels=["slot"])
    for slot in slots:
        requests.add_metric([slot.name], slot.requests)
        pause.add(slot.next_in, slot.name)
    return [requests, pause]


def refused(number: int | None) -> list[Metric]:
    """Return the counter of dead letters; none for a Redis that does not count them."""
    if number is None:
        return []
    return [CounterMetricFamily("finews_cluster_refused_messages", "Dead letters, since it was cleared.", value=number)]


def by_label(name: str, help_text: str, label: str, values: Mapping[str, float]) -> Gauge:
    """Return a gauge with one value for each value of *label*."""
    gauge = Gauge(name, help_text, labels=[label])
    for value, number in values.items():
        gauge.add(number, value)
    return gauge
