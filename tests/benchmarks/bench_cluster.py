"""A crawl by a coordinator and workers, from nginx on loopback: CPU an article, articles a second, memory.

The CPU of a cluster is that of all its processes; what each needs to start is shown apart.
"""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from tests.benchmarks import options
from tests.benchmarks.clusters import Cluster, peak_when_queued
from tests.benchmarks.crawls import DEFAULT_CONNECTIONS, Crawl, origin_files
from tests.benchmarks.measure import Cost, interleave, median
from tests.benchmarks.nginx import DELAY_MS, serving
from tests.benchmarks.profiles import shares
from tests.benchmarks.report import Report
from tests.benchmarks.scratch import new_folder
from tests.benchmarks.trees import ours
from tests.support.redis_server import RedisServer, running_redis

WORKERS = 4
MOST_CPU, LEAST_SPEED, MOST_GROWTH = 1.25, 3.5, 1.15


def without_latency(report: Report, given: Namespace, cores: str) -> None:
    """Compare the CPU of all processes with that of one; both without their starts, which do not depend on the number
    of articles."""
    with serving(origin_files(given.articles)) as server, running_redis(new_folder()) as redis:
        crawl = Crawl(server, given.articles)
        cluster = Cluster(crawl, redis, WORKERS)
        variants = {
            "one process": crawl.by(ours()),
            "of that, its start": lambda: without_articles(server.url),
            "start of a coordinator": lambda: without_articles(server.url, FINEWS_CLUSTER=redis.url),
            f"coordinator and {WORKERS} workers": cluster.cost,
        }
        costs = interleave(variants, given.rounds)
    alone, start, coordinator, together = costs.values()
    title = f"{given.articles:,} articles at 0 ms, {DEFAULT_CONNECTIONS} connections a process, {cores}"
    report.table(title, {**costs, **cluster.parts}, given.articles)
    without = less(together, plus(coordinator, cluster.parts[STARTS]))
    name = f"one process, without starts, {cores}"
    report.ratio(f"CPU, cluster / {name}", without, less(alone, start), at_most=MOST_CPU)
    report.ratio(f"CPU, cluster and Redis / {name}", plus(without, cluster.parts[REDIS]), less(alone, start))
    report.ratio(f"CPU, cluster / one process, with all starts, {cores}", together, alone)
    report.ratio(f"wall, cluster / one process, {cores}", together, alone, "wall")


@contextmanager
def on_one_core() -> Iterator[None]:
    """Run what is started meanwhile on one core. Two that are threads of one slow each other down, which CPU time
    counts: of a cluster all the time, of a process alone not at all."""
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(cores)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, cores)


def profiles(report: Report, given: Namespace) -> None:
    with serving(origin_files(given.articles)) as server, running_redis(new_folder()) as redis:
        cluster = Cluster(Crawl(server, given.articles), redis, WORKERS)
        for name in ("coordinator", "worker"):
            report.profile(f"a {name}", profile_of(cluster, name))


STARTS, REDIS = "of that, their start", "redis-server"


def without_articles(url: str, **settings: str) -> Cost:
    """Crawl no article, into an empty archive."""
    folder = new_folder()
    (folder / "codes.txt").touch()
    tree, words = ours(), ("crawl", "share", "-a", f"file={folder / 'codes.txt'}")
    return tree.finews(*words, **tree.at(url), **settings, FINEWS_DATA_DIR=folder)


def plus(costs: Sequence[Cost], others: Sequence[Cost]) -> list[Cost]:
    """Return costs with the CPU of others of the same rounds."""
    return [replace(one, cpu=one.cpu + other.cpu) for one, other in zip(costs, others, strict=True)]


def less(costs: Sequence[Cost], starts: Sequence[Cost]) -> list[Cost]:
    """Return the costs without those of the starts, of which the median counts."""
    return [replace(cost, cpu=cost.cpu - median(starts)) for cost in costs]


def profile_of(cluster: Cluster, name: str) -> str:
    """Return the largest shares of the coordinator, or of the only worker, under the profiler."""
    stats = new_folder() / "stats"
    tree = replace(ours(), options=("-m", "cProfile", "-o", stats))
    profiled = replace(cluster, parts={}, **{name: tree}, workers=1 if name == "worker" else cluster.workers)
    profiled.cost()
    return shares(Path(stats))


def with_latency(report: Report, given: Namespace, redis: RedisServer, connections: int) -> None:
    """Compare articles a second, from the first request to the last response as the server recorded them."""
    with serving(origin_files(given.slow_articles)) as server:
        crawl = Crawl(server, given.slow_articles, connections, is_slow=True)
        clusters = {f"{number} workers": Cluster(crawl, redis, number) for number in (1, WORKERS)}
        costs = interleave({name: cluster.cost for name, cluster in clusters.items()}, given.rounds)
    title = f"{given.slow_articles:,} articles at {DELAY_MS} ms, {connections} connections a worker"
    servers = {name: clusters[f"{WORKERS} workers"].parts[name] for name in (REDIS, "nginx")}
    report.table(title, {**costs, **servers}, given.slow_articles)
    one, many = costs.values()
    name = f"articles a second, {WORKERS} workers / 1, {connections} connections each"
    report.ratio(name, one, many, "window", at_least=LEAST_SPEED)
    for workers, cost in zip((1, WORKERS), costs.values(), strict=True):
        speed = given.slow_articles / median(cost, "window")
        report.figure(f"articles a second, {workers} workers", speed)
        report.figure("of what their connections can give", speed * DELAY_MS / 1000 / connections / workers)


def with_long_queue(report: Report, given: Namespace, redis: RedisServer) -> None:
    """Compare the memory of a coordinator with queues of two lengths."""
    with serving(origin_files(given.slow_articles)) as server:
        costs = {f"{count:,} queued": [peak_when_queued(redis, count, server.url)] for count in (given.few, given.many)}
    report.table("a coordinator without workers", costs)
    few, many = costs.values()
    report.ratio(f"memory, {given.many:,} / {given.few:,} queued", many, few, "peak", at_most=MOST_GROWTH)


def main() -> None:
    numbers = {"articles": 5_000, "slow_articles": 2_000, "few": 10_000, "many": 100_000}
    parser = options.parser(__doc__, **numbers)
    parser.add_argument("--connections", type=int, nargs="*", default=[8, 4], help="of a worker; default: 8 and 4")
    given = parser.parse_args()
    with Report("cluster") as report:
        without_latency(report, given, "all cores")
        with on_one_core():
            without_latency(report, given, "one core")
        profiles(report, given)
        with running_redis(new_folder()) as redis:
            for connections in given.connections:
                with_latency(report, given, redis, connections)
            with_long_queue(report, given, redis)


if __name__ == "__main__":
    options.main(main)
