"""``FINEWS_LOG_FILE``: whole JSON lines, rotated, by several processes at once, and a disk that refuses."""

from __future__ import annotations

import json
import logging
import os
import pty
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from finews_crawler.config.log_rotation import LogLimits, read_limits
from finews_crawler.operate.logging.json_formatter import JsonFormatter
from finews_crawler.operate.logging.rotating_file import RotatingLogFile
from finews_crawler.testing.origin.server import RunningOrigin
from tests.support.full_disk import small_disk
from tests.support.paths import ROOT
from tests.support.scrapy_command import SCRAPY, Scrapy

ALL_WELL, ARGUMENTS, NOT_WRITABLE = 0, 2, 6
CRAWL = ("crawl", "channel", "-a", "limit=2")
KEYS = {"time", "level", "logger", "message", "spider", "pid"}

WRITER = """
import logging, sys
from pathlib import Path
from finews_crawler.operate.logging.json_formatter import JsonFormatter
from finews_crawler.config.log_rotation import LogLimits
from finews_crawler.operate.logging.rotating_file import RotatingLogFile
path, name, lines = sys.argv[1:]
log = logging.getLogger(name)
log.propagate = False
log.addHandler(RotatingLogFile(Path(path), LogLimits(20_000, 100)))
log.addHandler(logging.NullHandler())
log.handlers[0].setFormatter(JsonFormatter(name))
for number in range(int(lines)):
    log.warning("line %d", number, exc_info=ValueError("x" * 9000) if number % 50 == 0 else None)
"""


class Kept(logging.Handler):
    """Where lines go instead."""

    def __init__(self) -> None:
        super().__init__()
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())


@pytest.fixture
def log() -> Iterator[logging.Logger]:
    # Of no tree: pytest collects what others say, and a worker of several cannot send half a surrogate.
    logger = logging.Logger("finews_crawler.tests.log")
    yield logger
    for handler in list(logger.handlers):
        logger.removeHandler(handler)
        handler.close()


def writing_to(
    logger: logging.Logger, path: Path, limits: LogLimits, instead: logging.Handler | None = None
) -> RotatingLogFile:
    handler = RotatingLogFile(path, limits, instead)
    handler.setFormatter(JsonFormatter("channel"))
    logger.addHandler(handler)
    return handler


def read(path: Path) -> list[dict[str, object]]:
    """Every line of a log is an object."""
    content = path.read_bytes()
    assert content.endswith(b"\n") or not content
    return [json.loads(line) for line in content.splitlines()]


def messages(path: Path) -> list[object]:
    return [line["message"] for line in read(path)]


def in_files(folder: Path) -> list[dict[str, object]]:
    return [line for path in folder.iterdir() for line in read(path)]


def test_a_line_is_an_object_whatever_it_tells(log: logging.Logger, tmp_path: Path) -> None:
    writing_to(log, tmp_path / "logs" / "crawl.log", LogLimits(100_000, 5))
    told = ["标题\n\x1b[2J", "half a surrogate \udcff", 'quotes "', "%s"]
    for text in told:
        log.warning("%s", text)
    log.error("an error", exc_info=ValueError("标题"))
    lines = read(tmp_path / "logs" / "crawl.log")
    assert [line["message"] for line in lines] == [*told, "an error"]
    assert all(line.keys() == KEYS for line in lines[:-1])
    assert lines[-1].keys() == KEYS | {"exception"}
    assert str(lines[-1]["exception"]).endswith("ValueError: 标题")
    assert {line["pid"] for line in lines} == {os.getpid()}
    assert {datetime.fromisoformat(str(line["time"])).utcoffset() for line in lines} == {timedelta(hours=8)}


def test_it_is_rotated_by_size_and_the_oldest_goes(log: logging.Logger, tmp_path: Path) -> None:
    writing_to(log, tmp_path / "crawl.log", LogLimits(1_000, 2))
    for number in range(40):
        log.warning("line %d", number)
    files = sorted(tmp_path.iterdir())
    assert [path.name for path in files] == ["crawl.log", "crawl.log.1", "crawl.log.2"]
    assert all(0 < path.stat().st_size <= 1_000 for path in files)
    told = [message for path in reversed(files) for message in messages(path)]
    assert told == [f"line {number}" for number in range(40 - len(told), 40)]
    assert 5 < len(told) < 40


def test_a_line_longer_than_a_file_is_written_all_the_same(log: logging.Logger, tmp_path: Path) -> None:
    writing_to(log, tmp_path / "crawl.log", LogLimits(200, 2))
    for text in ("x" * 10_000, "short", "y" * 10_000):
        log.warning(text)
    assert [messages(path)[0] for path in sorted(tmp_path.iterdir())] == ["y" * 10_000, "short", "x" * 10_000]


def test_several_processes_lose_no_line(tmp_path: Path) -> None:
    number, names = 600, ("one", "two", "three")
    command = [sys.executable, "-c", WRITER, str(tmp_path / "crawl.log")]
    writers = [subprocess.Popen([*command, name, str(number)], stderr=subprocess.PIPE) for name in names]
    assert [writer.communicate(timeout=120)[1] for writer in writers] == [b"", b"", b""]
    told = sorted((str(line["spider"]), str(line["message"])) for line in in_files(tmp_path))
    assert told == sorted((name, f"line {count}") for name in names for count in range(number))
    assert len(list(tmp_path.iterdir())) > 5


def test_a_file_that_others_rotate_or_remove_is_followed(log: logging.Logger, tmp_path: Path) -> None:
    path = tmp_path / "crawl.log"
    writing_to(log, path, LogLimits(100_000, 2))
    log.warning("one")
    path.rename(tmp_path / "crawl.log.1")
    log.warning("two")
    path.unlink()
    log.warning("three")
    assert (messages(tmp_path / "crawl.log.1"), messages(path)) == (["one"], ["three"])


