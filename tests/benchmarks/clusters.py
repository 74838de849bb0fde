"""Crawls by a coordinator and workers, with the CPU of each process: of Redis too, and of what they need to start."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError

from tests.benchmarks.crawls import Crawl
from tests.benchmarks.measure import NOT_PASSED_ON, BenchmarkError, Cost
from tests.benchmarks.scratch import new_folder
from tests.benchmarks.trees import Tree, ours
from tests.support.redis_server import RedisServer

OUTSTANDING = "{finews}:outstanding"
TICKS = os.sysconf("SC_CLK_TCK")
SECONDS_TO_WAIT = 300


def cpu_of(process_id: int) -> float:
    """Return user and system time of a running process, in seconds."""
    words = Path(f"/proc/{process_id}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / TICKS


def peak_of(process_id: int) -> float:
    """Return the peak memory of a running process, in MiB."""
    lines = Path(f"/proc/{process_id}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 1024


def wait_until(condition: Callable[[], object]) -> None:
    """Raises BenchmarkError if the condition is not met in time."""
    end = time.monotonic() + SECONDS_TO_WAIT
    while not condition():
        if time.monotonic() > end:
            raise BenchmarkError("the processes of the cluster do not start")
        time.sleep(0.02)


@contextmanager
def started(tree: Tree, number: int, *arguments: str, **environment: str) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Run *number* processes of a ``scrapy`` command while the block runs; end those that still run by SIGTERM."""
    passed = {name: value for name, value in os.environ.items() if name not in NOT_PASSED_ON}
    command = [str(word) for word in (tree.python, *tree.options, "-m", "finews_crawler", *arguments)]
    logs = [(new_folder() / "log").open("wb") for _ in range(number)]
    processes = [
        subprocess.Popen(command, cwd=tree.root, env={**passed, **environment}, stdout=log, stderr=log) for log in logs
    ]
    try:
        yield processes
    finally:
        for process, log in zip(processes, logs, strict=True):
            log.close()
            if process.returncode is None:
                process.send_signal(signal.SIGTERM)
                process.wait()


@dataclass
class Cluster:
    """A crawl of all articles of a server, by one coordinator and *workers*. Each process runs a checkout."""

    crawl: Crawl
    redis: RedisServer
    workers: int
    coordinator: Tree = field(default_factory=ours)
    worker: Tree = field(default_factory=ours)
    parts: dict[str, list[Cost]] = field(default_factory=dict)
    """Of each run: coordinator, all workers, their start, and the two servers."""

    def cost(self) -> Cost:
        """Run it once; return the sum of coordinator and workers."""
        environment = {**ours().at(self.crawl.url), "FINEWS_CLUSTER": self.redis.url}
        with self.redis.client() as client:
            client.flushall()
            with started(self.worker, self.workers, "worker", *self.limits, **environment) as workers:
                wait_until(lambda: client.info("clients")["blocked_clients"] == self.workers)
                begun, before = [cpu_of(worker.pid) for worker in workers], self._cpu_of_servers()
                coordinator = self.crawl.by(self.coordinator, FINEWS_CLUSTER=self.redis.url)()
                servers = {name: cpu - before[name] for name, cpu in self._cpu_of_servers().items()}
                ended = [end(worker) for worker in workers]
        both = Cost(sum(cost.cpu for cost in ended), coordinator.wall, max(cost.peak for cost in ended))
        both = replace(both, system=sum(cost.system for cost in ended))
        self._note("coordinator", coordinator)
        self._note(f"{self.workers} workers", both)
        self._note("of that, their start", Cost(sum(begun), 0, 0))
        for name, cpu in servers.items():
            self._note(name, Cost(cpu, 0, 0))
        return replace(
            coordinator,
            cpu=coordinator.cpu + both.cpu,
            system=coordinator.system + both.system,
            peak=max(coordinator.peak, both.peak),
        )

    @property
    def limits(self) -> Sequence[str]:
        return self.crawl.limits()

    def _note(self, part: str, cost: Cost) -> None:
        self.parts.setdefault(part, []).append(cost)

    def _cpu_of_servers(self) -> dict[str, float]:
        assert self.redis.process is not None
        return {"redis-server": cpu_of(self.redis.process.pid), "nginx": cpu_of(self.crawl.server.process_id)}


def end(worker: subprocess.Popen[bytes]) -> Cost:
    """End a worker by SIGTERM; return its cost. Raises BenchmarkError."""
    worker.send_signal(signal.SIGTERM)
    _, status, usage = os.wait4(worker.pid, 0)
    worker.returncode = os.waitstatus_to_exitcode(status)
    if worker.returncode:
        raise BenchmarkError(f"a worker ended with status {worker.returncode}")
    return Cost(usage.ru_utime + usage.ru_stime, 0, usage.ru_maxrss / 1024, system=usage.ru_stime)


def peak_when_queued(redis: RedisServer, count: int, url: str) -> Cost:
    """Return the cost of a coordinator that has *count* articles on the queue, and no worker."""
    folder = new_folder()
    codes = folder / "codes.txt"
    codes.write_text("".join(f"NW20220518{number:010}\n" for number in range(count)), encoding="ascii")
    environment = {**ours().at(url), "FINEWS_CLUSTER": redis.url, "FINEWS_DATA_DIR": str(folder / "data")}
    with redis.client() as client:
        client.flushall()
        began = time.monotonic()
        with started(ours(), 1, "crawl", "share", "-a", f"file={codes}", **environment) as (process,):
            wait_until(lambda: outstanding(client) == count)
            return Cost(cpu_of(process.pid), time.monotonic() - began, peak_of(process.pid))


def outstanding(client: Redis) -> int:
    try:
        return int(client.hlen(OUTSTANDING))
    except RedisError:
        return 0
