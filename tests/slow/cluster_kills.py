"""Kills, stops and restarts the processes of a cluster at seeded random times: nothing may be lost or archived twice.

``python -m tests.slow.cluster_kills KILLS [--articles 1200] [--workers 4] [--delay 0.15] [--seed 1]`` prints a line for
each, and the figures at the end; the exit status is 1 when the archive is not that of one process, or when an article
was requested more often than once and once more for each kill that its worker had while it was leased. Each worker is
in a network namespace of its own, where one can be made; then its cable is pulled, too.
"""

from __future__ import annotations

import argparse
import json
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
from tests.support.cluster_network import ClusterNetwork, WorkerHost, cluster_network, enter_namespace
from tests.support.cluster_runs import fetches, leased_by
from tests.support.redis_server import RedisServer, running_redis
from tests.support.scrapy_command import Run, Scrapy
from tests.support.tcp_proxy import running_proxy

LEASE = 8
LONGER = LEASE + 2
"""Seconds of silence after which the articles of a worker are another's."""
SHORTER = LEASE / 4
SECONDS_TO_END = 1800
"""Of the crawl with most of the articles, on a busy machine."""
CRAWL = ("crawl", "channel", "-a", "count=500")
ALL_WELL, ARGUMENTS = 0, 2
ENDED = (ALL_WELL, -signal.SIGTERM)
"""Statuses of a worker: a signal may come before it has begun."""
REQUESTS_BETWEEN_KILLS = 5
"""At most: a process that was killed while it starts has lost nothing."""
SECONDS_TO_START = 60


def is_without_redis(run: Run) -> bool:
    """Return True if a process was started while Redis was away."""
    return run.status == ARGUMENTS and "cannot be used" in run.log


@dataclass
class Worker:
    """A worker on its machine."""

    host: WorkerHost
    process: Started


@dataclass
class Cluster:
    """Its processes; ``coordinator`` is started again whenever it has ended."""

    crawl: Scrapy
    redis: RedisServer
    random: random.Random
    options: tuple[str, ...] = ()
    requests: Callable[[], int] = lambda: 0
    """Number of articles that were requested, again or not."""
    articles: int = 0
    workers: list[Worker] = field(default_factory=list)
    coordinator: Started | None = None
    done: Counter[str] = field(default_factory=Counter)
    """What was done, by kind."""
    hits: Counter[str] = field(default_factory=Counter)
    """How often the worker of an article was killed, or silent for longer than a lease, by infoCode."""

    def start_worker(self, host: WorkerHost) -> Worker:
        return Worker(host, start(replace(self.crawl, prefix=host.prefix), "worker", *self.options))

    def kill_worker(self) -> None:
        worker = self.random.choice(self.workers)
        worker.process.kill(signal.SIGSTOP)  # what it has leased is what it loses
        leased = leased_by(self.redis, worker.process)
        worker.process.kill(signal.SIGKILL)
        worker.process.end()
        self.hits.update(leased | leased_by(self.redis, worker.process))
        worker.process = self.start_worker(worker.host).process

    def end_worker(self) -> None:
        worker = self.random.choice(self.workers)
        worker.process.kill(signal.SIGTERM)
        run = worker.process.end()
        assert run.status in ENDED or is_without_redis(run), run
        worker.process = self.start_worker(worker.host).process

    def stop_worker(self) -> None:
        self._stop(LONGER)

    def stop_worker_briefly(self) -> None:
        self._stop(SHORTER)

    def _stop(self, seconds: float) -> None:
        worker = self.random.choice(self.workers)
        worker.process.kill(signal.SIGSTOP)
        self._silence(worker, seconds)
        worker.process.kill(signal.SIGCONT)

    def _silence(self, worker: Worker, seconds: float) -> None:
        leased = leased_by(self.redis, worker.process)
        time.sleep(SHORTER)
        leased |= leased_by(self.redis, worker.process)  # a command that was under way may have been done
        time.sleep(seconds - SHORTER)
        if seconds > LEASE:
            self.hits.update(leased)

    def cut_cable(self) -> None:
        self._cut(LONGER)

    def cut_cable_briefly(self) -> None:
        self._cut(SHORTER)

    def _cut(self, seconds: float) -> None:
        worker = self.random.choice(self.workers)
        worker.host.connect(is_up=False)
        self._silence(worker, seconds)
        worker.host.connect(is_up=True)

    def kill_coordinator(self) -> None:
        if self.coordinator is not None:
            self.coordinator.kill(signal.SIGKILL)
            self.coordinator.end()
        self.coordinator = start(self.crawl, *CRAWL, *self.options)

    def restart_redis(self) -> None:
        self.redis.kill()
        time.sleep(self.random.uniform(0.1, 2))
        self.redis.start()

    def plan(self, number: int) -> list[Callable[[], None]]:
        """Return what will be done, in random order: of 60 disturbances, three restarts of Redis."""
        shares: dict[Callable[[], None], int] = {
            self.kill_worker: 24,
            self.end_worker: 6,
            self.stop_worker: 4,
            self.stop_worker_briefly: 2,
            self.kill_coordinator: 16,
            self.restart_redis: 3,
        }
        if self.workers[0].host.link:
            shares.update({self.cut_cable: 3, self.cut_cable_briefly: 2})
        whole = sum(shares.values())
        actions = [action for action, share in shares.items() for _ in range(max(1, round(number * share / whole)))]
        actions += [self.kill_worker] * (number - len(actions))
        self.random.shuffle(actions)
        return actions[:number]

    def disturb(self, action: Callable[[], None]) -> None:
        """Do it amid the crawl: once some articles were requested since the last disturbance."""
        wanted = min(self.requests() + self.random.randint(1, REQUESTS_BETWEEN_KILLS), self.articles)
        ends = time.monotonic() + SECONDS_TO_START
        while self.requests() < wanted and time.monotonic() < ends:
            if self.coordinator is None or self.coordinator.is_over:
                self.coordinator = start(self.crawl, *CRAWL, *self.options)
            time.sleep(self.random.uniform(0.01, 0.2))
        self.done["amid the crawl"] += self.articles > self.requests() >= wanted
        action()
        self.done[action.__name__] += 1

    def finish(self) -> list[str]:
        """Let the last crawl end, and the workers; return what was wrong."""
        assert self.coordinator is not None
        self.coordinator.end(SECONDS_TO_END)
        last = start(self.crawl, *CRAWL, *self.options).end()
        for worker in self.workers:
            worker.process.kill(signal.SIGTERM)
        runs = [worker.process.end() for worker in self.workers]
        wrong = [
            run.log[-2000:]
            for run in runs
            if not (run.status in ENDED or is_without_redis(run)) or "Traceback" in run.log
        ]
        return wrong + ([last.log[-2000:]] if last.status != ALL_WELL else [])


