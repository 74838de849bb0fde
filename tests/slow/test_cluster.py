"""A coordinator and workers as processes, on a real Redis: the archive is that of one process, whatever is killed."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from finews_crawler.cluster.shares import LEASED_WITHOUT_DELAY
from finews_crawler.settings import DOWNLOAD_SLOTS
from finews_crawler.testing.origin.server import RunningOrigin, running_origin
from tests.slow.cluster_kills import disturbed, slots_of, wrong_fetches
from tests.support.archive_snapshot import (
    CRAWL,
    Contents,
    audit_findings,
    crawl_alone,
    listed_articles,
    posts_of,
    start,
)
from tests.support.cluster_network import ClusterNetwork
from tests.support.cluster_runs import fetches, in_cluster, wait_for_workers, wait_until, workers
from tests.support.redis_server import RedisServer, running_redis
from tests.support.scrapy_command import Scrapy

ARTICLES = 300
SHORT = {"FINEWS_CLUSTER_LEASE": "5"}
"""A lease that ends within a test; on a busy machine a second may pass without a renewal."""
OUTSTANDING, JOBS, RESULTS, DEAD = (
    f"{{finews}}:{name}" for name in ("outstanding", "jobs:eastmoney", "results", "dead-letters")
)
ALL_WELL, ARGUMENTS, SOME_FAILED = 0, 2, 3


@pytest.fixture(scope="module")
def upstream() -> Iterator[RunningOrigin]:
    with running_origin(articles=listed_articles(ARTICLES, seed=5), latency_ms=20) as running:
        yield running


@pytest.fixture(scope="module")
def truth(upstream: RunningOrigin, tmp_path_factory: pytest.TempPathFactory) -> Contents:
    return crawl_alone(Scrapy.into_folder(tmp_path_factory.mktemp("truth") / "data").at(upstream.url), ARTICLES, *CRAWL)


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisServer]:
    with running_redis(tmp_path / "redis") as server:
        yield server


@pytest.fixture
def origin(upstream: RunningOrigin, truth: Contents) -> RunningOrigin:
    """The origin of the one process, which has received nothing since."""
    upstream.traffic.arrivals.clear()
    return upstream


@pytest.fixture
def crawl(scrapy: Scrapy, origin: RunningOrigin, redis: RedisServer) -> Scrapy:
    return in_cluster(scrapy.at(origin.url), redis)


def assert_same(crawl: Scrapy, truth: Contents) -> None:
    assert truth.differences(Contents.of(crawl.data)) == []
    assert audit_findings(replace(crawl, environment={**crawl.environment, "FINEWS_CLUSTER": ""})) == []


def test_two_workers_fill_the_archive_of_one_process(
    crawl: Scrapy, origin: RunningOrigin, redis: RedisServer, truth: Contents
) -> None:
    with workers(crawl, 2) as both:
        wait_for_workers(redis, 2)
        run = crawl(*CRAWL)
        assert run.status == ALL_WELL, run.log
        again = crawl(*CRAWL)
    (counts,) = run.summaries()
    assert counts["new"] == ARTICLES
    assert again.summaries()[0]["new"] == 0
    assert again.summaries()[0]["failed"] == 0
    assert_same(crawl, truth)
    assert set(fetches(origin).values()) == {1}
    assert len(fetches(origin)) == ARTICLES
    assert all("worker: 0 results" not in worker.end().log for worker in both)
    with redis.client() as client:
        assert [client.xlen(JOBS), client.xlen(RESULTS), client.hlen(OUTSTANDING), client.exists(DEAD)] == [0] * 4


def test_a_killed_worker_loses_nothing(crawl: Scrapy, origin: RunningOrigin, truth: Contents) -> None:
    crawl = replace(crawl, environment={**crawl.environment, **SHORT})
    with workers(crawl, 2) as (first, _):
        coordinator = start(crawl, *CRAWL)
        wait_until(lambda: len(fetches(origin)) > ARTICLES / 3)
        first.kill(signal.SIGKILL)
        run = coordinator.end()
    assert run.status == ALL_WELL, run.log
    assert_same(crawl, truth)
    counted = fetches(origin)
    assert len(counted) == ARTICLES
    assert max(counted.values()) <= 2
    most = LEASED_WITHOUT_DELAY * DOWNLOAD_SLOTS["127.0.0.1"]["concurrency"]
    assert counted.total() <= ARTICLES + most, "no more than the killed worker had taken"


def test_a_killed_coordinator_loses_nothing(
    crawl: Scrapy, origin: RunningOrigin, redis: RedisServer, truth: Contents
) -> None:
    with workers(crawl, 2):
        coordinator = start(crawl, *CRAWL)
        # At once, before it has stored all.
        wait_until(lambda: posts_of(crawl.data))
        coordinator.kill(signal.SIGKILL)
        coordinator.end()
        with redis.client() as client:
            # The workers go on, and what they find waits.
            wait_until(lambda: client.xlen(JOBS) == 0)
            assert client.hlen(OUTSTANDING) == client.xlen(RESULTS) > 0
        run = crawl(*CRAWL)
    assert run.status == ALL_WELL, run.log
    assert_same(crawl, truth)
    assert set(fetches(origin).values()) == {1}
    assert len(fetches(origin)) == ARTICLES


def test_a_stopped_worker_does_not_store_what_another_has_finished(
    crawl: Scrapy, origin: RunningOrigin, truth: Contents
) -> None:
    crawl = replace(crawl, environment={**crawl.environment, **SHORT})
    with workers(crawl, 2) as (first, _):
        coordinator = start(crawl, *CRAWL)
        wait_until(lambda: len(fetches(origin)) > ARTICLES / 3)
        first.kill(signal.SIGSTOP)
        run = coordinator.end()
        first.kill(signal.SIGCONT)
    assert run.status == ALL_WELL, run.log
    assert_same(crawl, truth)
    assert max(fetches(origin).values()) <= 2


def test_a_redis_that_is_away_is_waited_for(
    crawl: Scrapy, origin: RunningOrigin, redis: RedisServer, truth: Contents
) -> None:
    with workers(crawl, 2) as both:
        wait_for_workers(redis, 2)
        coordinator = start(crawl, *CRAWL)
        wait_until(lambda: len(fetches(origin)) > ARTICLES / 3)
        # At once, while articles are left: what Redis has written survives its process, as the machine does not end.
        redis.kill()
        assert len(fetches(origin)) < ARTICLES
        time.sleep(2)
        redis.start()
        run = coordinator.end()
    assert run.status == ALL_WELL, run.log
    assert run.log.count("is away") == 1
    assert all(worker.end().log.count("is away") == 1 for worker in both)
    assert_same(crawl, truth)


def test_random_kills_lose_nothing(crawl: Scrapy, origin: RunningOrigin, redis: RedisServer, truth: Contents) -> None:
    pace = slots_of("127.0.0.1", 0.1)
    cluster, wrong = disturbed(
        *(crawl, redis, ClusterNetwork()),
        kills=8,
        workers=2,
        seed=3,
        options=pace,
        requests=lambda: fetches(origin).total(),
        articles=ARTICLES,
    )
    assert cluster.done["amid the crawl"] >= 4
    assert wrong + wrong_fetches(origin, ARTICLES, cluster) == []
    assert_same(crawl, truth)


def test_a_worker_that_ends_gives_back_what_waits(crawl: Scrapy, origin: RunningOrigin, redis: RedisServer) -> None:
    slow = replace(crawl, environment={**crawl.environment, "FINEWS_CLUSTER_LEASE": "600"})
    worker = start(slow, "worker", "-s", 'DOWNLOAD_SLOTS={"127.0.0.1": {"concurrency": 1, "delay": 0.3}}')
    coordinator = start(slow, "crawl", "channel", "-a", "limit=40")
    wait_until(lambda: len(fetches(origin)) >= 5)
    worker.kill(signal.SIGTERM)
    assert worker.end().status == 0
    with workers(slow, 1):
        run = coordinator.end()
    assert run.status == ALL_WELL, run.log
    assert run.summaries()[0]["new"] == 40
    assert set(fetches(origin).values()) == {1}


@pytest.mark.parametrize("words", ["channel -a count=500", "category -a all=1", "channel -a limit=20 -a refetch=1"])
def test_failures_are_counted_as_in_one_process(scrapy: Scrapy, redis: RedisServer, tmp_path: Path, words: str) -> None:
    """The source has lost some articles: of these, only the archive's site has copies."""
    with running_origin(articles=listed_articles(60, seed=6), faults=["missing=7"]) as origin:
        alone = scrapy.at(origin.url)
        one = alone("crawl", *words.split())
        together = in_cluster(alone.into(tmp_path / "together"), redis)
        with workers(together, 2):
            run = together("crawl", *words.split())
    assert (run.status, run.summaries()) == (one.status, one.summaries()), run.log
    if "limit" not in words:  # which articles are the first depends on the order of the responses
        differences = Contents.of(scrapy.data).differences(Contents.of(together.data))
        assert [line for line in differences if "cache/categories.json" not in line] == [], "it has the run's time"


