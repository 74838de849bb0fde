"""``finews cluster``, on a real Redis."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.paths import ROOT
from tests.support.prometheus_format import read_exposition
from tests.support.redis_server import RedisServer, running_redis
from tests.support.scrapy_command import SCRAPY, Scrapy

ARGUMENTS, SOME_FAILED = 2, 3
CODES = ("NW202205182383638060", "NW202205182383638061", "NW202205182383638062")
NEW_CODE, OTHER_CODE = "NW202205182383638063", "NW202205182383638064"
JOBS, OUTSTANDING, DEAD = ("{finews}:jobs:eastmoney", "{finews}:outstanding", "{finews}:dead-letters")


@pytest.fixture(scope="module")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    with running_redis(tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest.fixture
def cluster(scrapy: Scrapy, redis: RedisServer) -> Scrapy:
    with redis.client() as client:
        client.flushall()
    return replace(scrapy, environment={**scrapy.environment, "FINEWS_CLUSTER": redis.url})


def fill(redis: RedisServer) -> None:
    """Queue three articles, of which a worker has one, and add a dead letter, a slot and a closed host."""
    with redis.client() as client:
        client.xgroup_create(JOBS, "workers", "0", mkstream=True)
        for code in CODES:
            client.hset(OUTSTANDING, code, client.xadd(JOBS, {"code": code, "job": "{}"}))
        client.xreadgroup("workers", "host:1", {JOBS: ">"}, count=1)
        client.hset("{finews}:workers", "host:1", 7)
        client.xadd(DEAD, {"stream": "jobs", "code": "D", "reason": "not JSON", "value": "x\x1b[2J"})
        client.set("{finews}:owner", "host:/data")
        client.hset("{finews}:slots", "a.test", 12)
        now = client.time()[0] * 1000
        client.rpush("{finews}:turns:a.test", now, now - 500, now - 1000)
        client.set("{finews}:turn:a.test", now + 3_600_000)
        client.set("{finews}:run", 5)
        client.hset("{finews}:closed:5", "b.test", "refused")


def test_an_empty_queue_is_shown(cluster: Scrapy) -> None:
    run = cluster("cluster", "status")
    assert run.status == 0
    assert run.log.splitlines()[1] == "0 articles are outstanding: 0 queued, 0 with a result to store"
    assert not cluster.data.exists()


def test_status_shows_articles_workers_hosts_and_refused_messages(cluster: Scrapy, redis: RedisServer) -> None:
    fill(redis)
    run = cluster("cluster", "status")
    lines = run.log.splitlines()
    assert lines[0] == f"queue finews in Redis at 127.0.0.1:{redis.port}, of the archive host:/data"
    assert lines[1] == "3 articles are outstanding: 2 queued, 0 with a result to store"
    (worker,) = (line for line in lines if line.startswith("worker "))
    assert re.fullmatch(r"worker host:1: 1 articles, the oldest queued .*, 7 results, last heartbeat .* ago", worker)
    (slot,) = (line for line in lines if line.startswith("slot "))
    assert re.fullmatch(r"slot a\.test: 12 requests, 2\.00 a second, none for another (59 min.*|1 h)", slot)
    assert "host b.test is closed: refused" in lines
    assert lines[-2:] == ["1 dead letters; the last:", "  jobs D: not JSON"]
    found = json.loads(cluster("cluster", "status", "--json").log)
    assert (found["outstanding"], found["queued"], found["workers"][0]["articles"]) == (3, 2, 1)
    assert found["workers"][0]["results"] == 7
    assert 0 <= found["workers"][0]["oldest"] < 600
    assert found["slots"][0]["pace"] == 2
    assert found["closed_hosts"] == {"b.test": "refused"}
    assert found["drained_for"] is None


def test_values_of_another_program_are_shown_as_none(cluster: Scrapy, redis: RedisServer) -> None:
    with redis.client() as client:
        client.hset("{finews}:slots", mapping={"a.test": "many", b"\xff\x1b[2J": "1"})
        client.rpush("{finews}:turns:a.test", "soon", "-1")
        client.mset({"{finews}:turn:a.test": "inf", "{finews}:run": "x", "{finews}:draining": "y"})
    run = cluster("cluster", "status")
    assert run.status == 0
    assert "slot a.test: 0 requests, 0.00 a second" in run.log
    assert "\x1b" not in run.log


def test_metrics_are_printed_or_written_to_a_file(cluster: Scrapy, redis: RedisServer, tmp_path: Path) -> None:
    fill(redis)
    printed = read_exposition(cluster("cluster", "metrics").log)
    file = tmp_path / "finews-cluster.prom"
    assert cluster("cluster", "metrics", "--file", str(file)).status == 0
    written = read_exposition(file.read_text())
    assert printed.keys() == written.keys()
    assert written["finews_cluster_outstanding_articles"].samples == {frozenset(): 3}
    away = replace(cluster, environment={**cluster.environment, "FINEWS_CLUSTER": "redis://127.0.0.1:1"})
    assert away("cluster", "metrics", "--file", str(file)).status == ARGUMENTS
    assert read_exposition(file.read_text())["finews_cluster_up"].samples == {frozenset(): 0}
    assert cluster("cluster", "metrics", "--file", str(tmp_path / "none" / "file")).status == ARGUMENTS


def test_a_queue_without_work_is_at_rest_until_it_goes_on(cluster: Scrapy, redis: RedisServer) -> None:
    drained = cluster("cluster", "drain", "--wait", "0")
    assert drained.status == 0
    assert drained.log.splitlines() == [
        "cluster: workers take no new articles; `finews cluster resume` ends that",
        "cluster: nothing to drain: no worker runs, and no crawl stores results",
        "cluster: at rest: 0 articles stay queued, and 0 results wait for a crawl",
    ]
    assert "drained for " in cluster("cluster", "status").log
    assert cluster("cluster", "resume").log == "cluster: workers take articles again\n"
    assert cluster("cluster", "resume").log == "cluster: workers took articles already\n"
    assert "drained" not in cluster("cluster", "status").log


def test_a_drain_without_a_server_says_nothing_else(cluster: Scrapy) -> None:
    cluster.environment["FINEWS_CLUSTER"] = "redis://:wrong@127.0.0.1:1"
    for words in (("drain",), ("resume",), ("clear",)):
        run = cluster("cluster", *words)
        assert (run.status, run.log.count("\n")) == (ARGUMENTS, 1), run.log
        assert "wrong" not in run.log


def test_a_drain_waits_for_what_workers_have(cluster: Scrapy, redis: RedisServer) -> None:
    fill(redis)
    drained = cluster("cluster", "drain", "--wait", "0.5")
    assert drained.status == SOME_FAILED
    assert "cluster: 1 articles are with workers, 0 results wait to be stored" in drained.log
    assert "not at rest yet" in drained.log
    # A worker that is silent for longer than its lease is not waited for.
    silent = replace(cluster, environment={**cluster.environment, "FINEWS_CLUSTER_LEASE": "0.1"})
    assert silent("cluster", "drain", "--wait", "60").status == 0


def test_requeue_names_what_it_did(cluster: Scrapy, redis: RedisServer) -> None:
    fill(redis)
    with redis.client() as client:
        client.xadd(DEAD, {"stream": "jobs", "code": NEW_CODE, "reason": "no coordinator waits for it"})
        client.xadd("{finews}:failed", {"code": OTHER_CODE, "reason": "HTTP status 503"})
    assert cluster("cluster", "requeue").log.splitlines() == [
        "cluster: 1 articles are queued again",
        "cluster: 1 dead letters name no article of a known source: `finews cluster clear` removes them",
        "cluster: 1 could not be fetched, and were left: run it where the archive of this queue is",
    ]
    with redis.client() as client:
        assert client.hexists(OUTSTANDING, NEW_CODE)
        assert client.xlen(DEAD) == 1


def test_clear_takes_all_articles_off_the_queue(cluster: Scrapy, redis: RedisServer) -> None:
    fill(redis)
    with redis.client() as client:
        client.set("other", "stays")
        run = cluster("cluster", "clear")
        assert (run.status, run.log) == (0, "cluster: 3 articles were taken off the queue\n")
        assert client.exists("other", JOBS, OUTSTANDING, DEAD, "{finews}:owner", "{finews}:workers") == 1


def test_clear_refuses_a_queue_that_a_crawl_uses(cluster: Scrapy, redis: RedisServer) -> None:
    fill(redis)
    with redis.client() as client:
        client.hset("{finews}:heartbeats", "coordinator", client.time()[0] * 1000)
        run = cluster("cluster", "clear")
        hint = "stop it, then run this again 10 s later if it was killed"
        message = f"finews cluster: a crawl of the archive host:/data uses the queue finews: {hint}\n"
        assert (run.status, run.log) == (ARGUMENTS, message)
        assert client.hlen(OUTSTANDING) == 3
        client.hset("{finews}:heartbeats", "coordinator", client.time()[0] * 1000 - 11_000)
        assert cluster("cluster", "clear").status == 0


@pytest.mark.parametrize("words", [(), ("drop",), ("status", "clear")])
def test_another_action_is_one_line(cluster: Scrapy, words: tuple[str, ...]) -> None:
    run = cluster("cluster", *words)
    assert run.status == ARGUMENTS
    assert len(run.log.splitlines()) == 1


def test_without_the_setting_it_is_one_line(scrapy: Scrapy) -> None:
    run = scrapy("cluster", "status")
    assert (run.status, run.log.splitlines()) == (
        ARGUMENTS,
        ["finews cluster: FINEWS_CLUSTER is not set: export FINEWS_CLUSTER=redis://HOST:6379"],
    )


def test_without_the_setting_it_is_named_before_a_package_that_is_missing(scrapy: Scrapy) -> None:
    """A user who has set nothing must not install a package to learn that."""
    message = "FINEWS_CLUSTER is not set: export FINEWS_CLUSTER=redis://HOST:6379"
    for words in (["cluster", "status"], ["worker"]):
        code = f"import sys\nsys.modules['redis'] = None\n{SCRAPY}"
        command = [sys.executable, "-c", code, *words]
        done = subprocess.run(command, cwd=ROOT, env=scrapy.environment, text=True, capture_output=True, check=False)
        assert (done.returncode, done.stderr) == (ARGUMENTS, f"finews {words[0]}: {message}\n")