def test_a_full_disk_is_one_line_and_the_log_goes_elsewhere_meanwhile(
    log: logging.Logger, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    instead = Kept()
    with small_disk(tmp_path / "disk", 16) as disk:
        path = disk.seen / "crawl.log"
        writing_to(log, path, LogLimits(1_000_000, 2), instead)
        while not instead.messages:
            log.warning("full soon %s", "x" * 500)
        log.warning("while it is full")
        os.truncate(path, path.stat().st_size // 2)
        log.warning("there is room")
        log.warning("still")
        told = path.read_text(encoding="utf-8").splitlines()
    assert instead.messages[1:] == ["while it is full"]
    *_, missing, room, still = [json.loads(line)["message"] for line in told[-3:]]
    assert missing == "2 lines before this one could not be written here: they went to standard error"
    assert (room, still) == ("there is room", "still")
    (line,) = capfd.readouterr().err.splitlines()
    assert line.startswith(f"FINEWS_LOG_FILE={path} cannot be written (")
    assert line.endswith(": give room and run again")


def test_without_a_terminal_the_log_is_the_file(scrapy: Scrapy, origin: RunningOrigin, tmp_path: Path) -> None:
    path = tmp_path / "logs" / "crawl.log"
    crawl = scrapy.at(origin.url, FINEWS_LOG_FILE=str(path))
    run = crawl(*CRAWL)
    assert (run.status, run.log) == (ALL_WELL, "")
    lines = read(path)
    assert all(line.keys() == KEYS and line["spider"] == "channel" for line in lines)
    assert any(str(line["message"]).startswith("channel: found ") for line in lines)
    assert crawl("crawl", "channel", "-a", "limit=1").status == ALL_WELL
    assert len({line["pid"] for line in read(path)}) == 2


def test_on_a_terminal_it_is_beside_what_a_person_reads(scrapy: Scrapy, origin: RunningOrigin, tmp_path: Path) -> None:
    try:
        reader, terminal = pty.openpty()
    except OSError as error:
        pytest.skip(f"there are no terminals here ({error})")
    environment = {**scrapy.at(origin.url).environment, "FINEWS_LOG_FILE": str(tmp_path / "crawl.log")}
    command = [sys.executable, "-c", SCRAPY, *CRAWL]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=terminal)
    os.close(terminal)
    said = b""
    while True:
        try:
            said += os.read(reader, 65_536)
        except OSError:
            break  # the terminal's last user is gone
    os.close(reader)
    assert process.wait(timeout=60) == ALL_WELL
    assert b"INFO: channel: found " in said
    assert b'{"time"' not in said
    assert any(str(message).startswith("channel: found ") for message in messages(tmp_path / "crawl.log"))


def test_a_log_on_a_full_device_stops_no_crawl(scrapy: Scrapy, origin: RunningOrigin) -> None:
    run = scrapy.at(origin.url, FINEWS_LOG_FILE="/dev/full")(*CRAWL)
    assert run.status == ALL_WELL, run.log
    assert run.summaries()[0]["new"] == 2
    assert "Traceback" not in run.log
    refusals = [line for line in run.log.splitlines() if "/dev/full" in line]
    assert refusals == [
        "FINEWS_LOG_FILE=/dev/full cannot be written ([Errno 28] No space left on device): give room and run again"
    ]


def test_a_log_that_cannot_be_begun_is_said_and_seen_in_the_status(scrapy: Scrapy, origin: RunningOrigin) -> None:
    run = scrapy.at(origin.url, FINEWS_LOG_FILE="/proc/nowhere/crawl.log")(*CRAWL)
    assert run.status == NOT_WRITABLE, run.log
    assert run.summaries()[0]["new"] == 2
    (line,) = [line for line in run.log.splitlines() if "ERROR" in line]
    assert "is not written, the log goes to standard error" in line
    assert "give room or permission and run again" in line
    assert "Traceback" not in run.log


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        ("FINEWS_LOG_MAX_MB=much", "FINEWS_LOG_MAX_MB='much' is not a number of megabytes above 0"),
        ("FINEWS_LOG_KEEP=0", "FINEWS_LOG_KEEP='0' is not a whole number from 1 to 1000"),
    ],
)
def test_limits_that_cannot_be_meant_are_refused_before_the_first_request(
    scrapy: Scrapy, origin: RunningOrigin, tmp_path: Path, setting: str, told: str
) -> None:
    before = origin.stats()["total"]
    run = scrapy.at(origin.url, FINEWS_LOG_FILE=str(tmp_path / "crawl.log"))(*CRAWL, "-s", setting)
    assert run.status == ARGUMENTS, run.log
    assert told in run.log
    assert "Traceback" not in run.log
    assert origin.stats()["total"] == before


@pytest.mark.parametrize(("megabytes", "keep"), [("nan", "5"), ("inf", "5"), ("-1", "5"), ("", "5"), ("1e-9", "5")])
def test_sizes_that_cannot_be_meant(megabytes: str, keep: str) -> None:
    with pytest.raises(ValueError, match="FINEWS_LOG_MAX_MB="):
        read_limits(megabytes, keep)


@pytest.mark.parametrize("keep", ["0", "1.5", "nan", "inf", "", "1001", "five"])
def test_numbers_of_files_that_cannot_be_meant(keep: str) -> None:
    with pytest.raises(ValueError, match="FINEWS_LOG_KEEP="):
        read_limits("10", keep)
