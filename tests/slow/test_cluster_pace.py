"""`cluster`: all processes together are as polite to a host as one."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from finews_crawler.cluster.pace import TURNS_REMEMBERED
from finews_crawler.testing.origin.server import running_origin
from tests.support.archive_snapshot import CRAWL, listed_articles
from tests.support.cluster_runs import fetches, in_cluster, workers
from tests.support.redis_server import RedisServer, running_redis
from tests.support.scrapy_command import Scrapy

ALL_WELL, BLOCKED = 0, 4


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisServer]:
    with running_redis(tmp_path / "redis") as server:
        yield server


def test_the_workers_keep_one_pace(scrapy: Scrapy, redis: RedisServer) -> None:
    delay = 0.2
    slots = f'DOWNLOAD_SLOTS={{"127.0.0.1": {{"concurrency": 2, "delay": {delay}, "jitter": 0}}}}'
    with running_origin(articles=listed_articles(30, seed=6)) as origin:
        crawl = in_cluster(scrapy.at(origin.url), redis)
        with workers(crawl, 3, "-s", slots):
            run = crawl(*CRAWL, "-s", slots)
        times = [arrival.time for arrival in origin.traffic.arrivals]
    assert run.status == ALL_WELL, run.log
    with redis.client() as client:
        turns = [int(turn) for turn in reversed(client.lrange("{finews}:turns:127.0.0.1", 0, -1))]
    assert len(turns) == TURNS_REMEMBERED
    assert min(later - earlier for earlier, later in pairwise(turns)) >= delay * 1000
    gaps = [later - earlier for earlier, later in pairwise(times)]
    # Requests are sent no closer than their turns; on a busy machine, connections and the origin shift arrivals.
    assert sum(gap < delay * 0.9 for gap in gaps) <= len(gaps) / 3, sorted(gaps)
    assert not [number for number, time in enumerate(times) if time - times[0] < delay * number - 1], times


def test_a_wait_that_one_worker_is_told_holds_for_all(scrapy: Scrapy, redis: RedisServer) -> None:
    slots = 'DOWNLOAD_SLOTS={"127.0.0.1": {"concurrency": 2, "delay": 0.05}}'
    with running_origin(articles=listed_articles(40, seed=6), faults=["429=1"]) as origin:
        crawl = in_cluster(scrapy.at(origin.url), redis)
        with workers(crawl, 3, "-s", slots):
            run = crawl(*CRAWL, "-s", slots)
        times = [arrival.time for arrival in origin.traffic.arrivals]
    assert run.summaries()[0]["new"] == 40, run.log
    assert max(later - earlier for earlier, later in pairwise(times)) >= 0.9


def test_a_ban_ends_the_requests_of_all(scrapy: Scrapy, redis: RedisServer) -> None:
    slots = 'DOWNLOAD_SLOTS={"127.0.0.1": {"concurrency": 2, "delay": 0.1}}'
    with running_origin(articles=listed_articles(200, seed=6), faults=["soft-ban=40"]) as origin:
        crawl = in_cluster(scrapy.at(origin.url), redis)
        with workers(crawl, 3, "-s", slots):
            run = crawl(*CRAWL, "-s", slots)
        asked = fetches(origin).total()
    assert run.status == BLOCKED, run.log
    (counts,) = run.summaries()
    assert (counts["new"], counts["failed"]) == (40, 160)
    # Fifteen refused responses are a ban, after which no process gets a turn; a few requests may be under way, but
    # not as many as when two of the processes count for themselves.
    assert asked < 40 + 2 * 15
