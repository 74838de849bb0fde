"""Lock: one writer at a time; the lock of a killed process is free."""

from __future__ import annotations

import errno
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


def kill_a_holder(path: Path) -> None:
    with another_process(path) as holder:
        os.kill(holder.pid, signal.SIGKILL)
        holder.wait()


def test_the_lock_of_a_killed_process_is_free(path: Path) -> None:
    kill_a_holder(path)
    assert path.exists()
    lock = Lock(path)
    lock.take()
    lock.mark_clean()
    lock.release()
    assert not path.exists()


def test_the_lock_of_a_killed_process_tells_of_it_until_somebody_has_cleaned_up(path: Path) -> None:
    kill_a_holder(path)
    for is_cleaned in (False, True, False):
        lock, same_process = Lock(path), Lock(path)
        lock.take()
        same_process.take()
        told = lock.is_unclean, same_process.is_unclean
        if is_cleaned:
            same_process.mark_clean()
        lock.release()
        assert path.exists() == (told == (True, True) and not is_cleaned)
    assert told == (False, False)


def test_a_lock_that_was_waited_for_tells_of_no_kill(path: Path) -> None:
    with another_process(path) as holder:
        lock = Lock(path)
        lock.take(60, lambda _: holder.stdin.close())  # type: ignore[union-attr]
    assert not lock.is_unclean
    lock.release()


def test_a_process_that_is_killed_before_it_names_itself_leaves_a_sign(path: Path) -> None:
    path.parent.mkdir(parents=True)
    path.touch()
    lock = Lock(path)
    lock.take()
    assert lock.is_unclean
    lock.mark_clean()
    lock.release()


def test_an_interrupted_write_is_unclean(path: Path) -> None:
    lock = Lock(path)
    lock.take()
    with lock.writing():
        assert lock.is_unclean
    assert not lock.is_unclean
    with pytest.raises(KeyboardInterrupt), lock.writing():
        raise KeyboardInterrupt
    lock.release()
    assert path.exists()


def test_a_process_can_take_its_lock_twice(path: Path) -> None:
    first, second = Lock(path), Lock(path)
    first.take()
    second.take()
    second.release()
    assert path.exists()
    first.release()


def test_a_process_can_take_its_lock_twice_on_a_full_disk(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Such a disk takes the file, but not the name of the holder in it."""

    def refuse(*_: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    first, second = Lock(path), Lock(path)
    with monkeypatch.context() as full:
        full.setattr(os, "write", refuse)
        first.take()
        first.take()
        second.take()
    assert path.read_bytes() == b""
    first.release()
    assert not path.exists()


def test_a_released_lock_is_another_process_s(path: Path) -> None:
    lock = Lock(path)
    lock.take()
    lock.release()
    with another_process(path), pytest.raises(Locked):
        lock.take()


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
