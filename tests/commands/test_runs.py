"""``finews runs`` as a user runs it: output, page and exit status."""

from __future__ import annotations

import fcntl
import json
import os
import re
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from finews_crawler.archive.runs import Run
from tests.exporters.export_archives import archive_in, article, store
from tests.operate.reports.run_rows import BAN, FIRST, LAST, keep, run_at, two_months
from tests.support.index_damage import spoil_middle
from tests.support.scrapy_command import Scrapy

ALL_WELL, ARGUMENTS, NOT_WRITABLE = 0, 2, 6


@pytest.fixture
def archive(tmp_path: Path) -> Scrapy:
    keep(tmp_path / "data", *two_months())
    return Scrapy.into_folder(tmp_path / "data")


def files_of(data: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in data.iterdir() if not path.name.endswith("-shm")}


def test_the_last_runs_are_printed_as_a_table(archive: Scrapy) -> None:
    before = files_of(archive.data)
    run = archive("runs")
    assert run.status == ALL_WELL, run.log
    lines = run.log.splitlines()
    assert len(lines) == 22
    assert lines[0].split()[:4] == ["spider", "start", "seconds", "found"]
    assert lines[-2].startswith(f"channel  {LAST:%Y-%m-%d %H:%M}       75    400   12 ")
    assert sum(" killed" in line for line in lines[:-1]) == 1
    assert lines[-1] == "runs: 20 (all well 19, killed 1)"
    assert archive("runs", "--last", "1").log.splitlines()[1:] == [lines[-2], "runs: 1 (all well 1)"]
    assert files_of(archive.data) == before


def test_all_runs_are_printed_as_json(archive: Scrapy) -> None:
    run = archive("runs", "--json", "--last", "1000")
    assert run.status == ALL_WELL, run.log
    report = json.loads(run.log)
    assert report["path"] == str(archive.data / "index.sqlite")
    first, *_, last = report["runs"]
    assert (first["started_at"], last["started_at"]) == (FIRST.isoformat(), LAST.isoformat())
    assert (last["status"], last["exit_status"], last["seconds"], last["counts"]["new"]) == ("all well", 0, 75, 12)
    assert (last["requests"], last["bytes"], last["retries"]) == (19, 380_000, 0)
    assert (last["latency_median"], last["latency_largest"]) == (900, 4_000)
    (killed,) = [run for run in report["runs"] if run["status"] == "killed"]
    assert (killed["ended_at"], killed["seconds"], killed["exit_status"]) == (None, None, None)
    assert {run["first_error"] for run in report["runs"] if run["status"] == "blocked"} == {BAN}
    (backfill,) = [run for run in report["runs"] if run["spider"] == "category"]
    assert backfill["arguments"] == {"all": "1", "since": "2022-01-01"}


def test_the_page_replaces_the_target_of_a_link(archive: Scrapy, tmp_path: Path) -> None:
    page, link = tmp_path / "www" / "runs.html", tmp_path / "link.html"
    page.parent.mkdir()
    link.symlink_to(page)
    run = archive("runs", "--html", str(link), "--last", "30")
    assert run.status == ALL_WELL, run.log
    assert str(link) in run.log
    assert link.is_symlink()
    html = page.read_text("utf-8")
    assert html.startswith("<!DOCTYPE html>")
    assert html.count('data-label="start"') == 30
    assert "<h2>Last 30 runs</h2>" in html
    assert html.count("<svg role=") == 5


