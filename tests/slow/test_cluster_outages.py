"""A Redis that is slow, loses responses, has no memory left or loses its data, amid a crawl."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from finews_crawler.testing.origin.server import RunningOrigin, running_origin
from tests.support.archive_snapshot import Contents, crawl_alone, listed_articles, posts_of, start
from tests.support.cluster_runs import fetches, in_cluster, wait_until, workers
from tests.support.redis_server import RedisServer, running_redis
from tests.support.scrapy_command import Scrapy
from tests.support.tcp_proxy import Proxy, running_proxy

ARTICLES = 60
CRAWL = ("crawl", "channel", "-a", "count=500")
PACE = ("-s", 'DOWNLOAD_SLOTS={"127.0.0.1": {"concurrency": 2, "delay": 0.05}}')
ALL_WELL, ARGUMENTS, SOME_FAILED = 0, 2, 3
JOBS, OUTSTANDING = "{finews}:jobs:eastmoney", "{finews}:outstanding"


@pytest.fixture(scope="module")
def upstream() -> Iterator[RunningOrigin]:
    with running_origin(articles=listed_articles(ARTICLES, seed=5)) as running:
        yield running


@pytest.fixture(scope="module")
def truth(upstream: RunningOrigin, tmp_path_factory: pytest.TempPathFactory) -> Contents:
    return crawl_alone(Scrapy.into_folder(tmp_path_factory.mktemp("truth") / "data").at(upstream.url), ARTICLES, *CRAWL)


@pytest.fixture
def origin(upstream: RunningOrigin, truth: Contents) -> RunningOrigin:
    upstream.traffic.arrivals.clear()
    return upstream


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisServer]:
    with running_redis(tmp_path / "redis") as server:
        yield server


@pytest.fixture
def proxy(redis: RedisServer) -> Iterator[Proxy]:
    with running_proxy(("127.0.0.1", redis.port)) as running:
        yield running


@pytest.fixture
def crawl(scrapy: Scrapy, origin: RunningOrigin, redis: RedisServer) -> Scrapy:
    return in_cluster(scrapy.at(origin.url), redis)


def through(crawl: Scrapy, proxy: Proxy) -> Scrapy:
    return replace(crawl, environment={**crawl.environment, "FINEWS_CLUSTER": f"redis://127.0.0.1:{proxy.port}"})


def once(matches: Callable[[bytes], bool]) -> Callable[[bytes], bool]:
    """Return a function that is true for the first part that matches."""
    found: list[bytes] = []

    def is_first(part: bytes) -> bool:
        if found or not matches(part):
            return False
        found.append(part)
        return True

    return is_first


def test_results_whose_response_is_lost_are_read_again(
    crawl: Scrapy, origin: RunningOrigin, proxy: Proxy, truth: Contents
) -> None:
    proxy.loses = once(lambda part: b'"article":' in part)
    with workers(crawl, 2, *PACE):
        run = through(crawl, proxy)(*CRAWL, *PACE)
    assert run.status == ALL_WELL, run.log
    assert set(fetches(origin).values()) == {1}
    assert truth.differences(Contents.of(crawl.data)) == []


def test_a_job_whose_response_is_lost_is_fetched_after_its_lease(
    crawl: Scrapy, origin: RunningOrigin, proxy: Proxy, truth: Contents
) -> None:
    crawl = replace(crawl, environment={**crawl.environment, "FINEWS_CLUSTER_LEASE": "4"})
    proxy.loses = once(lambda part: b'"known":' in part)
    with workers(through(crawl, proxy), 1, *PACE):
        run = crawl(*CRAWL, *PACE)
    assert run.status == ALL_WELL, run.log
    assert set(fetches(origin).values()) == {1}
    assert truth.differences(Contents.of(crawl.data)) == []


def test_a_slow_redis_slows_a_crawl_down(crawl: Scrapy, origin: RunningOrigin, proxy: Proxy, truth: Contents) -> None:
    proxy.delay = 0.1
    slow = through(crawl, proxy)
    with workers(slow, 2, *PACE):
        run = slow(*CRAWL, *PACE)
    assert run.status == ALL_WELL, run.log
    assert "away" not in run.log
    assert set(fetches(origin).values()) == {1}
    assert truth.differences(Contents.of(crawl.data)) == []


def test_a_redis_whose_memory_is_full_lets_a_crawl_end(
    crawl: Scrapy, origin: RunningOrigin, redis: RedisServer, truth: Contents
) -> None:
    """It fills up when all articles are queued; one of the workers starts after that."""
    with workers(crawl, 1, *PACE), redis.client() as client:
        started = start(crawl, *CRAWL, *PACE)
        wait_until(lambda: client.hlen(OUTSTANDING) + len(posts_of(crawl.data)) >= ARTICLES)
        client.config_set("maxmemory", 1)
        with workers(crawl, 1, *PACE):
            run = started.end()
    assert run.status == ALL_WELL, run.log
    assert set(fetches(origin).values()) == {1}
    assert truth.differences(Contents.of(crawl.data)) == []


def test_a_crawl_waits_for_memory_to_queue_more(
    crawl: Scrapy, origin: RunningOrigin, redis: RedisServer, truth: Contents
) -> None:
    with workers(crawl, 1, *PACE), redis.client() as client:
        started = start(crawl, *CRAWL, *PACE)
        wait_until(lambda: client.hlen(OUTSTANDING))
        client.config_set("maxmemory", 1)
        wait_until(lambda: not client.hlen(OUTSTANDING))
        client.config_set("maxmemory", 0)
        run = started.end()
    assert run.status == ALL_WELL, run.log
    assert set(fetches(origin).values()) == {1}
    assert truth.differences(Contents.of(crawl.data)) == []


def test_articles_that_redis_loses_are_queued_by_the_next_crawl(
    crawl: Scrapy, origin: RunningOrigin, redis: RedisServer, truth: Contents
) -> None:
    with workers(crawl, 2, *PACE) as both, redis.client() as client:
        started = start(crawl, *CRAWL, *PACE)
        wait_until(lambda: len(fetches(origin)) > ARTICLES / 4)
        for worker in both:
            worker.kill(signal.SIGSTOP)  # during this command, they might fetch all that is left
        assert crawl("cluster", "clear").status == ARGUMENTS, "a crawl uses the queue"
        client.flushall()
        for worker in both:
            worker.kill(signal.SIGCONT)
        run = started.end()
        assert run.status == SOME_FAILED, run.log
        assert "were lost with the data of Redis" in run.log
        assert "Traceback" not in run.log
        assert crawl("cluster", "clear").status == ALL_WELL, "it has ended"
        again = crawl(*CRAWL, *PACE)
    assert again.status == ALL_WELL, again.log
    assert truth.differences(Contents.of(crawl.data)) == []


def test_a_second_signal_ends_the_processes_and_loses_nothing(
    crawl: Scrapy, origin: RunningOrigin, truth: Contents
) -> None:
    crawl = replace(crawl, environment={**crawl.environment, "FINEWS_CLUSTER_LEASE": "4"})
    worker, coordinator = start(crawl, "worker", *PACE), start(crawl, *CRAWL, *PACE)
    wait_until(lambda: len(fetches(origin)) > ARTICLES / 4)
    for process in (worker, coordinator):
        for _ in range(2):
            process.kill(signal.SIGINT)
        assert "Traceback" not in process.end().log
    with workers(crawl, 1, *PACE):
        run = crawl(*CRAWL, *PACE)
    assert run.status == ALL_WELL, run.log
    assert max(fetches(origin).values()) <= 2
    assert truth.differences(Contents.of(crawl.data)) == []
