"""What ``scrapy doctor`` told, line by line."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from scrapy.settings import Settings

from finews_crawler.config.model import HOST_SETTINGS
from finews_crawler.operate.doctor.check import as_text
from finews_crawler.operate.doctor.doctor import check_hosts
from finews_crawler.utils import clock
from finews_crawler.utils.terminal import printable
from tests.support.scrapy_command import Run, Scrapy

STATUS_OF = {True: 0, False: 3}


@dataclass(frozen=True)
class Told:
    """One line."""

    state: str
    name: str
    text: str

    @property
    def is_ok(self) -> bool:
        return self.state == "ok"


@dataclass(frozen=True)
class Examination:
    """All lines of a run."""

    lines: list[Told]
    log: str

    def of(self, name: str) -> list[Told]:
        return [line for line in self.lines if line.name == name]

    def one(self, name: str) -> Told:
        (line,) = self.of(name)
        return line


def read(told: Iterable[str]) -> Examination:
    """The lines, each of one of the two kinds; what needs attention is told with what to do."""
    told = list(told)
    assert [line for line in told if not re.match(r"ok {6}\S|attend {2}\S", line)] == []
    lines = [Told(*re.split(r" {2,}", line, maxsplit=2)) for line in told]
    assert [line for line in lines if not line.is_ok and ": " not in line.text] == []
    return Examination(lines, "\n".join(told))


def read_run(run: Run) -> Examination:
    """The lines of a run, whose exit status says the same."""
    assert "Traceback" not in run.log, run.log
    told = read(run.log.splitlines())
    assert run.status == STATUS_OF[all(line.is_ok for line in told.lines)], run.log
    return told


def examine(scrapy: Scrapy, *arguments: str) -> Examination:
    """As a user does, in a process of its own."""
    return read_run(scrapy("doctor", *arguments))


def examine_hosts(url: str, **given: str) -> Examination:
    """The part that asks hosts, in this process: all hosts at *url*, but for what is given."""
    settings = Settings()
    settings.setmodule("finews_crawler.settings")
    settings.setdict({**dict.fromkeys(HOST_SETTINGS, url), **given})
    return read(map(printable, as_text(check_hosts(settings, clock.now()))))


def seen_in(data: Path) -> dict[str, tuple[int, bytes]]:
    """Every file and folder, with its time of change; of the index all but the memory that SQLite's readers share."""
    paths = [path for path in sorted(data.rglob("*")) if path.name != "index.sqlite-shm"]
    return {str(path): (path.stat().st_mtime_ns, path.read_bytes() if path.is_file() else b"") for path in paths}
