"""``finews site``: arguments, output and exit status."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from functools import partial
from pathlib import Path

import pytest

from finews_crawler.archive.lock import Lock
from finews_crawler.site.theme_install import theme_files
from tests.support.full_disk import small_disk
from tests.support.jekyll_site import NEEDS_JEKYLL
from tests.support.paths import ROOT
from tests.support.scrapy_command import SCRAPY, Scrapy
from tests.support.sites import copy_archive

ALL_WELL, ARGUMENTS, SOME_FAILED, NOT_WRITABLE, LOCKED = 0, 2, 3, 6, 7


@pytest.fixture
def archive(scrapy: Scrapy, crawled_data: Path) -> Scrapy:
    """A copy of a crawled archive, without a site."""
    shutil.copytree(crawled_data, scrapy.data)
    return scrapy


@pytest.fixture
def built(scrapy: Scrapy, built_archive: Path) -> Scrapy:
    """A copy of a crawled archive with the site that ``finews site build`` made of it."""
    copy_archive(built_archive, scrapy.data)
    return scrapy


def theme_of(scrapy: Scrapy) -> dict[str, bytes]:
    site = scrapy.data / "site"
    return {name: (site / name).read_bytes() for name in theme_files() if (site / name).exists()}


def test_the_first_crawl_installs_the_theme(archive: Scrapy) -> None:
    assert theme_of(archive) == theme_files()


def test_a_crawl_without_articles_installs_no_theme(scrapy: Scrapy) -> None:
    scrapy("crawl", "share", "-a", "info_code=NW202205182383638060", "-s", "FINEWS_SHARE_URL=http://127.0.0.1:1")
    assert not scrapy.data.exists()


def test_init_restores_removed_files_and_keeps_changed_ones(archive: Scrapy) -> None:
    (archive.data / "site" / "index.html").write_text("mine")
    (archive.data / "site" / "404.html").unlink()
    run = archive("site", "init")
    assert run.status == ALL_WELL, run.log
    assert "kept: index.html was changed by hand" in run.log
    assert theme_of(archive) == {**theme_files(), "index.html": b"mine"}


def test_init_before_any_crawl(scrapy: Scrapy) -> None:
    assert scrapy("site", "init").status == ALL_WELL
    assert theme_of(scrapy) == theme_files()


@NEEDS_JEKYLL
def test_build_reports_what_it_did_and_leaves_the_archive_as_it_is(archive: Scrapy) -> None:
    def kept() -> dict[str, tuple[bytes, int]]:
        return {name: was for name, was in archive.snapshot().items() if not name.startswith(("site-build", "_site"))}

    before = kept()
    run = archive("site", "build")
    assert run.status == ALL_WELL, run.log
    number = len(list(archive.posts.iterdir()))
    assert f"site build: posts {number}, rendered {number}," in run.log
    assert (archive.data / "_site" / "index.html").is_file()
    assert kept() == before
    assert archive("audit").status == 0


def test_a_second_build_does_nothing(built: Scrapy) -> None:
    before = built.snapshot()
    run = built("site", "build")
    number = len(list(built.posts.iterdir()))
    assert f"posts {number}, rendered 0, lists built 0, files changed 0;" in run.log
    assert {name for name, was in built.snapshot().items() if before.get(name) != was} <= {"site-build/state.sqlite"}
    assert built.snapshot().keys() == before.keys()


def test_a_post_that_jekyll_rejects_is_named_and_the_served_site_stays(built: Scrapy) -> None:
    target = (built.data / "_site").resolve()
    (built.posts / "2022-05-26-NW202205269999999999.md").write_text('---\ntitle: "a" b\n---\n')
    run = built("site", "build")
    assert run.status == SOME_FAILED
    assert "2022-05-26-NW202205269999999999.md" in run.log
    assert "Traceback" not in run.log
    assert (built.data / "_site").resolve() == target


def test_a_missing_jekyll_is_reported_with_the_command_that_installs_it(archive: Scrapy, tmp_path: Path) -> None:
    archive.environment["PATH"] = str(tmp_path)
    run = archive("site", "build")
    assert run.status == SOME_FAILED
    assert "jekyll is missing" in run.log
    assert "sudo apt-get install jekyll ruby-jekyll-feed ruby-jekyll-sitemap" in run.log
    assert "Traceback" not in run.log


@NEEDS_JEKYLL
def test_a_missing_plugin_of_jekyll_is_named_with_the_command_that_installs_it(archive: Scrapy) -> None:
    configuration = archive.data / "site" / "_config.yml"
    text = configuration.read_text("utf-8").replace("jekyll-sitemap", "jekyll-nonsense")
    configuration.write_text(text, "utf-8")
    run = archive("site", "build")
    assert run.status == SOME_FAILED
    assert "jekyll-nonsense" in run.log
    assert "apt-get install" in run.log


def test_a_build_is_refused_while_another_holds_the_lock(archive: Scrapy) -> None:
    lock = Lock(archive.data / "site-build" / "lock")
    lock.take()
    try:
        run = archive("site", "build")
    finally:
        lock.release()
    assert run.status == LOCKED
    assert f"pid {os.getpid()}" in run.log


def test_a_read_only_data_directory_ends_a_build_with_status_6(archive: Scrapy) -> None:
    archive.data.chmod(0o555)
    try:
        run = archive.bound_by_permissions()("site", "build")
    finally:
        archive.data.chmod(0o755)
    assert run.status == NOT_WRITABLE
    assert "Traceback" not in run.log


@pytest.mark.parametrize(
    "arguments",
    [(), ("make",), ("build", "now"), ("init", "--full"), ("build", "--port", "1"), ("serve", "--port", "x")],
)
def test_invalid_arguments_are_refused_with_an_example(scrapy: Scrapy, arguments: tuple[str, ...]) -> None:
    run = scrapy("site", *arguments)
    assert run.status == ARGUMENTS
    assert run.log.startswith("finews site: ")
    assert "for example: finews site build" in run.log
    assert not scrapy.data.exists()


def test_serve_without_a_site_names_the_command_that_builds_it(archive: Scrapy) -> None:
    run = archive("site", "serve")
    assert run.status == ARGUMENTS
    assert "does not exist: build the site first" in run.log


@NEEDS_JEKYLL
def test_ctrl_c_ends_a_build_with_one_line(archive: Scrapy, tmp_path: Path) -> None:
    """The whole process group receives the signal, as from a terminal."""
    started = tmp_path / "started"
    plugin = archive.data / "site" / "_plugins" / "slow.rb"
    plugin.write_text(f"File.write({str(started)!r}, '')\nsleep 60\n", "utf-8")
    command = [sys.executable, "-c", SCRAPY, "site", "build"]
    # A shell runs background jobs with SIGINT ignored; the build would inherit that.
    options = {"start_new_session": True, "preexec_fn": partial(signal.signal, signal.SIGINT, signal.SIG_DFL)}
    building = subprocess.Popen(
        command, cwd=ROOT, env=archive.environment, text=True, stderr=subprocess.PIPE, **options
    )
    while not started.exists():
        assert building.poll() is None
        time.sleep(0.05)
    os.killpg(building.pid, signal.SIGINT)
    _, log = building.communicate(timeout=30)
    assert building.returncode == SOME_FAILED
    assert log == "finews site build: interrupted; the served site is unchanged\n"
    assert not (archive.data / "_site").exists()


@NEEDS_JEKYLL
def test_a_full_disk_ends_a_build_with_status_6_and_a_hint(archive: Scrapy, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 20_000) as disk:
        shutil.copytree(archive.data, disk.seen / "data")
        room = os.statvfs(disk.seen).f_bavail * os.statvfs(disk.seen).f_frsize
        (disk.seen / "filler").write_bytes(bytes(room - 300_000))
        run = disk(archive)("site", "build")
        assert run.status == NOT_WRITABLE, run.log
        assert "No space left on device: give room and run again" in run.log
        assert "Traceback" not in run.log
        assert not (disk.seen / "data" / "_site").exists()
        (disk.seen / "filler").unlink()
        run = disk(archive)("site", "build")
        assert run.status == ALL_WELL, run.log


@NEEDS_JEKYLL
def test_a_disk_that_is_full_for_the_state_of_a_build_is_status_6_too(archive: Scrapy, tmp_path: Path) -> None:
    """SQLite reports it in its own words."""
    with small_disk(tmp_path / "disk", 5000) as disk:
        shutil.copytree(archive.data, disk.seen / "data")
        room = os.statvfs(disk.seen).f_bavail * os.statvfs(disk.seen).f_frsize
        (disk.seen / "filler").write_bytes(bytes(room - 20_000))
        run = disk(archive)("site", "build")
    assert (run.status, run.log.count("\n")) == (NOT_WRITABLE, 1), run.log
    assert "give room and run again" in run.log


def test_serve_is_static_hosting_on_loopback(built: Scrapy) -> None:
    command = [sys.executable, "-c", SCRAPY, "site", "serve", "--port", "0"]
    serving = subprocess.Popen(command, cwd=ROOT, env=built.environment, text=True, stdout=subprocess.PIPE)
    try:
        assert serving.stdout
        found = re.search(r"http://127\.0\.0\.1:\d+", serving.stdout.readline())
        assert found
        url = found[0]
        with urllib.request.urlopen(f"{url}/") as home:
            assert home.read() == (built.data / "_site" / "index.html").read_bytes()
        with urllib.request.urlopen(f"{url}/emnews/") as rolling:
            assert "东财滚动新闻" in rolling.read().decode()
        for path in ("/nothing", "/category/", "/..%2f..%2findex.sqlite", "/%00", f"/{'a' * 300}"):
            with pytest.raises(urllib.error.HTTPError, match="404") as missing:
                urllib.request.urlopen(url + path)
            assert missing.value.read() == (built.data / "_site" / "404.html").read_bytes()
        # A build while it serves: the new site is seen at once.
        (built.data / "site" / "about.html").write_text("---\nlayout: default\n---\nabout")
        assert built("site", "build").status == ALL_WELL
        with urllib.request.urlopen(f"{url}/about.html") as about:
            assert about.status == 200
    finally:
        serving.send_signal(signal.SIGTERM)
        assert serving.wait(60) == ALL_WELL
        serving.stdout.close()  # type: ignore[union-attr]
