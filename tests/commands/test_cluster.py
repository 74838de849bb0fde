"""``scrapy cluster``, on a real Redis."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.support.redis_server import RedisServer, running_redis
from tests.support.scrapy_command import Scrapy

ARGUMENTS = 2
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
    """Queue three articles, of which a worker has one, and add a dead letter."""
    with redis.client() as client:
        client.xgroup_create(JOBS, "workers", "0", mkstream=True)
        for code in "ABC":
            client.hset(OUTSTANDING, code, client.xadd(JOBS, {"code": code, "job": "{}"}))
        client.xreadgroup("workers", "host:1", {JOBS: ">"}, count=1)
        client.xadd(DEAD, {"stream": "jobs", "code": "D", "reason": "not JSON", "value": "x\x1b[2J"})
        client.set("{finews}:owner", "host:/data")


def test_an_empty_queue_is_shown(cluster: Scrapy) -> None:
    run = cluster("cluster", "status")
    assert run.status == 0
    assert run.log.splitlines()[1:] == ["0 articles are outstanding: 0 queued, 0 with a result to store"]
    assert not cluster.data.exists()


def test_status_shows_articles_workers_and_refused_messages(cluster: Scrapy, redis: RedisServer) -> None:
    fill(redis)
    run = cluster("cluster", "status")
    first, outstanding, worker, *dead = run.log.splitlines()
    assert first == f"queue finews in Redis at 127.0.0.1:{redis.port}, of the archive host:/data"
    assert outstanding == "3 articles are outstanding: 2 queued, 0 with a result to store"
    assert worker.startswith("worker host:1: 1 articles, heard ")
    assert dead == ["1 dead letters; the last:", "  jobs D: not JSON"]
    found = json.loads(cluster("cluster", "status", "--json").log)
    assert (found["outstanding"], found["queued"], found["workers"][0]["articles"]) == (3, 2, 1)
    assert found["queued_by_source"] == {"eastmoney": 2}


def test_clear_takes_all_articles_off_the_queue(cluster: Scrapy, redis: RedisServer) -> None:
    fill(redis)
    with redis.client() as client:
        client.set("other", "stays")
        run = cluster("cluster", "clear")
        assert (run.status, run.log) == (0, "cluster: 3 articles were taken off the queue\n")
        assert client.keys() == [b"other"]


@pytest.mark.parametrize("words", [(), ("drop",), ("status", "clear")])
def test_another_action_is_one_line(cluster: Scrapy, words: tuple[str, ...]) -> None:
    run = cluster("cluster", *words)
    assert run.status == ARGUMENTS
    assert len(run.log.splitlines()) == 1


def test_without_the_setting_it_is_one_line(scrapy: Scrapy) -> None:
    run = scrapy("cluster", "status")
    assert (run.status, run.log.splitlines()) == (
        ARGUMENTS,
        ["scrapy cluster: FINEWS_CLUSTER is not set: export FINEWS_CLUSTER=redis://HOST:6379"],
    )
