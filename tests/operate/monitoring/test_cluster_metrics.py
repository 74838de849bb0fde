"""The metrics of a cluster conform to the text format, and have one sample for each worker, slot and source."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from finews_crawler.cluster.status import QueueStatus, SlotStatus, WorkerStatus
from finews_crawler.operate.monitoring.cluster_metrics import cluster_metrics, cluster_up
from finews_crawler.operate.monitoring.prometheus import write_metrics
from finews_crawler.utils.timezone import BEIJING
from tests.support.prometheus_format import Family, read_exposition

NOON = datetime(2026, 9, 8, 12, tzinfo=BEIJING)
WORKERS = (WorkerStatus("a:1:x", 3, 90.0, 2.0, 41), WorkerStatus("b:2:y", 0, None, 61.0, 7))
SLOTS = (SlotStatus("a.test", 120, 1.9, 0.25), SlotStatus('b"\\.test', 1, 0.0, 0.0))
STATUS = QueueStatus("host:/data", None, 12, 8, {"eastmoney": 8}, 1, WORKERS, SLOTS, {"c.test": "refused"}, 5, 2, (), 6)


def written(status: QueueStatus, tmp_path: Path) -> dict[str, Family]:
    write_metrics(tmp_path / "cluster.prom", cluster_metrics(status, lease=60, now=NOON))
    return read_exposition((tmp_path / "cluster.prom").read_text())


def by_label(family: Family) -> dict[str, float]:
    return {next(iter(labels))[1]: value for labels, value in family.samples.items()}


def test_each_number_has_a_metric(tmp_path: Path) -> None:
    families = written(STATUS, tmp_path)
    single = {name: family.samples[frozenset()] for name, family in families.items() if frozenset() in family.samples}
    assert single == {
        "finews_cluster_up": 1,
        "finews_cluster_outstanding_articles": 12,
        "finews_cluster_pending_results": 1,
        "finews_cluster_failed_articles": 5,
        "finews_cluster_dead_letters": 2,
        "finews_cluster_workers": 1,
        "finews_cluster_draining": 0,
        "finews_cluster_refused_messages_total": 6,
    }
    assert by_label(families["finews_cluster_queued_articles"]) == {"eastmoney": 8}
    assert by_label(families["finews_cluster_worker_leased_articles"]) == {"a:1:x": 3, "b:2:y": 0}
    assert by_label(families["finews_cluster_worker_results_total"]) == {"a:1:x": 41, "b:2:y": 7}
    assert by_label(families["finews_cluster_worker_heartbeat_timestamp_seconds"])["a:1:x"] == NOON.timestamp() - 2
    assert by_label(families["finews_cluster_worker_oldest_timestamp_seconds"]) == {"a:1:x": NOON.timestamp() - 90}
    assert by_label(families["finews_cluster_slot_wait_seconds"])["a.test"] == 0.25
    assert sorted(by_label(families["finews_cluster_slot_requests_total"]).values()) == [1, 120]
    assert by_label(families["finews_cluster_host_closed"]) == {"c.test": 1}


def test_counters_end_in_total_and_nothing_else_does(tmp_path: Path) -> None:
    families = written(STATUS, tmp_path)
    assert all((family.type == "counter") == name.endswith("_total") for name, family in families.items())


def test_an_empty_queue_has_no_sample_of_workers(tmp_path: Path) -> None:
    empty = replace(STATUS, workers=(), slots=(), closed_hosts={}, refused_in_all=None, drained_for=3.0)
    families = written(empty, tmp_path)
    assert not any(name.startswith(("finews_cluster_worker_", "finews_cluster_slot_")) for name in families)
    assert "finews_cluster_refused_messages_total" not in families
    assert families["finews_cluster_draining"].samples == {frozenset(): 1}


def test_a_server_that_is_away_is_down(tmp_path: Path) -> None:
    write_metrics(tmp_path / "cluster.prom", [cluster_up(is_up=False)])
    (family,) = read_exposition((tmp_path / "cluster.prom").read_text()).values()
    assert family.samples == {frozenset(): 0}
