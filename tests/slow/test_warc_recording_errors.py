"""Errors of recording: refused before the first request, or the crawl goes on without recording."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from finews_crawler.stats import ExitStatus
from finews_crawler.testing.origin.server import running_origin
from tests.support.archive_snapshot import posts_of, start
from tests.support.full_disk import small_disk
from tests.support.paths import ROOT
from tests.support.scrapy_command import SCRAPY, Scrapy
from tests.support.scripted_server import scripted_site
from tests.support.warc_files import check, files_in, kinds, records_of

CHANNEL = ("crawl", "channel")
WITHOUT_WARCIO = "import sys\nsys.modules['warcio'] = None\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "warc"


@pytest.mark.parametrize("name", ["FINEWS_WARC_DIR", "FINEWS_REPLAY"])
def test_recording_and_replay_without_warcio_are_refused(scrapy: Scrapy, folder: Path, name: str) -> None:
    with scripted_site(lambda path: None) as site:
        environment = scrapy.at(site.url, **{name: str(folder)}).environment
        command = [sys.executable, "-c", WITHOUT_WARCIO + SCRAPY, *CHANNEL]
        done = subprocess.run(command, cwd=ROOT, env=environment, text=True, capture_output=True, check=False)
        assert site.asked == []
    assert done.returncode == ExitStatus.ARGUMENTS
    message = "warcio is not installed: pip install 'finews_crawler[warc]'"
    assert done.stderr == f"finews crawl channel: {name}={str(folder)!r}: {message}\n"


def test_a_crawl_needs_no_warcio(scrapy: Scrapy) -> None:
    with running_origin(3, seed=3) as origin:
        command = [sys.executable, "-c", WITHOUT_WARCIO + SCRAPY, *CHANNEL]
        environment = scrapy.at(origin.url).environment
        done = subprocess.run(command, cwd=ROOT, env=environment, text=True, capture_output=True, check=False)
    assert done.returncode == ExitStatus.ALL_WELL, done.stderr


def test_a_folder_without_permission_is_refused(scrapy: Scrapy, folder: Path) -> None:
    folder.mkdir(mode=0o500)
    with scripted_site(lambda path: None) as site:
        crawl = scrapy.at(site.url, FINEWS_WARC_DIR=str(folder / "below"))
        run = crawl.bound_by_permissions()(*CHANNEL)
        assert site.asked == []
    assert run.status == ExitStatus.ARGUMENTS
    assert f"no permission to write in {folder}" in run.log
    assert run.log.count("\n") == 1


def test_a_file_in_place_of_the_folder_is_refused(scrapy: Scrapy, folder: Path) -> None:
    folder.write_text("in the way")
    run = scrapy.at("http://127.0.0.1:1", FINEWS_WARC_DIR=str(folder))(*CHANNEL)
    assert run.status == ExitStatus.ARGUMENTS
    assert f"{folder} is not a folder" in run.log


@pytest.mark.parametrize("kilobytes", [0, 4, 20])
def test_a_full_disk_stops_the_recording_and_loses_no_article(scrapy: Scrapy, tmp_path: Path, kilobytes: int) -> None:
    with running_origin(30, seed=3) as origin, small_disk(tmp_path / "disk", kilobytes or 1) as disk:
        crawl = disk(scrapy).into(scrapy.data)
        folder = disk.mounted_at / "warc"
        run = crawl.at(origin.url, FINEWS_WARC_DIR=str(folder))(*CHANNEL)
        seen = files_in(disk.seen / "warc")
        for path in seen:
            if path.stat().st_size:
                assert check(path) == (0, "")
    assert run.status == ExitStatus.NOT_WRITABLE, run.log
    (line,) = [line for line in run.log.splitlines() if "recording stopped" in line]
    assert str(folder) in line
    assert "No space left on device" in line
    assert run.summaries()[0]["new"] == len(posts_of(scrapy.data)) == 30
    assert "Traceback" not in run.log


def test_a_file_that_is_not_warc_is_left_unchanged(scrapy: Scrapy, folder: Path) -> None:
    with running_origin(3, seed=3) as origin:
        crawl = scrapy.at(origin.url, FINEWS_WARC_DIR=str(folder))
        crawl(*CHANNEL, "-a", "limit=1")
        (path,) = files_in(folder)
        path.write_bytes(b"notes")
        run = crawl(*CHANNEL)
    assert run.status == ExitStatus.NOT_WRITABLE
    assert f"{path} is corrupt, or not gzip, at byte 0" in run.log
    assert path.read_bytes() == b"notes"
    assert len(posts_of(scrapy.data)) == 3


@pytest.mark.parametrize("seed", range(2))
def test_the_next_run_continues_the_file_of_a_killed_run(scrapy: Scrapy, folder: Path, seed: int) -> None:
    with running_origin(60, seed=8, latency_ms=20) as origin:
        crawl = scrapy.at(origin.url, FINEWS_WARC_DIR=str(folder))
        run = start(crawl, *CHANNEL)
        due = origin.stats()["total"] + random.Random(seed).randint(10, 50)
        assert run.wait_for(lambda: origin.stats()["total"] >= due), run.end().log
        run.kill(signal.SIGKILL)
        run.end()
        (path,) = files_in(folder)
        os.truncate(path, path.stat().st_size - 5)  # the worst case: a kernel completes a write of a killed process
        again = crawl(*CHANNEL)
    assert again.status == ExitStatus.ALL_WELL, again.log
    assert check(path) == (0, "")
    assert kinds(list(records_of(path))).count("warcinfo") == 2


def test_the_systemd_service_may_write_to_the_folder(scrapy: Scrapy, folder: Path) -> None:
    run = scrapy.at("http://127.0.0.1:1", FINEWS_WARC_DIR=str(folder))("schedule", "systemd")
    assert run.status == ExitStatus.ALL_WELL
    (line,) = [line for line in run.log.splitlines() if line.startswith("ReadWritePaths=")]
    assert str(folder) in line
    relative = replace(scrapy, environment={**scrapy.environment, "FINEWS_WARC_DIR": "some/warc"})
    assert f"FINEWS_WARC_DIR={ROOT}/some/warc" in relative("schedule", "cron").log


def test_a_schedule_has_no_replay(scrapy: Scrapy, folder: Path) -> None:
    with running_origin(3, seed=3) as origin:
        scrapy.at(origin.url, FINEWS_WARC_DIR=str(folder))(*CHANNEL)
    run = scrapy.at("http://127.0.0.1:1", FINEWS_REPLAY=str(folder))("schedule", "cron")
    assert run.status == ExitStatus.ALL_WELL
    assert "FINEWS_REPLAY" not in run.log
