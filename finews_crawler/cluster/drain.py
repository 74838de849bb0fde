"""``finews cluster drain`` and ``resume``: bring a queue to rest, for an update of the workers or of Redis."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from finews_crawler.cluster.keys import keys_of
from finews_crawler.cluster.queue import BLOCK
from finews_crawler.cluster.start import client_of, response_of
from finews_crawler.cluster.status import has_coordinator, now_of, seconds_since_drain, workers_of

if TYPE_CHECKING:
    from redis import Redis

    from finews_crawler.config.model import Config

SECONDS_OF_REST = 2 * BLOCK / 1000
"""For which nothing may be under way: a worker that waited for an article when the drain began may still get one."""
PAUSE = 0.25


class UnderWay(NamedTuple):
    """Articles and results that a drain waits for."""

    articles: int
    """With workers that run: those of the others wait on the queue."""
    results: int
    """That a coordinator is storing; 0 if none runs."""
    processes: int
    """Workers that run, and the coordinator."""

    @property
    def is_over(self) -> bool:
        return not self.articles and not self.results


def drain(config: Config, seconds: float, report: Callable[[str], None]) -> bool:
    """Let workers take no new articles, and wait until nothing is under way. Return False if that takes too long.

    Raises ClusterError.
    """
    keys = keys_of(config.cluster_prefix)
    with client_of(config) as client:
        at = response_of(config, lambda: str(round(now_of(client) * 1000)))
        response_of(config, lambda: client.set(keys.draining, at, nx=True))
        report("workers take no new articles; `finews cluster resume` ends that")
        end, before, rests_since = time.monotonic() + seconds, None, time.monotonic()
        while True:
            left = response_of(config, lambda: under_way(client, config))
            if not left.processes:
                report("nothing to drain: no worker runs, and no crawl stores results")
                return True
            if not left.is_over:
                rests_since = time.monotonic()
            if left != before and not left.is_over:
                report(f"{left.articles} articles are with workers, {left.results} results wait to be stored")
            if time.monotonic() >= rests_since + SECONDS_OF_REST:
                return True
            if time.monotonic() >= end:
                return False
            before = left
            time.sleep(PAUSE)


def resume(config: Config) -> bool:
    """Let workers take articles again. Return False if they did. Raises ClusterError."""
    with client_of(config) as client:
        return bool(response_of(config, lambda: client.delete(keys_of(config.cluster_prefix).draining)))


def drained_for(config: Config) -> float | None:
    """Return for how many seconds workers have taken no articles; None if they take them. Raises ClusterError."""
    with client_of(config) as client:
        return response_of(config, lambda: seconds_since_drain(client, config.cluster_prefix))  # type: ignore[no-any-return]


def under_way(client: Redis, config: Config) -> UnderWay:
    """Return what live workers still have, and what waits to be stored. Raises the errors of redis."""
    keys, now = keys_of(config.cluster_prefix), now_of(client)
    running = [worker for worker in workers_of(client, keys, now) if worker.silent_for < config.cluster_lease]
    is_stored = has_coordinator(client, keys)
    results = client.xlen(keys.results) if is_stored else 0
    return UnderWay(sum(worker.articles for worker in running), results, len(running) + is_stored)
