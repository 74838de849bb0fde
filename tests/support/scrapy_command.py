"""``scrapy`` as a user runs it: in its own process, on its own data directory."""

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path

from finews_crawler.config.model import HOST_SETTINGS
from finews_crawler.sources.eastmoney_web import SOURCE as WEB
from tests.support.fork_client import can_be_warm, run_warm
from tests.support.paths import ROOT

SUMMARY = re.compile(r"(found \d+(?:, \w+ \d+)+);")
LONGEST = 300
"""Time limit of a command, in seconds."""
CLOSED_PORT = "http://127.0.0.1:1"
"""URL of an unreachable host: no process listens here."""

HOSTS_OF_TODAY = tuple(WEB.hosts)
HOSTS_OF_2022 = tuple(name for name in HOST_SETTINGS if name not in HOSTS_OF_TODAY)

QUICK = {"FINEWS_BACKOFF_SECONDS": "0.001", "FINEWS_DISK_FREE_MB": "0"}
"""Short back-off, and no alert for the small disks of some tests."""

OVERRIDES = "-dac_override,-dac_read_search"
WITHOUT_OVERRIDE = ("setpriv", f"--inh-caps={OVERRIDES}", f"--bounding-set={OVERRIDES}")

# Scrapy's deprecation warnings are errors in the crawls too, not only in the tests' process.
SCRAPY = """
import warnings
from scrapy.exceptions import ScrapyDeprecationWarning
warnings.simplefilter("error", ScrapyDeprecationWarning)
from scrapy.cmdline import execute
execute()
"""


@dataclass
class Run:
    """A finished ``scrapy`` command."""

    status: int
    log: str

    def summaries(self) -> list[dict[str, int]]:
        """Return the counts of each summary line in the log."""
        found = (summary.split(", ") for summary in SUMMARY.findall(self.log))
        return [{name: int(number) for name, number in map(str.split, counts)} for counts in found]


@dataclass
class Scrapy:
    """Runs ``scrapy`` commands of this project on one data directory, each in its own process."""

    data: Path
    environment: dict[str, str]
    prefix: tuple[str, ...] = ()

    @classmethod
    def into_folder(cls, data: Path) -> Scrapy:
        return cls(data, {**os.environ, "FINEWS_DATA_DIR": str(data), **QUICK})

    @property
    def posts(self) -> Path:
        return self.data / "site" / "_posts"

    def at(self, url: str, **hosts: str) -> Scrapy:
        """Return a copy with 2022's hosts and the archive's site at *url*, except the given ones, and no others."""
        none = dict.fromkeys(HOST_SETTINGS, "")
        return replace(self, environment={**self.environment, **none, **dict.fromkeys(HOSTS_OF_2022, url), **hosts})

    def at_today(self, url: str, **hosts: str) -> Scrapy:
        """Return a copy with the hosts of today's surfaces at *url*, except the given ones, and no others."""
        return self.at("", **{**dict.fromkeys(HOSTS_OF_TODAY, url), **hosts})

    def into(self, data: Path) -> Scrapy:
        """Return a copy with another data directory."""
        return replace(self, data=data, environment={**self.environment, "FINEWS_DATA_DIR": str(data)})

    def bound_by_permissions(self) -> Scrapy:
        """Return a copy that respects file permissions, also for root."""
        return replace(self, prefix=WITHOUT_OVERRIDE) if os.geteuid() == 0 else self

    def __call__(self, *arguments: str, stdin: str = "") -> Run:
        if not self.prefix and can_be_warm(self.environment):
            status, out, errors = run_warm(list(arguments), self.environment, stdin, LONGEST)
        else:
            status, out, errors = self.run_cold(list(arguments), stdin)
        run = Run(status, out + errors)
        # In every run: found equals the sum of the outcomes.
        for counts in run.summaries():
            assert counts["found"] == sum(counts.values()) - counts["found"], run.log
        return run

    def run_cold(self, arguments: list[str], stdin: str) -> tuple[int, str, str]:
        command = [*self.prefix, sys.executable, "-c", SCRAPY, *arguments]
        done = subprocess.run(  # noqa: PLW1510 (tests check the status)
            command, cwd=ROOT, env=self.environment, input=stdin, text=True, capture_output=True, timeout=LONGEST
        )
        return done.returncode, done.stdout, done.stderr

    def snapshot(self) -> dict[str, tuple[bytes, int]]:
        """Return content and modification time of each file, and the rows of the index except runs."""
        files = [path for path in sorted(self.data.rglob("*")) if path.is_file() and path.name != "index.sqlite"]
        found = {str(path.relative_to(self.data)): (path.read_bytes(), path.stat().st_mtime_ns) for path in files}
        return {**found, "index.sqlite": (repr(self.rows()).encode(), 0)}

    def rows(self) -> dict[str, list[tuple[object, ...]]]:
        """Return the rows of articles, revisions and rejections in the index."""
        with sqlite3.connect(self.data / "index.sqlite") as connection:
            tables = ("article", "revision", "rejection")
            rows = {table: connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2, 3").fetchall() for table in tables}
        connection.close()
        return rows