def test_a_server_that_cannot_be_used_is_one_line(scrapy: Scrapy, origin: RunningOrigin) -> None:
    crawl = scrapy.at(origin.url, FINEWS_CLUSTER="redis://:secret-word@127.0.0.1:1")
    for command in (CRAWL, ("worker",)):
        run = crawl(*command)
        assert run.status == ARGUMENTS
        (line,) = run.log.splitlines()
        assert "Redis at 127.0.0.1:1 cannot be used" in line
        assert "secret-word" not in line
    assert not crawl.data.exists()


def test_a_queue_has_the_articles_of_one_archive(crawl: Scrapy, redis: RedisServer, tmp_path: Path) -> None:
    coordinator = start(crawl, *CRAWL)
    with redis.client() as client:
        wait_until(lambda: client.xlen(JOBS) == ARTICLES)
        other = crawl.into(tmp_path / "other")(*CRAWL)
        assert other.status == ARGUMENTS
        assert other.log.splitlines()[-1].endswith("or finish the crawl of that archive")
        coordinator.kill(signal.SIGTERM)
        run = coordinator.end()
        assert run.status == ALL_WELL, run.log
        assert run.summaries()[0]["skipped"] == client.xlen(JOBS) == ARTICLES
    with workers(crawl, 1):
        assert crawl("crawl", "share", "-a", "file=-").status == ALL_WELL
    with redis.client() as client:
        assert client.hlen(OUTSTANDING) == 0
    assert len(posts_of(crawl.data)) == ARTICLES
