"""Kills, stops and restarts the processes of a cluster at seeded random times: nothing may be lost or archived twice.

``python -m tests.slow.cluster_kills KILLS [--articles 1200] [--workers 4] [--seed 1]`` prints a line for each, and the
figures at the end; the exit status is 1 when the archive is not that of one process.
"""

from __future__ import annotations

import argparse
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from finews_crawler.testing.origin.server import RunningOrigin, running_origin
from tests.support.archive_snapshot import Contents, Started, audit_findings, crawl_alone, listed_articles, start
from tests.support.redis_server import RedisServer, running_redis
from tests.support.scrapy_command import Run, Scrapy

LEASE = 5
CRAWL = ("crawl", "channel", "-a", "count=500")
ALL_WELL, ARGUMENTS = 0, 2
ENDED = (ALL_WELL, -signal.SIGTERM)
"""Statuses of a worker: a signal may come before it has begun."""
IN_HAND = 16
"""Articles that a worker has at most."""
SECONDS_BETWEEN_KILLS = (0.3, 1.5)


def is_without_redis(run: Run) -> bool:
    """Return True if a process was started while Redis was away."""
    return run.status == ARGUMENTS and "cannot be used" in run.log


@dataclass
class Cluster:
    """Its processes; ``coordinator`` is started again whenever it has ended."""

    crawl: Scrapy
    redis: RedisServer
    random: random.Random
    workers: list[Started] = field(default_factory=list)
    coordinator: Started | None = None
    done: Counter[str] = field(default_factory=Counter)
    """What was done, by kind."""

    def kill_worker(self) -> None:
        number = self.random.randrange(len(self.workers))
        self.workers[number].kill(signal.SIGKILL)
        self.workers[number].end()
        self.workers[number] = start(self.crawl, "worker")

    def end_worker(self) -> None:
        number = self.random.randrange(len(self.workers))
        self.workers[number].kill(signal.SIGTERM)
        run = self.workers[number].end()
        assert run.status in ENDED or is_without_redis(run), run
        self.workers[number] = start(self.crawl, "worker")

    def stop_worker(self) -> None:
        worker = self.random.choice(self.workers)
        worker.kill(signal.SIGSTOP)
        time.sleep(LEASE + 1)
        worker.kill(signal.SIGCONT)

    def kill_coordinator(self) -> None:
        if self.coordinator is not None:
            self.coordinator.kill(signal.SIGKILL)
            self.coordinator.end()
        self.coordinator = start(self.crawl, *CRAWL)

    def restart_redis(self) -> None:
        self.redis.kill()
        time.sleep(self.random.uniform(0.1, 2))
        self.redis.start()

    def actions(self) -> dict[Callable[[], None], int]:
        """Return what may be done, with how often it is."""
        return {
            self.kill_worker: 6,
            self.end_worker: 2,
            self.stop_worker: 1,
            self.kill_coordinator: 3,
            self.restart_redis: 1,
        }

    def disturb(self) -> str:
        """Do one of the actions; return its name."""
        time.sleep(self.random.uniform(*SECONDS_BETWEEN_KILLS))
        if self.coordinator is None or self.coordinator.is_over:
            self.coordinator = start(self.crawl, *CRAWL)
        actions = self.actions()
        (action,) = self.random.choices([*actions], [*actions.values()])
        action()
        self.done[action.__name__] += 1
        return action.__name__

    def finish(self) -> list[str]:
        """Let the last crawl end, and the workers; return what was wrong."""
        assert self.coordinator is not None
        self.coordinator.end()
        last = start(self.crawl, *CRAWL).end()
        for worker in self.workers:
            worker.kill(signal.SIGTERM)
        runs = [worker.end() for worker in self.workers]
        wrong = [
            run.log[-2000:]
            for run in runs
            if not (run.status in ENDED or is_without_redis(run)) or "Traceback" in run.log
        ]
        return wrong + ([last.log[-2000:]] if last.status != ALL_WELL else [])


def disturbed(crawl: Scrapy, redis: RedisServer, kills: int, workers: int, seed: int) -> tuple[Cluster, list[str]]:
    """Run a cluster with *kills* disturbances; return it, ended, and what was wrong."""
    settings = {"FINEWS_CLUSTER": redis.url, "FINEWS_CLUSTER_LEASE": str(LEASE), "FINEWS_LOCK_WAIT": "30"}
    together = replace(crawl, environment={**crawl.environment, **settings})
    cluster = Cluster(together, redis, random.Random(seed))
    cluster.workers = [start(together, "worker") for _ in range(workers)]
    try:
        for number in range(kills):
            print(f"{number + 1}: {cluster.disturb()}", flush=True)
        return cluster, cluster.finish()
    finally:
        for started in (*cluster.workers, cluster.coordinator):
            if started is not None and not started.is_over:
                started.kill(signal.SIGCONT)
                started.kill(signal.SIGKILL)


def wrong_fetches(origin: RunningOrigin, articles: int, cluster: Cluster) -> list[str]:
    """Return what is wrong with the requests: each article once, and again only after a kill or a pause."""
    fetched = Counter(arrival.id for arrival in origin.traffic.arrivals if arrival.id.startswith("NW"))
    again, pauses = fetched.total() - len(fetched), cluster.done["kill_worker"] + cluster.done["stop_worker"]
    # A pause of Redis is one of all workers; so is a busy machine on which no lease is renewed for its time.
    most = IN_HAND * (pauses + len(cluster.workers) * cluster.done["restart_redis"])
    print(f"{dict(cluster.done)}: {len(fetched)} articles, requested again: {again} (at most {most})")
    wrong = [] if len(fetched) == articles else [f"{len(fetched)} articles were requested instead of {articles}"]
    return wrong + ([f"{again} were requested again, more than {most}"] if again > most else [])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kills", type=int)
    parser.add_argument("--articles", type=int, default=1200)
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="cluster-kills-"))
    with running_origin(articles=listed_articles(given.articles, given.seed), latency_ms=50) as origin:
        scrapy = Scrapy.into_folder(folder / "alone").at(origin.url)
        truth = crawl_alone(scrapy, given.articles, *CRAWL)
        origin.traffic.arrivals.clear()
        together = scrapy.into(folder / "together")
        with running_redis(folder / "redis") as redis:
            cluster, wrong = disturbed(together, redis, given.kills, given.workers, given.seed)
        wrong += truth.differences(Contents.of(together.data)) + audit_findings(together)
        wrong += wrong_fetches(origin, given.articles, cluster)
    print(*wrong[:20], sep="\n")
    print(f"{'as in one process' if not wrong else f'not as in one process, see {folder}'}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
