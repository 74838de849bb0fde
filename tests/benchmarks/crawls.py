"""Crawls of the same articles by this project and by its peers, each into a folder that is checked and kept."""

from __future__ import annotations

import dataclasses
import json
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.benchmarks.measure import BenchmarkError, Cost, run
from tests.benchmarks.nginx import Server
from tests.benchmarks.report import ROOT
from tests.benchmarks.scratch import new_folder
from tests.benchmarks.trees import CACHE, PEERS, Tree, peers

DEFAULT_CONNECTIONS = 8
"""To one host: Scrapy's default, and what this project has on loopback."""
DELAY = 0.001
"""Seconds between two requests to a host where Scrapy would send twice as many at a time as there are connections."""
THREADS = 5


def origin_files(count: int) -> Path:
    """Return a folder with the files of *count* articles of 2022, kept."""
    folder = CACHE / f"origin-{count}"
    if not folder.is_dir():
        write_origin(count, folder.with_suffix(".part"))
        folder.with_suffix(".part").rename(folder)
    return folder


def write_origin(count: int, folder: Path, **options: object) -> None:
    """Write the files of *count* articles; *options*: those of ``origin_files``."""
    words = [f"--{name}={value}" for name, value in options.items()]
    run([sys.executable, "-m", "tests.benchmarks.origin_files", f"{count}", folder, *words], cwd=ROOT)


def is_inexact(tree: Tree) -> bool:
    """Return True for a commit whose slots, as Scrapy's, send twice their concurrency at a time without a delay."""
    return not (tree.root / "finews_crawler" / "engine").is_dir()


@dataclass(frozen=True)
class Crawl:
    """A crawl of all *count* articles of a server, through *connections*, with or without a delay."""

    server: Server
    count: int
    connections: int = DEFAULT_CONNECTIONS
    is_slow: bool = False

    @property
    def url(self) -> str:
        return self.server.slow_url if self.is_slow else self.server.url

    def by(self, tree: Tree, **settings: str) -> Callable[[], Cost]:
        """Crawl with this project: politeness, guards, index, posts and fsync as they are."""
        limits = self.limits(DELAY if is_inexact(tree) else 0)

        def crawl(folder: Path) -> Cost:
            codes, environment = f"file={self.server.codes}", {**tree.at(self.url), **settings}
            cost = tree.finews("crawl", "share", "-a", codes, *limits, **environment, FINEWS_DATA_DIR=folder / "data")
            self._check(folder / "data" / "site" / "_posts", "*")
            return cost

        return partial(self._measured, crawl)

    def by_bare_scrapy(self) -> Callable[[], Cost]:
        """Crawl with Scrapy as shipped. Of the settings that its templates change, only robots.txt: they would send one
        request a second."""
        return partial(self._measured, lambda _: self._scrapy(peers(), "ROBOTSTXT_OBEY=1"))

    def by_own_scrapy(self, tree: Tree) -> Callable[[], Cost]:
        """Crawl with Scrapy and this project's reactor, download handlers and limits."""
        settings = {"SCRAPY_SETTINGS_MODULE": "tests.benchmarks.peers.own_settings", "PYTHONPATH": str(tree.root)}
        environment = {**settings, **tree.at(self.url)}
        return partial(self._measured, lambda _: self._scrapy(tree.python, **environment))

    def by_script(self, name: str, connections: int) -> Callable[[], Cost]:
        """Crawl with a script of ``peers`` that writes files."""

        def fetch(folder: Path) -> Cost:
            command = [peers(), PEERS / name, self.url, self.server.codes, folder, f"{connections}"]
            cost = run(command)
            self._check(folder, "*.json")
            return cost

        return partial(self._measured, fetch)

    def _scrapy(self, python: Path, *settings: str, **environment: str) -> Cost:
        set_ = [word for setting in ("LOG_LEVEL=INFO", *self._limits(), *settings) for word in ("-s", setting)]
        command = ["-m", "scrapy", "runspider", PEERS / "bare_spider.py", *set_]
        arguments = ["-a", f"codes={self.server.codes}", "-a", f"url={self.url}"]
        with tempfile.TemporaryDirectory() as elsewhere:  # no project
            return run([python, *command, *arguments], cwd=Path(elsewhere), environment=environment)

    def limits(self, delay: float = 0) -> list[str]:
        """Return the arguments of ``scrapy`` that set the connections."""
        return [word for limit in self._limits(delay) for word in ("-s", limit)]

    def _limits(self, delay: float = DELAY) -> tuple[str, ...]:
        if self.connections == DEFAULT_CONNECTIONS:
            return ()
        both = (f"CONCURRENT_REQUESTS={2 * self.connections}", f"CONCURRENT_REQUESTS_PER_DOMAIN={self.connections}")
        slots = {"127.0.0.1": {"concurrency": self.connections, "delay": delay}}
        return (*both, f"DOWNLOAD_SLOTS={json.dumps(slots)}")

    def _measured(self, crawl: Callable[[Path], Cost]) -> Cost:
        position = self.server.begin()
        cost = crawl(new_folder())
        seconds, served = self.server.window(position)
        if served != self.count:
            raise BenchmarkError(f"{served} requests for {self.count} articles")
        return dataclasses.replace(cost, window=seconds)

    def _check(self, folder: Path, pattern: str) -> None:
        files = sum(1 for _ in folder.glob(pattern))
        if files != self.count:
            raise BenchmarkError(f"{files} files of {self.count} articles in {folder}")
