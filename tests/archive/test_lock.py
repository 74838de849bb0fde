"""One writer: a second one is told who the first is, a dead one stands in nobody's way."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from finews_crawler.archive.lock import Lock
from finews_crawler.exceptions import Locked

HOLDER = """
import sys, time
from pathlib import Path
from finews_crawler.archive.lock import Lock
lock = Lock(Path(sys.argv[1]))
lock.take()
print("held", flush=True)
sys.stdin.read()
lock.release()
"""


@contextmanager
def another_process(path: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that holds the lock until its standard input ends."""
    command = [sys.executable, "-c", HOLDER, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "held\n"
        yield process


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "archive" / "data" / "lock"


def test_released_it_leaves_nothing(path: Path) -> None:
    lock = Lock(path)
    lock.take()
    assert path.exists()
    lock.release()
    lock.release()
    assert not path.parent.parent.exists()


def test_released_it_leaves_what_was_written_meanwhile(path: Path) -> None:
    lock = Lock(path)
    lock.take()
    (path.parent / "index.sqlite").touch()
    lock.release()
    assert [file.name for file in path.parent.iterdir()] == ["index.sqlite"]


def test_a_second_process_is_told_who_holds_it(path: Path) -> None:
    with another_process(path) as holder:
        with pytest.raises(Locked) as refusal:
            Lock(path).take()
        started = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00"
        told = rf" is written by another run \(pid {holder.pid}, started {started}\): .*set FINEWS_LOCK_WAIT"
        assert re.match(re.escape(str(path.parent)) + told, str(refusal.value))
        holder.communicate("")
    lock = Lock(path)
    lock.take()
    lock.release()


def test_a_second_process_waits(path: Path) -> None:
    told: list[str] = []
    with another_process(path) as holder:
        assert holder.stdin

        def let_go(message: str) -> None:
            told.append(message)
            holder.stdin.close()  # type: ignore[union-attr]

        lock = Lock(path)
        lock.take(60, let_go)
        lock.release()
    assert len(told) == 1
    assert f"pid {holder.pid}" in told[0]


def test_the_lock_of_a_killed_process_is_taken_over(path: Path) -> None:
    with another_process(path) as holder:
        os.kill(holder.pid, signal.SIGKILL)
        holder.wait()
    assert path.exists()
    lock = Lock(path)
    lock.take()
    lock.release()
    assert not path.exists()


def test_one_process_is_one_writer(path: Path) -> None:
    first, second = Lock(path), Lock(path)
    first.take()
    second.take()
    second.release()
    assert path.exists()
    first.release()
