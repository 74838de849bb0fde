"""Crawls whose articles are fetched by workers."""

from __future__ import annotations

import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from finews_crawler.testing.origin.server import RunningOrigin
from tests.support.archive_snapshot import Started, start
from tests.support.redis_server import RedisServer
from tests.support.scrapy_command import Scrapy


def in_cluster(scrapy: Scrapy, redis: RedisServer, **settings: str) -> Scrapy:
    cluster = {"FINEWS_CLUSTER": redis.url, **settings}
    return replace(scrapy, environment={**scrapy.environment, **cluster})


@contextmanager
def workers(crawl: Scrapy, number: int, *options: str) -> Iterator[list[Started]]:
    """Run workers, which end by SIGTERM with status 0, unless they were killed."""
    started = [start(crawl, "worker", *options) for _ in range(number)]
    try:
        yield started
    finally:
        for worker in started:
            worker.kill(signal.SIGTERM)
        runs = [worker.end() for worker in started]
    for run in runs:
        has_begun = len(run.log.splitlines()) > 1  # a crawl without articles may be over before
        assert run.status in (0, -signal.SIGKILL) or (run.status == -signal.SIGTERM and not has_begun), run.log
        assert "Traceback" not in run.log, run.log


def wait_for_workers(redis: RedisServer, number: int) -> None:
    """Wait until *number* workers ask for articles: some crawls end before the last of them has started."""
    with redis.client() as client:
        wait_until(lambda: client.hlen("{finews}:heartbeats") >= number)


def fetches(origin: RunningOrigin) -> Counter[str]:
    return Counter(arrival.id for arrival in origin.traffic.arrivals if arrival.id.startswith("NW"))


def leased_by(redis: RedisServer, worker: Started) -> set[str]:
    """Return the infoCodes of the articles that a worker, which may have ended, has leased."""
    with redis.client() as client:
        entries = {value: code.decode() for code, value in client.hgetall("{finews}:outstanding").items()}
        pending = [
            entry
            for stream in client.keys("{finews}:jobs*")
            for entry in client.xpending_range(stream, "workers", "-", "+", 10_000)
        ]
    mine = f":{worker.process.pid}:".encode()
    return {
        entries[entry["message_id"]]
        for entry in pending
        if mine in entry["consumer"] and entry["message_id"] in entries
    }


def wait_until(condition: Callable[[], object], seconds: float = 300) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)