def slots_of(address: str, delay: float) -> tuple[str, ...]:
    """Return an option: a pace at which a crawl lasts for all disturbances."""
    slot = {"concurrency": 8, "delay": delay, "jitter": 0}
    return ("-s", f"DOWNLOAD_SLOTS={json.dumps({address: slot})}")


def disturbed(
    crawl: Scrapy,
    redis: RedisServer,
    network: ClusterNetwork,
    *,
    kills: int,
    workers: int,
    seed: int,
    options: tuple[str, ...] = (),
    requests: Callable[[], int],
    articles: int,
) -> tuple[Cluster, list[str]]:
    """Run a cluster with *kills* disturbances; return it, ended, and what was wrong."""
    settings = {"FINEWS_CLUSTER": redis.url, "FINEWS_CLUSTER_LEASE": str(LEASE), "FINEWS_LOCK_WAIT": "30"}
    together = replace(crawl, environment={**crawl.environment, **settings})
    cluster = Cluster(together, redis, random.Random(seed), options, requests, articles)
    cluster.workers = [cluster.start_worker(network.worker_host(number)) for number in range(workers)]
    try:
        for number, action in enumerate(cluster.plan(kills), 1):
            cluster.disturb(action)
            print(f"{number}: {action.__name__}", flush=True)
        return cluster, cluster.finish()
    finally:
        for started in (*(worker.process for worker in cluster.workers), cluster.coordinator):
            if started is not None and not started.is_over:
                started.kill(signal.SIGCONT)
                started.kill(signal.SIGKILL)


def wrong_fetches(origin: RunningOrigin, articles: int, cluster: Cluster) -> list[str]:
    """Return what is wrong with the requests: each article once, and once more for each kill that has hit it."""
    fetched = fetches(origin)
    again = {code: number - 1 for code, number in fetched.items() if number > 1}
    print(
        f"{dict(cluster.done)}: {len(fetched)} articles, {len(cluster.hits)} of them hit {cluster.hits.total()} times"
    )
    print(f"{len(again)} were requested again, {sum(again.values())} times; one {max(again.values(), default=0)} times")
    wrong = [] if len(fetched) == articles else [f"{len(fetched)} articles were requested instead of {articles}"]
    more = {code: number for code, number in again.items() if number > cluster.hits[code]}
    return wrong + [
        f"{code}: requested again {number} times, hit {cluster.hits[code]} times" for code, number in more.items()
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kills", type=int)
    parser.add_argument("--articles", type=int, default=1200)
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--delay", type=float, default=0.15, help="seconds between two requests of the workers")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    enter_namespace("tests.slow.cluster_kills")
    folder = Path(tempfile.mkdtemp(prefix="cluster-kills-"))
    with (
        running_origin(articles=listed_articles(given.articles, given.seed), latency_ms=20) as origin,
        cluster_network() as network,
        running_proxy(("127.0.0.1", int(origin.url.rpartition(":")[2])), network.address) as proxy,
        running_redis(folder / "redis", address=network.address) as redis,
    ):
        alone = Scrapy.into_folder(folder / "alone").at(f"http://{network.address}:{proxy.port}")
        alone = replace(alone, environment={**alone.environment, **network.settings})
        truth = crawl_alone(alone, given.articles, *CRAWL, *slots_of(network.address, 0))
        origin.traffic.arrivals.clear()
        together, options = alone.into(folder / "together"), slots_of(network.address, given.delay)
        cluster, wrong = disturbed(
            *(together, redis, network),
            kills=given.kills,
            workers=given.workers,
            seed=given.seed,
            options=options,
            requests=lambda: fetches(origin).total(),
            articles=given.articles,
        )
        wrong += truth.differences(Contents.of(together.data)) + audit_findings(together)
        wrong += wrong_fetches(origin, given.articles, cluster)
    print(*wrong[:20], sep="\n")
    print(f"{'as in one process' if not wrong else f'not as in one process, see {folder}'}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
