"""Crawls with ``FINEWS_LOG_FILE``: where the log goes, and failures of the file."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from finews_crawler.stats import ExitStatus
from finews_crawler.testing.origin.server import RunningOrigin
from tests.support.paths import ROOT
from tests.support.scrapy_command import SCRAPY, Scrapy

CRAWL = ("crawl", "channel", "-a", "limit=2")
KEYS = {"time", "level", "logger", "message", "spider", "pid"}


def read(path: Path) -> list[dict[str, object]]:
    """Parse every line of a log file."""
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def messages(path: Path) -> list[str]:
    return [str(line["message"]) for line in read(path)]


def test_log_file_replaces_standard_error(scrapy: Scrapy, origin: RunningOrigin, tmp_path: Path) -> None:
    path = tmp_path / "logs" / "crawl.log"
    crawl = scrapy.at(origin.url, FINEWS_LOG_FILE=str(path))
    run = crawl(*CRAWL)
    assert (run.status, run.log) == (ExitStatus.ALL_WELL, "")
    lines = read(path)
    assert all(line.keys() == KEYS and line["spider"] == "channel" for line in lines)
    assert any(message.startswith("channel: found ") for message in messages(path))
    assert crawl("crawl", "channel", "-a", "limit=1").status == ExitStatus.ALL_WELL
    assert len({line["pid"] for line in read(path)}) == 2


def test_log_file_is_written_beside_a_terminal(scrapy: Scrapy, origin: RunningOrigin, tmp_path: Path) -> None:
    try:
        reader, terminal = pty.openpty()
    except OSError as error:
        pytest.skip(f"no terminal can be opened here ({error})")
    environment = {**scrapy.at(origin.url).environment, "FINEWS_LOG_FILE": str(tmp_path / "crawl.log")}
    command = [sys.executable, "-c", SCRAPY, *CRAWL]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=terminal)
    os.close(terminal)
    output = b""
    while True:
        try:
            output += os.read(reader, 65_536)
        except OSError:
            break  # the crawl has ended and closed the terminal
    os.close(reader)
    assert process.wait(timeout=60) == ExitStatus.ALL_WELL
    assert b"INFO: channel: found " in output
    assert b'{"time"' not in output
    assert any(message.startswith("channel: found ") for message in messages(tmp_path / "crawl.log"))


def test_crawl_continues_when_the_log_is_on_a_full_device(scrapy: Scrapy, origin: RunningOrigin) -> None:
    run = scrapy.at(origin.url, FINEWS_LOG_FILE="/dev/full")(*CRAWL)
    assert run.status == ExitStatus.NOT_WRITABLE, run.log
    assert run.summaries()[0]["new"] == 2
    assert "Traceback" not in run.log
    refusals = [line for line in run.log.splitlines() if "/dev/full" in line]
    assert refusals == [
        "FINEWS_LOG_FILE=/dev/full cannot be written ([Errno 28] No space left on device): give room and run again"
    ]


def test_log_file_that_cannot_be_opened_changes_the_exit_status(scrapy: Scrapy, origin: RunningOrigin) -> None:
    run = scrapy.at(origin.url, FINEWS_LOG_FILE="/proc/nowhere/crawl.log")(*CRAWL)
    assert run.status == ExitStatus.NOT_WRITABLE, run.log
    assert run.summaries()[0]["new"] == 2
    (line,) = [line for line in run.log.splitlines() if "ERROR" in line]
    assert "FINEWS_LOG_FILE=/proc/nowhere/crawl.log" in line
    assert "Traceback" not in run.log


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("FINEWS_LOG_MAX_MB=much", "FINEWS_LOG_MAX_MB must be a positive number of megabytes, got 'much'"),
        ("FINEWS_LOG_KEEP=0", "FINEWS_LOG_KEEP must be a whole number of files from 1 to 1000, got '0'"),
    ],
)
def test_invalid_log_limits_are_refused_before_the_first_request(
    scrapy: Scrapy, origin: RunningOrigin, tmp_path: Path, setting: str, message: str
) -> None:
    before = origin.stats()["total"]
    run = scrapy.at(origin.url, FINEWS_LOG_FILE=str(tmp_path / "crawl.log"))(*CRAWL, "-s", setting)
    assert run.status == ExitStatus.ARGUMENTS, run.log
    assert message in run.log
    assert "Traceback" not in run.log
    assert origin.stats()["total"] == before
