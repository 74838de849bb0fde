"""``scrapy`` as a user runs it: in a process of its own, on a data directory of its own."""

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path

from finews_crawler.config.model import HOST_SETTINGS
from tests.support.fork_client import can_be_warm, run_warm
from tests.support.paths import ROOT

SUMMARY = re.compile(r"(found \d+(?:, \w+ \d+)+);")
LONGEST = 300
"""Seconds for which a command may run."""
CLOSED_PORT = "http://127.0.0.1:1"
"""Nothing listens here: an unreachable host."""

QUICK = {"FINEWS_BACKOFF_SECONDS": "0.001", "FINEWS_DISK_FREE_MB": "0"}
"""A test has no time to wait as long as a guest would, and the small disks of some are no alarm."""

OVERRIDES = "-dac_override,-dac_read_search"
WITHOUT_OVERRIDE = ("setpriv", f"--inh-caps={OVERRIDES}", f"--bounding-set={OVERRIDES}")

# Scrapy's deprecation warnings are errors in the crawls as well, not only in the tests' own process.
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
        """The counts of each crawl that the log tells of."""
        found = (summary.split(", ") for summary in SUMMARY.findall(self.log))
        return [{name: int(number) for name, number in map(str.split, counts)} for counts in found]


@dataclass
class Scrapy:
    """Runs ``scrapy`` commands of this project in a process of their own, on one data directory."""

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
        """The same, with every host at *url* but those named."""
        return replace(self, environment={**self.environment, **dict.fromkeys(HOST_SETTINGS, url), **hosts})

    def into(self, data: Path) -> Scrapy:
        """The same, into another data directory."""
        return replace(self, data=data, environment={**self.environment, "FINEWS_DATA_DIR": str(data)})

    def bound_by_permissions(self) -> Scrapy:
        """The same, for root without the power to write where permissions forbid it."""
        return replace(self, prefix=WITHOUT_OVERRIDE) if os.geteuid() == 0 else self

    def __call__(self, *arguments: str, stdin: str = "") -> Run:
        if not self.prefix and can_be_warm(self.environment):
            status, out, errors = run_warm(list(arguments), self.environment, stdin, LONGEST)
        else:
            status, out, errors = self.run_cold(list(arguments), stdin)
        run = Run(status, out + errors)
        # Whatever happened: all that was found ended somewhere.
        for counts in run.summaries():
            assert counts["found"] == sum(counts.values()) - counts["found"], run.log
        return run

    def run_cold(self, arguments: list[str], stdin: str) -> tuple[int, str, str]:
        command = [*self.prefix, sys.executable, "-c", SCRAPY, *arguments]
        done = subprocess.run(  # noqa: PLW1510 (the status is what the tests look at)
            command, cwd=ROOT, env=self.environment, input=stdin, text=True, capture_output=True, timeout=LONGEST
        )
        return done.returncode, done.stdout, done.stderr

    def snapshot(self) -> dict[str, tuple[bytes, int]]:
        """Each file of the archive: content and time of change; of the index, all rows but those of the runs."""
        files = [path for path in sorted(self.data.rglob("*")) if path.is_file() and path.name != "index.sqlite"]
        found = {str(path.relative_to(self.data)): (path.read_bytes(), path.stat().st_mtime_ns) for path in files}
        return {**found, "index.sqlite": (repr(self.rows()).encode(), 0)}

    def rows(self) -> dict[str, list[tuple[object, ...]]]:
        """What the index holds of articles, their revisions and what was rejected."""
        with sqlite3.connect(self.data / "index.sqlite") as connection:
            tables = ("article", "revision", "rejection")
            rows = {table: connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2, 3").fetchall() for table in tables}
        connection.close()
        return rows