def test_a_running_run_is_not_killed(archive: Scrapy) -> None:
    keep(archive.data, Run("channel", {}, os.getpid(), LAST))
    assert archive("runs", "--last", "1").log.splitlines()[1].endswith("killed")
    content = {"pid": os.getpid(), "started_at": LAST.isoformat()}
    with (archive.data / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        json.dump(content, lock)
        lock.flush()
        assert archive("runs", "--last", "1").log.splitlines()[1].endswith("under way")


def test_a_damaged_index_is_not_one_without_runs(scrapy: Scrapy) -> None:
    made = archive_in(scrapy.data)
    store(made, *(article(number) for number in range(40)))
    made.close()
    assert scrapy("runs").log == f"runs: none is recorded in {scrapy.data}\n"
    spoil_middle(scrapy.data / "index.sqlite")
    run = scrapy("runs")
    assert (run.status, run.log.count("\n")) == (NOT_WRITABLE, 1), run.log
    assert run.log.startswith(f"finews runs: {scrapy.data / 'index.sqlite'}: ")
    assert "`finews reindex` the posts" in run.log


@pytest.mark.parametrize("options", [(), ("--html", "runs.html")])
def test_a_missing_index_is_reported_in_one_line(scrapy: Scrapy, options: tuple[str, ...]) -> None:
    scrapy.data.mkdir()
    run = scrapy("runs", *options)
    assert run.status == ALL_WELL
    assert run.log == f"runs: none is recorded in {scrapy.data}\n"
    assert list(scrapy.data.iterdir()) == []
    assert not Path("runs.html").exists()


def test_a_missing_index_is_an_empty_list_in_json(scrapy: Scrapy) -> None:
    scrapy.data.mkdir()
    assert json.loads(scrapy("runs", "--json").log)["runs"] == []


@pytest.mark.parametrize(
    ("arguments", "argument"),
    [
        (("channel",), "'channel'"),
        (("--last", "0"), "--last"),
        (("--last", ""), "--last"),
        (("--html", ""), "--html"),
        (("--html", "/"), "--html"),
        (("--html", "/nonexistent/runs.html"), "'/nonexistent/runs.html'"),
        (("--html", "x.html", "--json"), "--json"),
    ],
)
def test_wrong_arguments_exit_with_2_and_an_example(scrapy: Scrapy, arguments: tuple[str, ...], argument: str) -> None:
    run = scrapy("runs", *arguments)
    assert run.status == ARGUMENTS
    (line,) = run.log.splitlines()
    assert re.fullmatch(rf"finews runs: .*{re.escape(argument)}.*; for example: finews runs --last 50 --html .*", line)


@pytest.mark.parametrize(("name", "place"), [("-", "on standard output"), ("/dev/stdout", "/dev/stdout")])
def test_a_page_on_standard_output_is_all_that_is_there(archive: Scrapy, name: str, place: str) -> None:
    status, output, errors = archive.run_cold(["runs", "--html", name], "")
    assert (status, errors) == (ALL_WELL, f"runs: 20 listed; the report is {place}\n")
    assert output.startswith("<!DOCTYPE html>")
    assert output.endswith("</html>\n")
    assert not Path("-").exists()


def test_without_runs_there_is_nothing_on_standard_output_but_pages(scrapy: Scrapy) -> None:
    scrapy.data.mkdir()
    status, output, errors = scrapy.run_cold(["runs", "--html", "-"], "")
    assert (status, output, errors.count("\n")) == (ALL_WELL, "", 1)


def test_a_page_on_a_full_device_exits_with_6_and_leaves_the_device(archive: Scrapy) -> None:
    device = Path("/dev/full").stat()
    run = archive("runs", "--html", "/dev/full")
    assert (run.status, run.log.count("\n")) == (NOT_WRITABLE, 1)
    assert "No space left on device: give room" in run.log.replace("'/dev/full'", "")
    assert os.path.samestat(Path("/dev/full").stat(), device)


def test_a_page_that_cannot_be_written_exits_with_6(archive: Scrapy) -> None:
    run = archive("runs", "--html", "/proc/runs.html")
    assert run.status == NOT_WRITABLE
    assert run.log.startswith("finews runs: ")
    assert "/proc/runs.html" in run.log
    assert run.log.count("\n") == 1


def test_a_damaged_index_exits_with_6(archive: Scrapy) -> None:
    with closing(sqlite3.connect(archive.data / "index.sqlite")) as connection, connection:
        connection.execute("UPDATE run SET counts = 'none'")
    run = archive("runs")
    assert run.status == NOT_WRITABLE
    assert re.fullmatch(r"finews runs: .*index\.sqlite: the row of \d+ in table run is damaged \(counts: .*\n", run.log)


def test_control_characters_in_errors_are_escaped(scrapy: Scrapy) -> None:
    keep(scrapy.data, run_at(LAST, first_error="\x1b[2J标题"))
    run = scrapy("runs")
    assert "\x1b" not in run.log
    assert "\\x1b[2J标题" in run.log
    assert "\x1b" not in scrapy("runs", "--json").log


def test_a_run_during_which_the_clock_was_set_back_has_a_duration_or_none(scrapy: Scrapy) -> None:
    ended_before = {"ended_at": LAST - timedelta(days=365)}
    keep(scrapy.data, run_at(LAST, **ended_before), run_at(LAST, measured_seconds=42, **ended_before))
    seconds = [run["seconds"] for run in json.loads(scrapy("runs", "--json").log)["runs"]]
    assert seconds == [None, 42]
    table = scrapy("runs").log
    assert "-315" not in table
    page = scrapy.run_cold(["runs", "--html", "-"], "")[1]
    assert "</html>" in page
    assert "-315" not in page
