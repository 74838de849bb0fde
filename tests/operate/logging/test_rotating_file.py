"""RotatingLogFile: whole JSON lines, rotation by size, several processes, and a full disk."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from finews_crawler.operate.logging.json_formatter import JsonFormatter
from finews_crawler.operate.logging.rotating_file import RotatingLogFile
from tests.support.full_disk import small_disk
from tests.support.paths import ROOT

KEYS = {"time", "level", "logger", "message", "spider", "pid"}

WRITER = """
import logging, sys
from pathlib import Path
from finews_crawler.operate.logging.json_formatter import JsonFormatter
from finews_crawler.operate.logging.rotating_file import RotatingLogFile
path, name, lines = sys.argv[1:]
log = logging.getLogger(name)
log.propagate = False
log.addHandler(RotatingLogFile(Path(path), 20_000, 100))
log.addHandler(logging.NullHandler())
log.handlers[0].setFormatter(JsonFormatter(name))
for number in range(int(lines)):
    log.warning("line %d", number, exc_info=ValueError("x" * 9000) if number % 50 == 0 else None)
"""


class Fallback(logging.Handler):
    """Keeps the messages that it receives."""

    def __init__(self) -> None:
        super().__init__()
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())


@pytest.fixture
def log() -> Iterator[logging.Logger]:
    # Not in the logger tree: pytest captures that one, and an xdist worker cannot send a lone surrogate.
    logger = logging.Logger("finews_crawler.tests.log")
    yield logger
    for handler in list(logger.handlers):
        logger.removeHandler(handler)
        handler.close()


def writing_to(
    logger: logging.Logger, path: Path, max_bytes: int, keep: int, fallback: logging.Handler | None = None
) -> RotatingLogFile:
    handler = RotatingLogFile(path, max_bytes, keep, fallback)
    handler.setFormatter(JsonFormatter("channel"))
    logger.addHandler(handler)
    return handler


def read(path: Path) -> list[dict[str, object]]:
    """Parse every line of a log file."""
    content = path.read_bytes()
    assert content.endswith(b"\n") or not content
    return [json.loads(line) for line in content.splitlines()]


def messages(path: Path) -> list[object]:
    return [line["message"] for line in read(path)]


def in_files(folder: Path) -> list[dict[str, object]]:
    return [line for path in folder.iterdir() for line in read(path)]


def test_every_record_is_one_json_line(log: logging.Logger, tmp_path: Path) -> None:
    writing_to(log, tmp_path / "logs" / "crawl.log", 100_000, 5)
    texts = ["标题\n\x1b[2J", "half a surrogate \udcff", 'quotes "', "%s"]
    for text in texts:
        log.warning("%s", text)
    log.error("an error", exc_info=ValueError("标题"))
    lines = read(tmp_path / "logs" / "crawl.log")
    assert [line["message"] for line in lines] == [*texts, "an error"]
    assert all(line.keys() == KEYS for line in lines[:-1])
    assert lines[-1].keys() == KEYS | {"exception"}
    assert str(lines[-1]["exception"]).endswith("ValueError: 标题")
    assert {line["pid"] for line in lines} == {os.getpid()}
    assert {datetime.fromisoformat(str(line["time"])).utcoffset() for line in lines} == {timedelta(hours=8)}


def test_file_is_rotated_by_size_and_the_oldest_is_removed(log: logging.Logger, tmp_path: Path) -> None:
    writing_to(log, tmp_path / "crawl.log", 1_000, 2)
    for number in range(40):
        log.warning("line %d", number)
    files = sorted(tmp_path.iterdir())
    assert [path.name for path in files] == ["crawl.log", "crawl.log.1", "crawl.log.2"]
    assert all(0 < path.stat().st_size <= 1_000 for path in files)
    kept = [message for path in reversed(files) for message in messages(path)]
    assert kept == [f"line {number}" for number in range(40 - len(kept), 40)]
    assert 5 < len(kept) < 40


def test_line_longer_than_the_limit_gets_its_own_file(log: logging.Logger, tmp_path: Path) -> None:
    writing_to(log, tmp_path / "crawl.log", 200, 2)
    for text in ("x" * 10_000, "short", "y" * 10_000):
        log.warning(text)
    assert [messages(path)[0] for path in sorted(tmp_path.iterdir())] == ["y" * 10_000, "short", "x" * 10_000]


def test_several_processes_lose_no_line(tmp_path: Path) -> None:
    number, names = 600, ("one", "two", "three")
    command = [sys.executable, "-c", WRITER, str(tmp_path / "crawl.log")]
    writers = [subprocess.Popen([*command, name, str(number)], stderr=subprocess.PIPE) for name in names]
    assert [writer.communicate(timeout=120)[1] for writer in writers] == [b"", b"", b""]
    written = sorted((str(line["spider"]), str(line["message"])) for line in in_files(tmp_path))
    assert written == sorted((name, f"line {count}") for name in names for count in range(number))
    assert len(list(tmp_path.iterdir())) > 5


def test_file_that_another_program_renames_or_removes_is_created_again(log: logging.Logger, tmp_path: Path) -> None:
    path = tmp_path / "crawl.log"
    writing_to(log, path, 100_000, 2)
    log.warning("one")
    path.rename(tmp_path / "crawl.log.1")
    log.warning("two")
    path.unlink()
    log.warning("three")
    assert (messages(tmp_path / "crawl.log.1"), messages(path)) == (["one"], ["three"])


def test_full_disk_is_reported_once_and_records_go_to_the_fallback(
    log: logging.Logger, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    fallback = Fallback()
    with small_disk(tmp_path / "disk", 16) as disk:
        path = disk.seen / "crawl.log"
        writing_to(log, path, 1_000_000, 2, fallback)
        while not fallback.messages:
            log.warning("full soon %s", "x" * 500)
        log.warning("while it is full")
        os.truncate(path, path.stat().st_size // 2)
        log.warning("there is room")
        log.warning("still")
        lines = path.read_text(encoding="utf-8").splitlines()
    assert fallback.messages[1:] == ["while it is full"]
    *_, missing, room, still = [json.loads(line)["message"] for line in lines[-3:]]
    assert missing == "2 lines before this one could not be written here: they went to standard error"
    assert (room, still) == ("there is room", "still")
    (line,) = capfd.readouterr().err.splitlines()
    assert line.startswith(f"FINEWS_LOG_FILE={path} cannot be written (")
    assert line.endswith(": give room and run again")


@pytest.mark.parametrize("name", ["-", "/dev/stdout", "/proc/self/fd/1", "link"])
def test_standard_output_is_appended_to_and_never_rotated(tmp_path: Path, name: str) -> None:
    link, cron_log = tmp_path / "link", tmp_path / "cron.log"
    link.symlink_to("/proc/self/fd/1")
    cron_log.write_bytes(b'{"message": "earlier"}\n' * 2_000)  # more than the writer's limit of 20,000 bytes
    command = [sys.executable, "-c", WRITER, str(link) if name == "link" else name, "one", "60"]
    with cron_log.open("ab") as output:
        subprocess.run(command, cwd=ROOT, stdout=output, check=True)
    assert messages(cron_log) == ["earlier"] * 2_000 + [f"line {number}" for number in range(60)]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cron.log", "link"]
    assert link.is_symlink()


def test_a_fifo_is_appended_to_and_never_rotated(log: logging.Logger, tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    reader = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
    writing_to(log, fifo, 100, 2)
    for number in range(20):
        log.warning("line %d", number)
    content = os.read(reader, 60_000)
    os.close(reader)
    assert [json.loads(line)["message"] for line in content.splitlines()] == [f"line {number}" for number in range(20)]
    assert [path.name for path in tmp_path.iterdir()] == ["fifo"]
    assert fifo.is_fifo()


def test_a_fifo_without_a_reader_cannot_be_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    with pytest.raises(OSError, match="No such device or address"):
        RotatingLogFile(tmp_path / "fifo", 1_000, 2)


def test_a_log_that_takes_no_line_is_reported_to_its_owner_once(
    log: logging.Logger, capfd: pytest.CaptureFixture[str]
) -> None:
    failures: list[bool] = []
    log.addHandler(RotatingLogFile(Path("/dev/full"), 1_000, 2, on_failure=lambda: failures.append(True)))
    for number in range(3):
        log.warning("line %d", number)
    assert failures == [True]
    assert Path("/dev/full").is_char_device()
    assert capfd.readouterr().err.count("\n") == 1
