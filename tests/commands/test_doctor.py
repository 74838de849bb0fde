"""``scrapy doctor`` as a user runs it: what it says, what it asks for, and its exit status."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from finews_crawler.config.model import HOST_SETTINGS
from finews_crawler.operate.doctor.environment_checks import LEAST_PYTHON, NEEDED
from finews_crawler.testing.origin.server import RunningOrigin, running_origin
from tests.support.doctor_output import examine, seen_in
from tests.support.paths import ROOT
from tests.support.scrapy_command import CLOSED_PORT, Scrapy

ESCAPE = "\x1b]0;owned\x07\x9b2J\u202e"
IN_ORDER = [
    *("Python", "finews_crawler", "Scrapy", "packages"),
    *HOST_SETTINGS,
    *("FINEWS_CONTACT", "settings", "host", "robots", "clock"),
    *("data", "disk", "inodes", "lock", "last run", "alarms", "Jekyll", "Pagefind"),
]


@pytest.fixture
def counted() -> Iterator[RunningOrigin]:
    """An origin of this test alone: its requests are counted."""
    with running_origin(5, seed=3) as running:
        yield running


def test_where_all_is_well(counted: RunningOrigin, crawled_data: Path, tmp_path: Path) -> None:
    scrapy = Scrapy.into_folder(shutil.copytree(crawled_data, tmp_path / "data")).at(counted.url)
    before = seen_in(scrapy.data)
    run = scrapy("doctor", "-s", "FINEWS_CONTACT=news@example.org")
    assert run.status == 0, run.log
    told = examine(scrapy)
    assert [line.name for line in told.lines] == IN_ORDER
    assert "ok      FINEWS_CONTACT       news@example.org\n" in run.log
    netloc = counted.url.removeprefix("http://")
    assert told.one("host").text == f"{netloc} answers ({' and '.join(HOST_SETTINGS)})"
    assert told.one("robots").text == f"{netloc} allows what crawls ask for"
    assert told.one("last run").text.startswith("channel, begun 20")
    assert told.one("last run").text.endswith(": finished, new 60, exit status 0")
    assert seen_in(scrapy.data) == before


def test_a_host_is_asked_for_robots_txt_alone_and_once(counted: RunningOrigin, scrapy: Scrapy) -> None:
    other_name = counted.url.replace("127.0.0.1", "localhost")
    told = examine(scrapy.at(counted.url, FINEWS_MARKET_URL=other_name, FINEWS_ARCHIVE_URL=f"{counted.url}/archive/"))
    assert [line.is_ok for line in told.of("host")] == [True, True]
    assert counted.stats() == {"total": 2, "paths": {"/robots.txt": 2}}


def test_offline_no_host_is_asked(counted: RunningOrigin, scrapy: Scrapy) -> None:
    told = examine(scrapy.at(counted.url), "--offline")
    assert [line.name for line in told.lines] == [name for name in IN_ORDER if name not in ("host", "robots", "clock")]
    assert told.one("FINEWS_SHARE_URL").text == counted.url
    assert counted.stats()["total"] == 0


def test_before_the_first_crawl_nothing_is_made(scrapy: Scrapy) -> None:
    told = examine(scrapy.at(CLOSED_PORT), "--offline")
    assert told.one("data").text == f"{scrapy.data} is not there yet: the first crawl makes it"
    assert told.one("lock").text == "free"
    assert told.one("last run").text == "never: no crawl has archived anything here"
    assert all(told.one(name).is_ok for name in ("data", "lock", "last run"))
    assert not scrapy.data.exists()


@pytest.mark.parametrize("arguments", [["more"], ["--nonsense"], ["--offline=1"]])
def test_wrong_arguments_are_told_in_short(arguments: list[str], scrapy: Scrapy) -> None:
    run = scrapy("doctor", *arguments)
    assert run.status == 2
    assert "Traceback" not in run.log
    assert not scrapy.data.exists()


def test_an_unknown_argument_is_one_line(scrapy: Scrapy) -> None:
    assert scrapy("doctor", "da\x1bta").log == (
        "scrapy doctor: unknown argument 'da\\x1bta'; for example: scrapy doctor --offline\n"
    )


def test_hosts_that_are_not_set_are_told_with_what_sets_them(scrapy: Scrapy) -> None:
    hosts = {"FINEWS_SHARE_URL": "share.example.org", "FINEWS_ARCHIVE_URL": "http://me:secret@a.test/b"}
    told = examine(scrapy.at("", **hosts), "--offline")
    assert told.one("FINEWS_CHANNELS_URL").text == (
        "not set, and `scrapy crawl channel` asks it for rolling, media: export FINEWS_CHANNELS_URL=http://HOST"
    )
    assert [told.one(name).is_ok for name in HOST_SETTINGS] == [False, True, False, False]
    assert "'share.example.org' is no http address" in told.one("FINEWS_SHARE_URL").text
    assert told.one("FINEWS_ARCHIVE_URL").text == "http://a.test"
    assert "secret" not in told.log


@pytest.mark.parametrize(
    ("given", "matter"),
    [
        ("FINEWS_LOCK_WAIT=soon", "FINEWS_LOCK_WAIT='soon' is not a number"),
        ("FINEWS_DATA_DIR=", "FINEWS_DATA_DIR is empty"),
        ("FINEWS_ALLOWED_NETWORKS=home", "FINEWS_ALLOWED_NETWORKS: 'home'"),
        ("DOWNLOAD_TIMEOUT=long", "DOWNLOAD_TIMEOUT='long' is no number"),
    ],
)
def test_settings_that_cannot_be_meant(counted: RunningOrigin, scrapy: Scrapy, given: str, matter: str) -> None:
    told = examine(scrapy.at(counted.url), "-s", given)
    assert not told.one("settings").is_ok
    assert told.one("settings").text.startswith(matter)
    assert told.lines[-1].name == "settings", "what depends on them is left out"
    assert counted.stats()["total"] == 0


@pytest.mark.parametrize("given", ["ROBOTSTXT_OBEY=0", "REMOTE_CONTROL_ENABLED=1", "TELNETCONSOLE_ENABLED=perhaps"])
def test_a_guard_that_is_off(scrapy: Scrapy, given: str) -> None:
    told = examine(scrapy.at(CLOSED_PORT), "--offline", "-s", given)
    assert [line.name for line in told.lines if not line.is_ok] == [given.partition("=")[0]]


def test_nothing_speaks_to_the_terminal(scrapy: Scrapy) -> None:
    environment = scrapy.at("", FINEWS_SHARE_URL=ESCAPE, FINEWS_CONTACT=ESCAPE)
    told = examine(environment.into(scrapy.data.with_name(f"data{ESCAPE}")), "--offline")
    assert [character for character in told.log if not (character.isprintable() or character == "\n")] == []
    assert told.log.count("\\x1b]0;owned") == 3


def test_without_jekyll(crawled_data: Path, scrapy: Scrapy, tmp_path: Path) -> None:
    """It is needed where there is a theme, and told elsewhere."""
    bare = {**scrapy.at(CLOSED_PORT).environment, "PATH": str(tmp_path)}
    told = examine(replace(scrapy, environment=bare), "--offline").one("Jekyll")
    with_theme = Scrapy.into_folder(shutil.copytree(crawled_data, tmp_path / "crawled"))
    needed = examine(replace(with_theme, environment={**bare, "FINEWS_DATA_DIR": str(with_theme.data)}), "--offline")
    assert (told.is_ok, needed.one("Jekyll").is_ok) == (True, False)
    assert "sudo apt-get install jekyll" in told.text
    assert needed.one("Jekyll").text == told.text


def test_what_is_needed_is_what_the_project_asks_for() -> None:
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    (block,) = re.findall(r"^dependencies = \[\n(.*?)^\]", project, re.MULTILINE | re.DOTALL)
    asked = dict(re.findall(r'"([\w-]+)(?:\[\w+\])?>=([\d.]+)"', block))
    assert asked.pop("pagefind"), "it is the site's"
    assert asked == NEEDED
    assert f'requires-python = ">={LEAST_PYTHON}"' in project
