"""Operation of a cluster: it is drained and goes on, what has failed is queued again, and versions are not mixed."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from finews_crawler.cluster.drain import drain
from finews_crawler.cluster.messages import VERSION
from finews_crawler.config.model import Config
from finews_crawler.testing.origin.server import running_origin
from tests.support.archive_snapshot import CRAWL, listed_articles, posts_of, start
from tests.support.cluster_runs import fetches, in_cluster, workers
from tests.support.redis_server import RedisServer, running_redis
from tests.support.scrapy_command import CLOSED_PORT, Scrapy

ALL_WELL, SOME_FAILED, CHANGED_SHAPE = 0, 3, 5
ARTICLES = 80
SECONDS = 120
SLOTS = 'DOWNLOAD_SLOTS={"127.0.0.1": {"concurrency": 2, "delay": 0.1}}'


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisServer]:
    with running_redis(tmp_path / "redis") as server:
        yield server


def status_of(crawl: Scrapy) -> dict[str, object]:
    status: dict[str, object] = json.loads(crawl("cluster", "status", "--json").log)
    return status


def test_a_drained_cluster_is_at_rest_and_goes_on(scrapy: Scrapy, redis: RedisServer) -> None:
    with running_origin(articles=listed_articles(ARTICLES, seed=8)) as origin:
        crawl = in_cluster(scrapy.at(origin.url), redis)
        with workers(crawl, 2, "-s", SLOTS):
            coordinator = start(crawl, *CRAWL, "-s", SLOTS)
            while len(fetches(origin)) < 10:
                time.sleep(0.01)
            # Not by a command: its start takes as long as these articles on a busy machine.
            assert drain(Config(cluster=redis.url), SECONDS, print)
            fetched, status = len(fetches(origin)), status_of(crawl)
            assert status["queued"] == ARTICLES - fetched > 0
            assert [status["results"], len(posts_of(crawl.data))] == [0, fetched]
            # A worker that starts in the meantime takes nothing either.
            with workers(crawl, 1, "-s", SLOTS):
                while len(status_of(crawl)["workers"]) < 3:
                    time.sleep(0.1)
                assert crawl("cluster", "drain").status == ALL_WELL
            assert len(fetches(origin)) == fetched
            assert crawl("cluster", "resume").status == ALL_WELL
            run = coordinator.end()
        assert run.status == ALL_WELL, run.log
        assert len(posts_of(crawl.data)) == ARTICLES
        assert set(fetches(origin).values()) == {1}


def test_failed_articles_are_fetched_when_their_host_is_back(scrapy: Scrapy, redis: RedisServer) -> None:
    articles = listed_articles(20, seed=8)
    with running_origin(articles=articles) as origin:
        assert scrapy.at(origin.url)(*CRAWL, "-a", "limit=5").status == ALL_WELL
    with running_origin(articles=articles, faults=["share-down"]) as origin:
        crawl = in_cluster(scrapy.at(origin.url, FINEWS_BACKOFF_SECONDS="0"), redis)
        with workers(crawl, 1):
            failed = crawl(*CRAWL)
    (counts,) = failed.summaries()
    assert (failed.status, counts["failed"]) == (SOME_FAILED, 15), failed.log
    assert status_of(crawl)["failed"] == 15
    with running_origin(articles=articles) as origin:
        crawl = in_cluster(scrapy.at(origin.url), redis)
        requeued = crawl("cluster", "requeue")
        assert requeued.log == "cluster: 15 articles are queued again\n"
        with workers(crawl, 1):
            run = crawl("crawl", "share", "-a", "file=-")
    assert run.status == ALL_WELL, run.log
    assert run.summaries()[0]["new"] == 15
    assert status_of(crawl)["outstanding"] == status_of(crawl)["failed"] == 0


@pytest.mark.parametrize(
    ("version", "hint"),
    [(VERSION + 1, "update this worker"), (0, "run `finews cluster clear` once, without a crawl")],
    ids=["later", "earlier"],
)
def test_a_worker_of_another_version_ends_and_leaves_the_articles(
    scrapy: Scrapy, redis: RedisServer, version: int, hint: str
) -> None:
    codes = [f"NW20220518238363806{number}" for number in range(3)]
    crawl = in_cluster(scrapy.at(CLOSED_PORT), redis)
    with redis.client() as client:
        client.set("{finews}:version", version)
        for code in codes:
            entry = client.xadd("{finews}:jobs:eastmoney", {"code": code, "job": json.dumps({"v": version})})
            client.hset("{finews}:outstanding", code, entry)
        run = crawl("worker")
        assert run.status == CHANGED_SHAPE, run.log
        (line,) = (line for line in run.log.splitlines() if " ERROR: " in line)
        assert line.endswith(
            f"the articles on the queue are of version {version}, this worker is of version {VERSION} and ends: {hint}"
        )
        assert "Traceback" not in run.log
        assert client.hlen("{finews}:outstanding") == client.xlen("{finews}:jobs:eastmoney") == len(codes)
        assert client.xlen("{finews}:dead-letters") == client.xlen("{finews}:results") == 0
        _, claimed, _ = client.xautoclaim("{finews}:jobs:eastmoney", "workers", "other", 10_000_000)
        ((_, new),) = client.xreadgroup("workers", "other", {"{finews}:jobs:eastmoney": ">"})
        assert claimed, "those that it took are given back"
        assert [fields[b"code"].decode() for _, fields in (*claimed, *new)] == codes
