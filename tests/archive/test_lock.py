"""Lock: one writer at a time; the lock of a killed process is free."""

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
from finews_crawler.exceptions import Locked, LockLost

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
    """Start a process that holds the lock until its standard input ends."""
    command = [sys.executable, "-c", HOLDER, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "held\n"
        yield process


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "archive" / "data" / "lock"


def test_release_leaves_no_files(path: Path) -> None:
    lock = Lock(path)
    lock.take()
    assert path.exists()
    lock.release()
    lock.release()
    assert not path.parent.parent.exists()


def test_release_keeps_files_written_meanwhile(path: Path) -> None:
    lock = Lock(path)
    lock.take()
    (path.parent / "index.sqlite").touch()
    lock.release()
    assert [file.name for file in path.parent.iterdir()] == ["index.sqlite"]


def test_locked_names_the_holder(path: Path) -> None:
    with another_process(path) as holder:
        with pytest.raises(Locked) as refusal:
            Lock(path).take()
        started = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00"
        pattern = rf" is written by another run \(pid {holder.pid}, started {started}\): .*set FINEWS_LOCK_WAIT"
        assert re.match(re.escape(str(path.parent)) + pattern, str(refusal.value))
        holder.communicate("")
    lock = Lock(path)
    lock.take()
    lock.release()


def test_take_waits_for_another_process(path: Path) -> None:
    messages: list[str] = []
    with another_process(path) as holder:
        assert holder.stdin

        def let_go(message: str) -> None:
            messages.append(message)
            holder.stdin.close()  # type: ignore[union-attr]

        lock = Lock(path)
        lock.take(60, let_go)
        lock.release()
    assert len(messages) == 1
    assert f"pid {holder.pid}" in messages[0]


def test_the_lock_of_a_killed_process_is_free(path: Path) -> None:
    with another_process(path) as holder:
        os.kill(holder.pid, signal.SIGKILL)
        holder.wait()
    assert path.exists()
    lock = Lock(path)
    lock.take()
    lock.release()
    assert not path.exists()


def test_a_process_can_take_its_lock_twice(path: Path) -> None:
    first, second = Lock(path), Lock(path)
    first.take()
    second.take()
    second.release()
    assert path.exists()
    first.release()


@pytest.mark.parametrize("is_replaced", [False, True])
def test_a_lock_file_that_is_removed_or_replaced_is_noticed(path: Path, is_replaced: bool) -> None:
    lock, same_process = Lock(path), Lock(path)
    for one in (lock, same_process):
        one.take()
        one.check()
    path.unlink()
    if is_replaced:
        path.touch()
    for one in (lock, same_process):
        with pytest.raises(LockLost, match="lock was removed or replaced during this run"):
            one.check()
    lock.release()
    assert path.exists() == is_replaced, "the file of another process stays"


def test_a_removed_folder_is_noticed(path: Path) -> None:
    lock = Lock(path)
    lock.take()
    path.unlink()
    path.parent.rmdir()
    path.parent.touch()
    with pytest.raises(LockLost):
        lock.check()


def test_a_lock_that_is_not_taken_is_not_missed(path: Path) -> None:
    lock = Lock(path)
    lock.check()
    lock.take()
    lock.release()
    lock.check()
