"""Metrics of a cluster: what ``finews cluster metrics`` writes of two workers, three hosts and odd labels."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from finews_crawler.operate.monitoring.cluster_metrics import cluster_metrics
from finews_crawler.operate.monitoring.prometheus import write_metrics
from tests.interop.cells import Checks, Outcome, in_version, right, wrong
from tests.interop.environments import SCRIPTS, folder, node_with, program, python_with, run
from tests.interop.material import Material
from tests.interop.readers.metrics import compare_with, parsed, samples_in
from tests.operate.monitoring.test_cluster_metrics import NOON, STATUS

CHECKS = Checks()
OUTPUT = "Metrics of a cluster"


@cache
def written() -> Path:
    """Return the file. A label of it has a quotation mark and a backslash."""
    made = folder() / "finews-cluster.prom"
    write_metrics(made, cluster_metrics(STATUS, lease=60, now=NOON))
    assert any("\\" in text for labels, _ in samples_in(made) for _, text in labels)
    return made


@CHECKS.add("cluster-metrics-promtool", OUTPUT, "promtool check metrics")
def promtool(_: Material, __: str) -> Outcome:
    promtool = program("promtool", "prometheus")
    printed = run(promtool, "check", "metrics", stdin=written().read_bytes())
    version = run(promtool, "--version").split()[2]
    return in_version(version, wrong(printed) if printed.strip() else right("no complaint"))


@CHECKS.add("cluster-metrics-prometheus-client", OUTPUT, "prometheus_client, text parser", "0.21.1", "0.26.0")
def prometheus_client(_: Material, version: str) -> Outcome:
    printed = run(python_with(f"prometheus-client=={version}"), SCRIPTS / "metrics.py", written())
    return compare_with(samples_in(written()), parsed(printed))


@CHECKS.add("cluster-metrics-node", OUTPUT, "parse-prometheus-text-format (Node)", "1.1.1")
def node(_: Material, version: str) -> Outcome:
    modules = node_with(f"parse-prometheus-text-format@{version}")
    return compare_with(samples_in(written()), parsed(run("node", SCRIPTS / "metrics.mjs", written(), modules)))
