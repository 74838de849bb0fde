"""What the doctor says of data directories, and that it leaves each as it was."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from finews_crawler.config.data_directory import DataDirectory
from finews_crawler.operate.doctor.archive_checks import check_last_run, check_lock
from finews_crawler.operate.doctor.check import CheckResult
from finews_crawler.testing.origin.server import RunningOrigin, running_origin
from finews_crawler.utils import clock
from tests.support.archive_snapshot import start
from tests.support.doctor_output import Examination, examine, seen_in
from tests.support.full_disk import small_disk
from tests.support.scrapy_command import CLOSED_PORT, Scrapy

MEGABYTE = 1024
NOW = clock.now()
TWELVE_HOURS = timedelta(hours=12)


@pytest.fixture(scope="module")
def slow() -> Iterator[RunningOrigin]:
    """Slow enough for a look at a crawl that is under way."""
    with running_origin(30, seed=9, latency_ms=200) as running:
        yield running


@pytest.fixture
def crawled(crawled_data: Path, tmp_path: Path) -> Scrapy:
    return Scrapy.into_folder(shutil.copytree(crawled_data, tmp_path / "data")).at(CLOSED_PORT)


def examine_unchanged(scrapy: Scrapy) -> Examination:
    """The lines, and nothing in the data directory is another than before."""
    before = seen_in(scrapy.data)
    told = examine(scrapy, "--offline")
    assert seen_in(scrapy.data) == before
    return told


def last_run_of(data: Path) -> CheckResult:
    """The line of the last run, and nothing in the data directory is another than before."""
    before = seen_in(data)
    line = check_last_run(DataDirectory(data), clock.now(), None)
    assert seen_in(data) == before
    return line


def test_a_run_under_way_and_then_killed(scrapy: Scrapy, slow: RunningOrigin) -> None:
    crawl = scrapy.at(slow.url)
    assert (
        crawl("crawl", "channel", "-a", "limit=2").status == 0
    )  # where there is an index, a run is in it from the start
    run = start(crawl, "crawl", "channel")
    try:
        assert run.wait_for_posts(3), run.end().log
        run.kill(signal.SIGSTOP)
        os.waitid(os.P_PID, run.process.pid, os.WSTOPPED | os.WNOWAIT)
        told = examine_unchanged(crawl)
        assert told.one("lock").is_ok
        assert told.one("lock").text.startswith(f"held by pid {run.process.pid}, started 20")
        assert told.one("last run").is_ok
        assert told.one("last run").text.endswith(", is under way")
    finally:
        run.kill(signal.SIGKILL)
        run.end()
    told = examine_unchanged(crawl)
    assert (told.one("lock").is_ok, told.one("last run").is_ok) == (True, False)
    assert told.one("lock").text == "free; a killed run left its file, which hinders nobody"
    assert told.one("last run").text.endswith(", was killed: the next run finishes what it left; see what killed it")
    # And what looked at it has not put it right, either: the next run does.
    assert crawl("crawl", "channel").status == 0
    assert examine_unchanged(crawl).one("last run").is_ok


@pytest.mark.parametrize(
    ("signed", "told_of_it"),
    [
        ("", "True held by pid unknown"),
        ("[]", "True held by pid unknown"),
        ('{"pid": 7, "started_at": "\\u001b[2J"}', "True held by pid unknown"),
        (
            '{"pid": 7, "started_at": "2022-05-26T12:00:00+08:00"}',
            "False held by pid 7, started 2022-05-26 12:00:00 +0800, longer than a run may take: "
            "see what it does, or end it",
        ),
    ],
)
def test_a_lock_and_what_is_written_in_it(tmp_path: Path, signed: str, told_of_it: str) -> None:
    lock = tmp_path / "lock"
    lock.write_text(signed)
    with lock.open() as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        line, holder = check_lock(lock, NOW, TWELVE_HOURS)
        assert f"{line.is_ok} {line.text}" == told_of_it
        assert holder is not None
    line, holder = check_lock(lock, NOW, TWELVE_HOURS)
    assert (line.is_ok, line.text, holder) == (True, "free; a killed run left its file, which hinders nobody", None)
    assert lock.read_text() == signed


def test_a_folder_without_permission(scrapy: Scrapy) -> None:
    scrapy.data.mkdir(mode=0o500)
    told = examine_unchanged(scrapy.at(CLOSED_PORT).bound_by_permissions())
    assert [line.name for line in told.lines if not line.is_ok] == ["data"]
    assert told.one("data").text == (f"no permission to write in {scrapy.data}: give it, or set FINEWS_DATA_DIR")


def test_a_folder_that_cannot_be_looked_into(crawled: Scrapy) -> None:
    crawled.data.chmod(0o000)
    try:
        told = examine(crawled.bound_by_permissions(), "--offline")
    finally:
        crawled.data.chmod(0o700)
    attended = [line for line in told.lines if not line.is_ok]
    assert {"lock", "last run"} <= {line.name for line in attended}
    assert all("ermission" in line.text for line in attended)


def test_a_file_in_its_place(scrapy: Scrapy) -> None:
    scrapy.data.write_text("")
    told = examine(scrapy.at(CLOSED_PORT), "--offline")
    assert told.one("data").text == f"{scrapy.data} is not a folder: set FINEWS_DATA_DIR to one"
    assert not told.one("data").is_ok


def test_little_room_and_few_inodes(scrapy: Scrapy, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 4 * MEGABYTE) as disk:
        on_disk = disk(scrapy.at(CLOSED_PORT, FINEWS_DISK_FREE_MB="500"))
        told = examine(on_disk, "--offline")
        assert (told.one("disk").is_ok, told.one("data").is_ok) == (False, True)
        assert told.one("disk").text.startswith("4 MB free, less than 500 MB (FINEWS_DISK_FREE_MB): ")
        more = f"remount,size={2000 * MEGABYTE}k,nr_inodes=1"
        subprocess.run([*on_disk.prefix, "mount", "-o", more, "none", str(disk.mounted_at)], check=True)
        told = examine(on_disk, "--offline")
        assert (told.one("disk").is_ok, told.one("inodes").is_ok) == (True, False)
        assert told.one("disk").text == "2097 MB free"
        assert told.one("inodes").text.startswith("0 of 1 inodes free, less than 1 %: ")
        assert list(disk.seen.iterdir()) == []


@pytest.mark.parametrize(
    ("status", "advice"),
    [
        (3, "its log names what failed or was rejected"),
        (4, "its log says which host refused"),
        (5, "its log names the key that is missing"),
        (6, "its log says what the disk refused"),
        (1, "its log has the traceback"),
    ],
)
def test_how_the_last_run_ended(crawled: Scrapy, status: int, advice: str) -> None:
    with closing(sqlite3.connect(crawled.data / "index.sqlite")) as connection:
        connection.execute("UPDATE run SET exit_status = ?", (status,))
        connection.commit()
    told = last_run_of(crawled.data)
    assert not told.is_ok
    assert f", exit status {status}: {advice}" in told.text


@pytest.mark.parametrize(
    ("change", "matter"),
    [
        ("UPDATE run SET started_at = '2999-01-01T00:00:00+08:00'", "which is yet to come: set this machine's clock"),
        ("UPDATE run SET started_at = 'once'", "a row of a run is damaged"),
        ("UPDATE run SET counts = 'none'", "a row of a run is damaged"),
        ("PRAGMA user_version = 99", "has schema version 99"),
        ("PRAGMA user_version = 1", "has schema version 1: bring it forward"),
        ("DROP TABLE run", "no such table"),
    ],
)
def test_an_index_that_is_not_as_it_should_be(crawled: Scrapy, change: str, matter: str) -> None:
    with closing(sqlite3.connect(crawled.data / "index.sqlite")) as connection:
        connection.execute(change)
        connection.commit()
    told = last_run_of(crawled.data)
    assert not told.is_ok
    assert matter in told.text


def test_an_index_that_is_none(crawled: Scrapy) -> None:
    for path in crawled.data.glob("index.sqlite*"):
        path.unlink()
    (crawled.data / "index.sqlite").write_bytes(b"no database" * 1000)
    told = last_run_of(crawled.data)
    assert not told.is_ok
    assert told.text.startswith(f"{crawled.data}/index.sqlite: ")


def test_alarms_that_last_and_a_mail_that_could_not_go_out(
    scrapy: Scrapy, origin: RunningOrigin, tmp_path: Path
) -> None:
    crawl = scrapy.at(origin.url, FINEWS_DISK_FREE_MB="999999999")
    crawl("crawl", "channel", "-a", "limit=1")
    told = examine_unchanged(crawl)
    assert "999999999 MB" in told.one("alarm disk").text
    assert told.of("alarms") == told.of("FINEWS_ALARM_MAIL") == []
    told = examine(crawl.at(CLOSED_PORT, FINEWS_ALARM_MAIL="root", FINEWS_SENDMAIL=f"{tmp_path}/none"), "--offline")
    assert told.one("FINEWS_ALARM_MAIL").text.startswith(f"there is no program {tmp_path}/none: install ")


def test_no_alarm_and_nobody_to_be_told_of_one(crawled: Scrapy) -> None:
    assert examine(crawled, "--offline").one("alarms").text.startswith("none is raised, and nobody would be told")
    told = examine(crawled.at(CLOSED_PORT, FINEWS_ALARM_COMMAND="true"), "--offline").one("alarms")
    assert (told.state, told.text) == ("ok", "none is raised")


def test_alarms_that_cannot_be_read(crawled: Scrapy) -> None:
    (crawled.data / "cache").mkdir(exist_ok=True)
    (crawled.data / "cache" / "alarms.json").write_text('{"channel": [{}]}')
    told = examine_unchanged(crawled).one("alarms")
    assert "alarms.json cannot be read (an alert is not a JSON object)" in told.text
