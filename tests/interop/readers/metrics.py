"""Metrics: the file for node_exporter's textfile collector, as Prometheus and others read it."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import urlopen

from tests.interop.cells import Checks, Outcome, in_version, right, wrong
from tests.interop.daemons import daemon, wait_until
from tests.interop.environments import SCRIPTS, debian_with, node_with, program, python_with, run
from tests.interop.material import Material
from tests.support.debian_root import Within
from tests.support.ports import free_port
from tests.support.prometheus_format import read_exposition

CHECKS = Checks()
OUTPUT = "Metrics"
OURS = '{__name__=~"finews_.*"}'
ADDED = ("job", "instance")
"""Labels that a server adds."""
Sample = tuple[frozenset[tuple[str, str]], float]
"""The labels, of which one is the name, and the value."""


def file_of(material: Material) -> Path:
    return material.failed_run / "finews.prom"


def samples_in(file: Path) -> set[Sample]:
    return {
        (labels | {("__name__", name)}, value)
        for name, family in read_exposition(file.read_text("utf-8")).items()
        for labels, value in family.samples.items()
    }


def written(material: Material) -> set[Sample]:
    """Return the samples of the file. The alert that fired, and the number of articles, are among them."""
    found = samples_in(file_of(material))
    assert (frozenset({("__name__", "finews_articles_held")}), float(len(material.articles))) in found
    assert any(("__name__", "finews_alarm") in labels and value == 1 for labels, value in found)
    return found


def compare_samples(material: Material, read: Iterable[tuple[dict[str, str], float]]) -> Outcome:
    """Compare the samples that a reader has, without labels of its own, with those of the file."""
    return compare_with(written(material), read)


def compare_with(samples: set[Sample], read: Iterable[tuple[dict[str, str], float]]) -> Outcome:
    theirs = {
        (frozenset((name, text) for name, text in labels.items() if text and name not in ADDED), float(value))
        for labels, value in read
    }
    # An empty label is the same as none.
    ours = {(frozenset(pair for pair in labels if pair[1]), value) for labels, value in samples}
    if theirs != ours:
        return wrong(
            f"{len(ours - theirs)} of {len(ours)} samples are missing or other: {min(map(repr, ours - theirs))}"
        )
    return right(f"{len(ours)} samples, labels and values as written")


@CHECKS.add("metrics-promtool", OUTPUT, "promtool check metrics, of Debian 12")
def promtool(material: Material, _: str) -> Outcome:
    promtool = program("promtool", "prometheus")
    printed = run(promtool, "check", "metrics", stdin=file_of(material).read_bytes())
    version = run(promtool, "--version").split()[2]
    return in_version(version, wrong(printed) if printed.strip() else right("no complaint"))


@CHECKS.add("metrics-promtool-debian-13", OUTPUT, "promtool check metrics, of Debian 13")
def promtool_of_debian_13(material: Material, _: str) -> Outcome:
    root = debian_with("trixie", "prometheus")
    within = Within(volumes={"/mnt": file_of(material).parent})
    printed = root.run("promtool check metrics < /mnt/finews.prom", within)
    version = root.run("promtool --version").split()[2]
    return in_version(version, wrong(printed) if printed.strip() else right("no complaint"))


@CHECKS.add("metrics-prometheus-client", OUTPUT, "prometheus_client, text parser", "0.21.1", "0.26.0")
def prometheus_client(material: Material, version: str) -> Outcome:
    python = python_with(f"prometheus-client=={version}")
    return compare_samples(material, parsed(run(python, SCRIPTS / "metrics.py", file_of(material))))


@CHECKS.add("metrics-node-exporter", OUTPUT, "node_exporter, read by prometheus_client 0.26.0")
def node_exporter(material: Material, _: str) -> Outcome:
    python = python_with("prometheus-client==0.26.0")
    with exporting(material) as (url, version):
        found = compare_samples(material, parsed(run(python, SCRIPTS / "metrics.py", f"{url}/metrics")))
    return in_version(version, found)


@CHECKS.add("metrics-prometheus", OUTPUT, "Prometheus, which scrapes node_exporter")
def prometheus(material: Material, _: str) -> Outcome:
    server = program("prometheus", "prometheus")
    with exporting(material) as (exporter, _), scraping(exporter) as (folder, port):
        options = (f"--config.file={folder / 'scrape.yml'}", f"--storage.tsdb.path={folder / 'tsdb'}")
        with daemon(server, *options, f"--web.listen-address=127.0.0.1:{port}", port=port, cwd=folder) as url:
            found = compare_samples(material, wait_until(lambda: queried(url)))
    return in_version(run(server, "--version").split()[2], found)


@CHECKS.add("metrics-victoria-metrics", OUTPUT, "VictoriaMetrics, which scrapes node_exporter")
def victoria_metrics(material: Material, _: str) -> Outcome:
    server = program("victoria-metrics", "victoria-metrics")
    with exporting(material) as (exporter, _), scraping(exporter) as (folder, port):
        options = (f"-promscrape.config={folder / 'scrape.yml'}", f"-storageDataPath={folder / 'data'}")
        with daemon(server, *options, f"-httpListenAddr=127.0.0.1:{port}", port=port, cwd=folder) as url:
            found = compare_samples(material, wait_until(lambda: queried(url)))
    version = run("dpkg-query", "-W", "-f", "${Version}", "victoria-metrics").split("+")[0]
    return in_version(version, found)


@CHECKS.add("metrics-node", OUTPUT, "parse-prometheus-text-format (Node)", "1.1.1")
def node(material: Material, version: str) -> Outcome:
    modules = node_with(f"parse-prometheus-text-format@{version}")
    return compare_samples(material, parsed(run("node", SCRIPTS / "metrics.mjs", file_of(material), modules)))


def parsed(printed: str) -> Iterator[tuple[dict[str, str], float]]:
    for line in printed.splitlines():
        labels, value = json.loads(line)
        yield labels, float(value)


@contextmanager
def exporting(material: Material) -> Iterator[tuple[str, str]]:
    """Run node_exporter with the textfile collector alone; yield its URL and version."""
    exporter = program("prometheus-node-exporter", "prometheus-node-exporter")
    version = run(exporter, "--version").split()[2]
    port, folder = free_port(), file_of(material).parent
    options = ("--collector.disable-defaults", "--collector.textfile", f"--collector.textfile.directory={folder}")
    with daemon(exporter, *options, f"--web.listen-address=127.0.0.1:{port}", port=port, cwd=folder) as url:
        yield url, version


@contextmanager
def scraping(exporter: str) -> Iterator[tuple[Path, int]]:
    """Yield a folder with the configuration of a server that scrapes *exporter* each second, and a free port."""
    target = exporter.removeprefix("http://")
    with tempfile.TemporaryDirectory(prefix="finews-metrics-") as name:
        text = (
            f"scrape_configs:\n- job_name: news\n  scrape_interval: 1s\n  static_configs:\n  - targets: ['{target}']\n"
        )
        (Path(name) / "scrape.yml").write_text(text, "utf-8")
        yield Path(name), free_port()


def queried(url: str) -> list[tuple[dict[str, str], float]]:
    with urlopen(f"{url}/api/v1/query?{urlencode({'query': OURS})}") as response:
        found: list[dict[str, Any]] = json.load(response)["data"]["result"]
    return [(sample["metric"], float(sample["value"][1])) for sample in found]
