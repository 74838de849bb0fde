"""Shows that workers on several machines fill the archive of one process, and request each article once.

``python -m tests.slow.cluster_proof [--articles 20000] [--workers 4] [--delay 0]`` crawls the same articles from an
nginx alone and with workers, each in a network namespace of its own where one can be made, and compares the archives.
With ``--delay``, it prints the gaps between the requests, by the clock of nginx. The exit status is 1 if anything
differs, or if a gap is shorter than the delay by more than a millisecond, in which nginx counts.
"""

from __future__ import annotations

import argparse
import json
import resource
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from finews_crawler.testing.origin.articles import generate
from tests.benchmarks.nginx import Server, serving
from tests.benchmarks.origin_files import write_files
from tests.support.archive_snapshot import Contents, Started, audit_findings, start
from tests.support.cluster_network import ClusterNetwork, cluster_network, enter_namespace
from tests.support.cluster_runs import in_cluster
from tests.support.redis_server import RedisServer, running_redis
from tests.support.scrapy_command import Run, Scrapy

SEED = 1
LEFT_EMPTY = ("jobs:*", "results", "outstanding", "dead-letters", "failed")
"""Keys that have an article or a message each."""
SECONDS_TO_END = 7200
"""Of 20,000 articles on a busy machine."""
CLOCK = 0.001
"""Seconds to which nginx counts."""


def measured(work: Callable[[], list[str]], what: str, articles: int) -> list[str]:
    """Do *work*; print its wall time, and the CPU time of the commands that it has waited for."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    wrong = work()
    wall, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    per_thousand = 1000 * cpu / articles
    print(f"{what}: {wall:.1f} s, {articles / wall:.0f} a second; CPU {cpu:.1f} s, {per_thousand:.2f} s a thousand")
    return wrong


def slots_of(address: str, delay: float) -> tuple[str, str]:
    """Return an option: as many connections as to loopback, and a delay."""
    slot = {"concurrency": 8, "delay": delay, "jitter": 0}
    return ("-s", f"DOWNLOAD_SLOTS={json.dumps({address: slot})}")


@contextmanager
def running_workers(crawl: Scrapy, network: ClusterNetwork, number: int, *options: str) -> Iterator[list[Started]]:
    hosts = [network.worker_host(each) for each in range(number)]
    started = [start(replace(crawl, prefix=host.prefix), "worker", *options) for host in hosts]
    try:
        yield started
    finally:
        for worker in started:
            if not worker.is_over:
                worker.kill(signal.SIGTERM)


def crawl_alone(crawl: Scrapy, *command: str) -> list[str]:
    return list(problems_of(start(crawl, *command).end(SECONDS_TO_END)))


def crawl_together(
    crawl: Scrapy, network: ClusterNetwork, command: Sequence[str], workers: int, *options: str
) -> list[str]:
    """Crawl with workers; return what was wrong."""
    with running_workers(crawl, network, workers, *options) as started:
        run = start(crawl, *command, *options).end(SECONDS_TO_END)
    runs = [worker.end() for worker in started]
    print(*(line for line in run.log.splitlines() if ": found " in line), sep="\n")
    return [problem for each in (run, *runs) for problem in problems_of(each)]


def problems_of(run: Run) -> Iterator[str]:
    if run.status or "Traceback" in run.log:
        yield f"status {run.status}: {run.log[-2000:]}"


def left_in(redis: RedisServer) -> list[str]:
    """Return the keys of articles and messages that are left."""
    with redis.client() as client:
        lengths = {b"stream": client.xlen, b"hash": client.hlen}
        keys = [key for name in LEFT_EMPTY for key in client.keys(f"{{finews}}:{name}")]
        found = {key: lengths.get(client.type(key), lambda key: 0)(key) for key in keys}
    return [f"{length} in {key.decode()}" for key, length in found.items() if length]


def wrong_requests(codes: Sequence[str], expected: int) -> list[str]:
    """Return what is wrong with the requests: each article once."""
    again = [code for code, number in Counter(codes).items() if number > 1]
    missing = expected - len(set(codes))
    print(f"{len(codes)} requests for {len(set(codes))} articles; {len(again)} of them more than once")
    return [f"{missing} articles were not requested, {len(again)} more than once"] if again or missing else []


def short_gaps(times: Sequence[float], delay: float) -> list[str]:
    """Print how far the requests are apart; return those that are too close."""
    gaps = sorted(later - earlier for earlier, later in pairwise(times))
    shares = {share: gaps[int(share * (len(gaps) - 1))] for share in (0, 0.001, 0.01, 0.1, 0.5, 0.9, 1)}
    print("gaps in s:", ", ".join(f"{share:.1%} {gap:.3f}" for share, gap in shares.items()))
    short = [gap for gap in gaps if gap < delay - CLOCK]
    return [f"{len(short)} of {len(gaps)} gaps are shorter than {delay} s: {short[:10]}"] if short else []


def compared(folder: Path, network: ClusterNetwork, origin: Server, given: argparse.Namespace) -> list[str]:
    """Crawl alone and together; return what was wrong."""
    command, at_once = ("crawl", "share", "-a", f"file={origin.codes}"), slots_of(network.address, 0)
    alone = Scrapy.into_folder(folder / "alone").at(origin.url)
    alone = replace(alone, environment={**alone.environment, **network.settings})
    wrong = measured(lambda: crawl_alone(alone, *command, *at_once), "one process", given.articles)
    position = origin.begin()
    with running_redis(folder / "redis", address=network.address) as redis:
        crawl = in_cluster(alone.into(folder / "together"), redis)
        options = slots_of(network.address, given.delay)
        wrong += measured(
            lambda: crawl_together(crawl, network, command, given.workers, *options),
            f"{given.workers} workers",
            given.articles,
        )
        wrong += left_in(redis)
    arrivals = origin.arrivals(position)
    wrong += wrong_requests([code for _, code in arrivals], given.articles)
    if given.delay:
        wrong += short_gaps([moment for moment, _ in arrivals], given.delay)
    # The coordinator has not requested from the host, and has no robots.txt of it.
    differences = Contents.of(alone.data).differences(Contents.of(crawl.data))
    wrong += [line for line in differences if "cache/robots/" not in line]
    return wrong + audit_findings(alone.into(crawl.data))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--delay", type=float, default=0, help="seconds between two requests of the workers")
    given = parser.parse_args()
    enter_namespace("tests.slow.cluster_proof")
    folder = Path(tempfile.mkdtemp(prefix="cluster-proof-"))
    write_files(generate(given.articles, SEED), folder / "origin")
    with cluster_network() as network, serving(folder / "origin", network.address) as origin:
        wrong = compared(folder, network, origin, given)
    print(*wrong[:20], sep="\n")
    print("as in one process" if not wrong else f"not as in one process, see {folder}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
