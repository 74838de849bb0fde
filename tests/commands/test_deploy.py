"""``finews deploy rsync``, to a folder and to a daemon; arguments and errors. S3: ``tests/slow/test_deploy_s3.py``."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from finews_crawler.archive.lock import Lock
from finews_crawler.site.build_state import BuildState
from tests.support.deployable_site import BUNDLE, DeployableSite, counts, files_below
from tests.support.paths import ROOT
from tests.support.rsync_daemon import NEEDS_RSYNC, running_rsync
from tests.support.scrapy_command import SCRAPY, Scrapy

ALL_WELL, ARGUMENTS, SOME_FAILED, LOCKED = 0, 2, 3, 7


@pytest.fixture
def site(scrapy: Scrapy) -> DeployableSite:
    return DeployableSite.make(scrapy)


@pytest.fixture
def www(tmp_path: Path) -> Path:
    return tmp_path / "www"


@NEEDS_RSYNC
def test_only_what_has_changed_is_sent(site: DeployableSite, www: Path) -> None:
    assert counts(site.deploy("rsync", str(www))) == (8, 0, 0, 0)
    assert files_below(www) == site.files()
    before = {path: path.stat().st_ino for path in www.rglob("*")}
    assert counts(site.deploy("rsync", str(www))) == (0, 0, 0, 8)
    assert {path: path.stat().st_ino for path in www.rglob("*")} == before
    site.put({"index.html": "<h1>more</h1>", "2022/05/19/d.html": "d"})
    assert counts(site.deploy("rsync", str(www))) == (1, 1, 0, 7)
    assert files_below(www) == site.files()


@NEEDS_RSYNC
def test_delete_removes_what_was_sent_and_nothing_else(site: DeployableSite, www: Path) -> None:
    site.deploy("rsync", str(www))
    (www / "robots.txt").write_text("mine")
    (www / "tag" / "mine.html").write_text("mine")
    gone = {f"{BUNDLE}/tokens": "", "tag/中国.html": "", "2022/05/18/a.html": ""}
    site.put({**gone, "index.html": "<h1>less</h1>"})

    run = site.deploy("rsync", str(www))
    assert counts(run) == (0, 1, 0, 4)
    assert "left 3 that the site has no more (--delete removes them)" in run.log
    assert gone.keys() <= files_below(www).keys()

    assert counts(site.deploy("rsync", str(www), "--delete")) == (0, 0, 3, 5)
    assert files_below(www) == {**site.files(), "robots.txt": "mine", "tag/mine.html": "mine"}
    assert not (www / "search-index").exists()
    assert counts(site.deploy("rsync", str(www), "--delete")) == (0, 0, 0, 5)


@NEEDS_RSYNC
def test_files_of_others_are_not_replaced_unless_told(site: DeployableSite, www: Path) -> None:
    www.mkdir()
    (www / "index.html").write_text("another site")

    run = site.deploy("rsync", str(www), "--delete")
    assert (run.status, run.log.count("\n")) == (SOME_FAILED, 1)
    assert "already has 1 file of the site that finews deploy has not sent (index.html)" in run.log
    assert files_below(www) == {"index.html": "another site"}

    assert counts(site.deploy("rsync", str(www), "--overwrite")) == (7, 1, 0, 0)
    assert files_below(www) == site.files()


@NEEDS_RSYNC
def test_a_dry_run_names_the_files_and_writes_nothing(site: DeployableSite, www: Path) -> None:
    run = site.deploy("rsync", str(www), "--dry-run")
    assert counts(run) == (8, 0, 0, 0)
    assert "new      tag/中国.html\n" in run.log
    assert "nothing was sent" in run.log
    assert not www.exists()

    site.deploy("rsync", str(www))
    site.put({"index.html": "<h1>more</h1>", "feed.xml": ""})
    before = files_below(www)
    run = site.deploy("rsync", str(www), "--dry-run", "--delete")
    assert run.log.splitlines()[:2] == ["changed  index.html", "removed  feed.xml"]
    assert files_below(www) == before


@NEEDS_RSYNC
def test_a_dry_run_names_ten_files_of_a_kind(site: DeployableSite, www: Path) -> None:
    site.put({f"2022/05/19/{number}.html": "a" for number in range(20)})
    run = site.deploy("rsync", str(www), "--dry-run")
    lines = run.log.splitlines()
    assert (len(lines), lines[10]) == (12, "new      18 more (-v names them)")
    assert lines[-1].endswith(f"; the site would be at {www}/")
    assert len(site.deploy("rsync", str(www), "--dry-run", "-v").log.splitlines()) == 28 + 1


@NEEDS_RSYNC
def test_a_daemon_takes_the_site_from_the_setting(site: DeployableSite, tmp_path: Path) -> None:
    served = tmp_path / "served"
    served.mkdir()
    with running_rsync(tmp_path, served) as url:
        site.scrapy.environment["FINEWS_DEPLOY_RSYNC"] = f"{url}/news"
        assert counts(site.deploy("rsync")) == (8, 0, 0, 0)
        assert files_below(served / "news") == site.files()
        site.put({"2022/05/18/a.html": "", "2022/05/18/b c.html": "", "index.html": "<h1>less</h1>"})
        assert counts(site.deploy("rsync", "--delete")) == (0, 1, 2, 5)
        assert files_below(served / "news") == site.files()
        assert not (served / "news" / "2022").exists()
        run = site.deploy("rsync", url.replace("/site", "/nothing"))
    assert (run.status, run.log.count("\n")) == (SOME_FAILED, 1)
    assert "Unknown module 'nothing'" in run.log


@NEEDS_RSYNC
def test_files_can_be_read_by_a_web_server_whatever_the_umask_of_the_build(site: DeployableSite, www: Path) -> None:
    for path in site.release.rglob("*"):
        path.chmod(0o700 if path.is_dir() else 0o600)
    site.deploy("rsync", str(www))
    assert {path.stat().st_mode & 0o777 for path in www.rglob("*") if path.is_file()} == {0o644}
    assert {path.stat().st_mode & 0o777 for path in www.rglob("*") if path.is_dir()} == {0o755}


@NEEDS_RSYNC
def test_a_damaged_record_is_named(site: DeployableSite, www: Path) -> None:
    site.deploy("rsync", str(www))
    (www / ".finews-deployed.json").write_text("{")
    run = site.deploy("rsync", str(www))
    assert (run.status, run.log.count("\n")) == (SOME_FAILED, 1)
    assert f"{www}/.finews-deployed.json is damaged: remove it" in run.log


@NEEDS_RSYNC
def test_a_link_to_another_folder_stays(site: DeployableSite, www: Path) -> None:
    disk = www / "disk"
    disk.mkdir(parents=True)
    (www / "assets").symlink_to("disk")
    assert counts(site.deploy("rsync", str(www))) == (8, 0, 0, 0)
    assert files_below(disk) == {"site.css": "body {}", "search.js": "//"}

    site.put({"assets/site.css": "body { margin: 0 }", "assets/search.js": ""})
    assert counts(site.deploy("rsync", str(www), "--delete")) == (0, 1, 1, 6)
    assert files_below(disk) == {"site.css": "body { margin: 0 }"}
    assert counts(site.deploy("rsync", str(www), "--delete")) == (0, 0, 0, 7)
    assert (www / "assets").readlink() == Path("disk")


@NEEDS_RSYNC
def test_a_link_out_of_the_target_is_followed_or_named(site: DeployableSite, www: Path, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    www.mkdir()
    (www / "assets").symlink_to(disk)
    run = site.deploy("rsync", str(www))
    assert (www / "assets").readlink() == disk
    if run.status == 0:
        assert files_below(disk) == {"site.css": "body {}", "search.js": "//"}
    else:  # rsync 3.5
        assert (run.status, run.log.count("\n")) == (SOME_FAILED, 1)
        assert "put the other folder there with `mount --bind`" in run.log
        assert [path.name for path in www.iterdir()] == ["assets"]


@NEEDS_RSYNC
def test_a_record_leads_to_no_file_outside_of_the_folder(site: DeployableSite, www: Path) -> None:
    site.deploy("rsync", str(www))
    (www.parent / "mine").write_text("mine")
    (www / ".finews-deployed.json").write_text('{"../mine": "", "/etc/hostname": "", "a/../../mine": ""}')
    assert counts(site.deploy("rsync", str(www), "--delete")) == (0, 0, 0, 8)
    assert (www.parent / "mine").read_text() == "mine"


def test_a_missing_rsync_is_named_with_the_command_that_installs_it(site: DeployableSite, www: Path) -> None:
    site.scrapy.environment["PATH"] = "/nonexistent"
    run = site.deploy("rsync", str(www))
    assert (run.status, run.log.count("\n")) == (SOME_FAILED, 1)
    assert "rsync is missing. Install and try again: sudo apt-get install rsync" in run.log


def test_a_missing_boto3_is_named_with_the_command_that_installs_it(site: DeployableSite) -> None:
    code = f"import sys\nsys.modules['boto3'] = None\n{SCRAPY}"
    command = [sys.executable, "-c", code, "deploy", "s3", "s3://news"]
    done = subprocess.run(command, cwd=ROOT, env=site.scrapy.environment, text=True, capture_output=True, check=False)
    assert done.returncode == ARGUMENTS
    message = "finews deploy: s3://news: boto3 is not installed: pip install 'finews_crawler[s3]'\n"
    assert done.stderr == message


@NEEDS_RSYNC
def test_a_build_in_progress_is_reported(site: DeployableSite, www: Path) -> None:
    lock = Lock(site.scrapy.data / "site-build" / "lock")
    lock.take()
    try:
        run = site.deploy("rsync", str(www))
    finally:
        lock.release()
    assert (run.status, run.log.count("\n")) == (LOCKED, 1)
    assert f"pid {os.getpid()}" in run.log
    assert not www.exists()


@NEEDS_RSYNC
def test_a_site_with_the_default_address_is_not_published(site: DeployableSite, www: Path) -> None:
    del site.scrapy.environment["FINEWS_POST_ARCHIVE_URL"]
    for words in ((str(www),), (str(www), "--dry-run")):
        run = site.deploy("rsync", *words)
        assert (run.status, run.log.count("\n")) == (ARGUMENTS, 1)
        configuration = site.scrapy.data / "site" / "_config.yml"
        assert "the pages name the default address, https://finews.withounder.com: " in run.log
        assert f"set url: in {configuration} or FINEWS_POST_ARCHIVE_URL to its own, then `finews site build`" in run.log
    assert not www.exists()
    option = ("-s", "FINEWS_POST_ARCHIVE_URL=//finews.withounder.com")
    assert counts(site.deploy("rsync", str(www), *option)) == (8, 0, 0, 0)
    configuration.parent.mkdir()
    configuration.write_text("url: https://news.example.org\n")
    assert counts(site.deploy("rsync", str(www))) == (0, 0, 0, 8)


def test_a_site_that_was_built_for_another_address_is_not_published(site: DeployableSite, www: Path) -> None:
    with closing(BuildState(site.scrapy.data / "site-build" / "state.sqlite")) as state:
        state.set_values({"address": "https://finews.withounder.com"})
    run = site.deploy("rsync", str(www))
    assert (run.status, run.log.count("\n")) == (ARGUMENTS, 1)
    message = "the pages name https://finews.withounder.com, but the address is https://news.example.org: "
    assert f"{message}run `finews site build` first" in run.log


def test_without_a_site_nothing_is_done(scrapy: Scrapy, www: Path) -> None:
    scrapy.data.mkdir()
    run = scrapy("deploy", "rsync", str(www))
    assert (run.status, run.log.count("\n")) == (ARGUMENTS, 1)
    assert "_site does not exist: build the site first" in run.log
    assert not any(scrapy.data.iterdir())


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((), "the kind is not set: choose one of rsync, s3"),
        (("ftp",), "the kind must be one of rsync, s3, got 'ftp'"),
        (("rsync",), "no target: name one, or set FINEWS_DEPLOY_RSYNC; for example: finews deploy rsync news@"),
        (("s3",), "no target: name one, or set FINEWS_DEPLOY_S3; for example: finews deploy s3 s3://news"),
        (("rsync", "www"), "TARGET must be HOST:FOLDER, rsync://HOST/MODULE or an absolute path, got 'www'"),
        (("rsync", "/a", "/b"), "give one target, got '/a /b'"),
        (("rsync", "--exclude=x", "/a"), "unknown option '--exclude=x'"),
        (("s3", "news"), "TARGET must be a bucket such as s3://news or s3://news/folder, got 'news'"),
        (("s3", "s3://news", "--endpoint", "x"), "--endpoint must be a URL such as http://example.org, got 'x'"),
    ],
)
def test_invalid_arguments_are_refused(site: DeployableSite, words: tuple[str, ...], message: str) -> None:
    run = site.deploy(*words)
    assert (run.status, run.log.count("\n")) == (ARGUMENTS, 1)
    assert run.log.startswith(f"finews deploy: {message}")
    assert "for example: finews deploy" in run.log


def test_the_data_directory_is_no_target(site: DeployableSite) -> None:
    run = site.deploy("rsync", f"{site.scrapy.data}/_site/")
    assert (run.status, run.log.count("\n")) == (ARGUMENTS, 1)
    assert "is in the data directory: name a folder outside of it" in run.log
