"""``finews doctor`` on data directories, which it must not change."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from finews_crawler.config.data_directory import DataDirectory
from finews_crawler.operate.doctor import archive_checks
from finews_crawler.operate.doctor.archive_checks import check_alarm_command, check_last_run, check_lock
from finews_crawler.operate.doctor.check import CheckResult
from finews_crawler.testing.origin.server import RunningOrigin, running_origin
from finews_crawler.utils import clock
from tests.support.archive_snapshot import start
from tests.support.doctor_output import DoctorReport, run_doctor, state_of
from tests.support.index_damage import spoil_middle
from tests.support.scrapy_command import CLOSED_PORT, Scrapy
from tests.support.sleeping_program import sleeping_program

NOW = clock.now()
TWELVE_HOURS = timedelta(hours=12)


@pytest.fixture(scope="module")
def slow() -> Iterator[RunningOrigin]:
    """An origin slow enough to examine a running crawl."""
    with running_origin(30, seed=9, latency_ms=200) as running:
        yield running


@pytest.fixture
def crawled(crawled_data: Path, tmp_path: Path) -> Scrapy:
    return Scrapy.into_folder(shutil.copytree(crawled_data, tmp_path / "data")).at(CLOSED_PORT)


def run_unchanged(scrapy: Scrapy) -> DoctorReport:
    """Run ``finews doctor`` and check that it changed nothing in the data directory."""
    before = state_of(scrapy.data)
    report = run_doctor(scrapy, "--offline")
    assert state_of(scrapy.data) == before
    return report


def last_run_of(data: Path) -> CheckResult:
    """Return the check of the last run, which must not change the data directory."""
    before = state_of(data)
    line = check_last_run(DataDirectory(data), clock.now(), None)
    assert state_of(data) == before
    return line


def test_posts_without_an_index_are_a_warning(tmp_path: Path) -> None:
    posts = DataDirectory(tmp_path).posts
    posts.mkdir(parents=True)
    assert last_run_of(tmp_path).is_ok
    (posts / "2022-05-18-NW202205182383638060.md").touch()
    line = last_run_of(tmp_path)
    assert not line.is_ok
    assert line.text.endswith(f"rebuild it with finews reindex {tmp_path}")


def test_pages_that_sqlite_cannot_read_are_a_warning(crawled: Scrapy) -> None:
    assert last_run_of(crawled.data).is_ok
    spoil_middle(crawled.data / "index.sqlite")
    line = last_run_of(crawled.data)
    assert not line.is_ok
    assert line.text.startswith(f"{crawled.data / 'index.sqlite'}: ")
    assert line.text.endswith("restore it, or move it away and `finews reindex` the posts")


def test_a_running_crawl_is_ok_and_a_killed_one_a_warning(scrapy: Scrapy, slow: RunningOrigin) -> None:
    crawl = scrapy.at(slow.url)
    # Once there is an index, a run is recorded in it from its start.
    assert crawl("crawl", "channel", "-a", "limit=2").status == 0
    run = start(crawl, "crawl", "channel")
    try:
        assert run.wait_for_posts(3), run.end().log
        run.kill(signal.SIGSTOP)
        os.waitid(os.P_PID, run.process.pid, os.WSTOPPED | os.WNOWAIT)
        report = run_unchanged(crawl)
        assert report.one("lock").is_ok
        assert report.one("lock").text.startswith(f"held by pid {run.process.pid}, started 20")
        assert report.one("last run").is_ok
        assert report.one("last run").text.endswith(", is running")
    finally:
        run.kill(signal.SIGKILL)
        run.end()
    report = run_unchanged(crawl)
    assert (report.one("lock").is_ok, report.one("last run").is_ok) == (True, False)
    assert report.one("lock").text == "free; the file of a killed run remains, which is harmless"
    assert report.one("last run").text.endswith(", was killed: find out why; the next run completes unfinished writes")
    # Only the next run recovers the archive.
    assert crawl("crawl", "channel").status == 0
    assert run_unchanged(crawl).one("last run").is_ok


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", "True held by pid unknown"),
        ("[]", "True held by pid unknown"),
        ('{"pid": Infinity}', "True held by pid unknown"),
        ('{"pid": 7, "started_at": "\\u001b[2J"}', "True held by pid unknown"),
        (
            '{"pid": 7, "started_at": "2022-05-26T12:00:00+08:00"}',
            "False held by pid 7, started 2022-05-26 12:00:00 +0800, for longer than a run may take: "
            "check the process, or end it",
        ),
    ],
)
def test_check_lock_with_any_content_of_the_lock_file(tmp_path: Path, content: str, expected: str) -> None:
    lock = tmp_path / "lock"
    lock.write_text(content)
    with lock.open() as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        line, holder = check_lock(lock, NOW, TWELVE_HOURS)
        assert f"{line.is_ok} {line.text}" == expected
        assert holder is not None
    line, holder = check_lock(lock, NOW, TWELVE_HOURS)
    assert (line.is_ok, line.text, holder) == (True, "free; the file of a killed run remains, which is harmless", None)
    assert lock.read_text() == content


def test_a_folder_without_read_permission(crawled: Scrapy) -> None:
    crawled.data.chmod(0o000)
    try:
        report = run_doctor(crawled.bound_by_permissions(), "--offline")
    finally:
        crawled.data.chmod(0o700)
    warnings = [line for line in report.lines if not line.is_ok]
    assert {"lock", "last run"} <= {line.name for line in warnings}
    assert all("ermission" in line.text for line in warnings)


@pytest.mark.parametrize(
    ("status", "hint"),
    [
        (3, "its log lists what failed or was rejected"),
        (4, "its log names the host, and what its robots.txt forbids or the sign of a ban"),
        (5, "its log names the missing key"),
        (6, "its log has the disk's error"),
        (1, "its log has the traceback"),
    ],
)
def test_a_failed_last_run_is_a_warning_with_a_hint(crawled: Scrapy, status: int, hint: str) -> None:
    with closing(sqlite3.connect(crawled.data / "index.sqlite")) as connection:
        connection.execute("UPDATE run SET exit_status = ?", (status,))
        connection.commit()
    result = last_run_of(crawled.data)
    assert not result.is_ok
    assert f", exit status {status}: {hint}" in result.text


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ("UPDATE run SET started_at = '2999-01-01T00:00:00+08:00'", "which is in the future: set this machine's clock"),
        ("UPDATE run SET started_at = 'once'", "in table run is damaged"),
        ("UPDATE run SET counts = 'none'", "in table run is damaged"),
        ("PRAGMA user_version = 99", "has schema version 99"),
        ("PRAGMA user_version = 1", "has schema version 1"),
        ("DROP TABLE run", "no such table"),
    ],
)
def test_an_unusable_index_is_a_warning(crawled: Scrapy, change: str, problem: str) -> None:
    with closing(sqlite3.connect(crawled.data / "index.sqlite")) as connection:
        connection.execute(change)
        connection.commit()
    result = last_run_of(crawled.data)
    assert not result.is_ok
    assert problem in result.text


def test_a_file_that_is_not_a_database_is_a_warning(crawled: Scrapy) -> None:
    for path in crawled.data.glob("index.sqlite*"):
        path.unlink()
    (crawled.data / "index.sqlite").write_bytes(b"no database" * 1000)
    result = last_run_of(crawled.data)
    assert not result.is_ok
    assert result.text.startswith(f"{crawled.data}/index.sqlite: ")


@pytest.mark.parametrize(
    "command",
    ["", "true", "/bin/cat >/dev/null", "if true; then cat; fi", "TOKEN=secret-1 cat", "$SHELL -c true", "(cat)"],
)
def test_a_command_that_the_shell_finds_is_no_warning(command: str) -> None:
    assert list(check_alarm_command(command)) == []


@pytest.mark.parametrize("program", ["no-such-program", "/no/such/program", "./no-such"])
def test_a_command_without_its_program_is_a_warning_that_tells_no_secret(program: str) -> None:
    (result,) = check_alarm_command(f"TOKEN=secret-1 {program} --password secret-2")
    assert not result.is_ok
    assert f"its program {program.rpartition('/')[2]} does not exist" in result.text
    assert "secret" not in result.text


def test_a_look_up_of_a_program_that_does_not_end_is_a_warning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive_checks, "SHELL", str(sleeping_program(tmp_path / "sh")))
    monkeypatch.setattr(archive_checks, "LOOK_UP_SECONDS", 0.2)
    (result,) = check_alarm_command("notify --password secret")
    assert not result.is_ok
    assert "its program notify was not found within 0.2 seconds" in result.text
    assert "secret" not in result.text


def test_firing_alerts_and_a_missing_sendmail_are_warnings(
    scrapy: Scrapy, origin: RunningOrigin, tmp_path: Path
) -> None:
    crawl = scrapy.at(origin.url, FINEWS_DISK_FREE_MB="999999999")
    crawl("crawl", "channel", "-a", "limit=1")
    report = run_unchanged(crawl)
    assert "999999999 MB" in report.one("alarm disk").text
    assert report.of("alarms") == report.of("FINEWS_ALARM_MAIL") == []
    report = run_doctor(
        crawl.at(CLOSED_PORT, FINEWS_ALARM_MAIL="root", FINEWS_SENDMAIL=f"{tmp_path}/none"), "--offline"
    )
    assert report.one("FINEWS_ALARM_MAIL").text.startswith(
        f"{tmp_path}/none does not exist or cannot be executed: install "
    )


def test_a_missing_notifier_is_reported_without_a_warning(crawled: Scrapy) -> None:
    assert run_doctor(crawled, "--offline").one("alarms").text.startswith("none; no notifier is configured")
    result = run_doctor(crawled.at(CLOSED_PORT, FINEWS_ALARM_COMMAND="true"), "--offline").one("alarms")
    assert (result.state, result.text) == ("OK", "none")


def test_an_invalid_alert_store_is_a_warning(crawled: Scrapy) -> None:
    (crawled.data / "cache").mkdir(exist_ok=True)
    (crawled.data / "cache" / "alarms.json").write_text('{"channel": [{}]}')
    result = run_unchanged(crawled).one("alarms")
    assert "alarms.json cannot be read (" in result.text
