"""The output of ``finews doctor``, parsed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from scrapy.settings import Settings

from finews_crawler.config.model import HOST_SETTINGS
from finews_crawler.operate.doctor.check import format_results
from finews_crawler.operate.doctor.client import Client
from finews_crawler.operate.doctor.doctor import check_hosts
from finews_crawler.utils import clock
from finews_crawler.utils.terminal import printable
from tests.support.scrapy_command import Run, Scrapy

EXIT_STATUS = {True: 0, False: 3}


@dataclass(frozen=True)
class ReportLine:
    """One line of the output."""

    state: str
    name: str
    text: str

    @property
    def is_ok(self) -> bool:
        return self.state == "OK"


@dataclass(frozen=True)
class DoctorReport:
    """The output of one run."""

    lines: list[ReportLine]
    log: str

    def of(self, name: str) -> list[ReportLine]:
        return [line for line in self.lines if line.name == name]

    def one(self, name: str) -> ReportLine:
        (line,) = self.of(name)
        return line


def parse(output: Iterable[str]) -> DoctorReport:
    """Parse the output, in which each line is OK or a WARN with a hint."""
    output = list(output)
    assert [line for line in output if not re.match(r"OK {4}\S|WARN {2}\S", line)] == []
    lines = [ReportLine(*re.split(r" {2,}", line, maxsplit=2)) for line in output]
    assert [line for line in lines if not line.is_ok and ": " not in line.text] == []
    return DoctorReport(lines, "\n".join(output))


def parse_run(run: Run) -> DoctorReport:
    """Parse the output of a run, and check that its exit status matches."""
    assert "Traceback" not in run.log, run.log
    report = parse(run.log.splitlines())
    assert run.status == EXIT_STATUS[all(line.is_ok for line in report.lines)], run.log
    return report


def run_doctor(scrapy: Scrapy, *arguments: str) -> DoctorReport:
    """Run the command in a process of its own."""
    return parse_run(scrapy("doctor", *arguments))


def check_hosts_at(url: str, **changes: str) -> DoctorReport:
    """Run the checks of hosts in this process, with all hosts at *url* except for *changes* to the settings."""
    settings = Settings()
    settings.setmodule("finews_crawler.settings")
    settings.setdict({**dict.fromkeys(HOST_SETTINGS, url), **changes})
    client = Client(settings)
    return parse(map(printable, format_results(check_hosts(client, client.read_robots(), clock.now()))))


def state_of(data: Path) -> dict[str, tuple[int, bytes]]:
    """Return mtime and content of every file and folder, except for the shared memory of SQLite's readers."""
    paths = [path for path in sorted(data.rglob("*")) if path.name != "index.sqlite-shm"]
    return {str(path): (path.stat().st_mtime_ns, path.read_bytes() if path.is_file() else b"") for path in paths}
