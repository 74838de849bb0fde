"""``finews doctor`` as a user runs it: output, requests and exit status."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from scrapy.settings import Settings

from finews_crawler.config.model import HOST_SETTINGS
from finews_crawler.operate.doctor.environment_checks import MIN_PYTHON, NEEDED
from finews_crawler.operate.doctor.settings_checks import SAFEGUARDS, check_safeguards
from finews_crawler.testing.origin.server import RunningOrigin, running_origin
from tests.support.doctor_output import run_doctor, state_of
from tests.support.fixed_response_host import fixed_response_host
from tests.support.paths import ROOT
from tests.support.scrapy_command import CLOSED_PORT, HOSTS_OF_2022, Scrapy

ESCAPE = "\x1b]0;owned\x07\x9b2J\u202e"
IN_ORDER = [
    *("Python", "finews_crawler", "Scrapy", "packages"),
    *HOST_SETTINGS,
    *("FINEWS_CONTACT", "settings", "host", "robots", "clock", *["surface"] * 4),
    *("data", "disk", "inodes", "lock", "last run", "alarms", "Jekyll"),
]


@pytest.fixture
def private_origin() -> Iterator[RunningOrigin]:
    """An origin for one test, which counts its requests."""
    with running_origin(5, seed=3) as running:
        yield running


def test_every_check_is_ok_for_a_crawled_archive(
    private_origin: RunningOrigin, crawled_data: Path, tmp_path: Path
) -> None:
    scrapy = Scrapy.into_folder(shutil.copytree(crawled_data, tmp_path / "data")).at(private_origin.url)
    before = state_of(scrapy.data)
    run = scrapy("doctor", "-s", "FINEWS_CONTACT=news@example.org")
    assert run.status == 0, run.log
    report = run_doctor(scrapy)
    assert [line.name for line in report.lines] == IN_ORDER
    assert "OK    FINEWS_CONTACT       news@example.org\n" in run.log
    netloc = private_origin.url.removeprefix("http://")
    assert report.one("host").text == f"{netloc} responds ({' and '.join(HOSTS_OF_2022)})"
    assert report.one("robots").text == f"{netloc} allows all URLs of a crawl"
    newest = next(article.info_code for article in private_origin.articles if "rolling" in article.channels)
    assert [line.text for line in report.of("surface")] == [
        "rolling responds with 2 articles",
        "media responds with 3 articles",
        "market:37 responds with an empty list",
        f"news_text responds with an article ({newest})",
    ]
    assert report.one("last run").text.startswith("channel, started 20")
    assert report.one("last run").text.endswith(": finished, new 60, exit status 0")
    assert state_of(scrapy.data) == before


def test_each_surface_of_today_gets_one_request(scrapy: Scrapy) -> None:
    with running_origin(100, seed=3) as origin:
        report = run_doctor(scrapy.at_today(origin.url))
    lines = report.of("surface")
    assert [line.is_ok for line in lines] == [True] * len(lines)
    assert {re.sub(r"\d+ articles|\(NW\d+\)", "…", line.text) for line in lines} >= {
        "columns:344 responds with …",
        "fast responds with …",
        "web_article responds with an article …",
    }
    paths = origin.stats()["paths"]
    assert paths["/comm/web/getNewsByColumns"] == 1, "one column stands for its family"
    assert origin.stats()["total"] == 1 + len(lines)
    assert not scrapy.data.exists()


@pytest.mark.parametrize(
    ("fault", "text"),
    [("changed-shape", "has a changed shape ("), ("html-list", "refuses requests (")],
)
def test_a_surface_that_refuses_or_has_changed_is_a_warning(scrapy: Scrapy, fault: str, text: str) -> None:
    with running_origin(5, seed=3, faults=[fault]) as origin:
        lines = run_doctor(scrapy.at(origin.url)).of("surface")
    assert [line.is_ok for line in lines] == [False] * 3
    assert all(text in line.text for line in lines), lines


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("Disallow: /web/", "forbids /web/webapi to this User-Agent"),
        ("Crawl-delay: 60", "60 s between requests"),
    ],
)
def test_a_forbidden_or_slow_surface_is_not_requested(scrapy: Scrapy, rule: str, text: str) -> None:
    with fixed_response_host(body=f"User-agent: *\n{rule}\n".encode()) as host:
        report = run_doctor(scrapy.at("", FINEWS_CHANNELS_URL=host.url, FINEWS_SHARE_URL=host.url))
        assert (report.of("surface"), host.paths) == ([], ["/robots.txt"])
    assert text in report.one("robots").text


def test_robots_txt_is_requested_once_per_host(private_origin: RunningOrigin, scrapy: Scrapy) -> None:
    other_name = private_origin.url.replace("127.0.0.1", "localhost")
    report = run_doctor(
        scrapy.at(private_origin.url, FINEWS_MARKET_URL=other_name, FINEWS_ARCHIVE_URL=f"{private_origin.url}/archive/")
    )
    assert [line.is_ok for line in report.of("host")] == [True, True]
    assert private_origin.stats()["paths"]["/robots.txt"] == 2


def test_offline_sends_no_requests(private_origin: RunningOrigin, scrapy: Scrapy) -> None:
    report = run_doctor(scrapy.at(private_origin.url), "--offline")
    assert [line.name for line in report.lines] == [
        name for name in IN_ORDER if name not in ("host", "robots", "clock", "surface")
    ]
    assert report.one("FINEWS_SHARE_URL").text == private_origin.url
    assert private_origin.stats()["total"] == 0


def test_nothing_is_created_before_the_first_crawl(scrapy: Scrapy) -> None:
    report = run_doctor(scrapy.at(CLOSED_PORT), "--offline")
    assert report.one("data").text == f"{scrapy.data} does not exist yet: the first crawl creates it"
    assert report.one("lock").text == "free"
    assert report.one("last run").text == "none is recorded"
    assert all(report.one(name).is_ok for name in ("data", "lock", "last run"))
    assert not scrapy.data.exists()


@pytest.mark.parametrize("arguments", [["more"], ["--nonsense"], ["--offline=1"]])
def test_wrong_arguments_exit_with_2_without_traceback(arguments: list[str], scrapy: Scrapy) -> None:
    run = scrapy("doctor", *arguments)
    assert run.status == 2
    assert "Traceback" not in run.log
    assert not scrapy.data.exists()


def test_an_unknown_argument_is_reported_in_one_line(scrapy: Scrapy) -> None:
    assert scrapy("doctor", "da\x1bta").log == (
        "finews doctor: unknown argument 'da\\x1bta'; for example: finews doctor --offline\n"
    )


def test_missing_and_invalid_hosts_are_reported_with_the_setting(scrapy: Scrapy) -> None:
    hosts = {"FINEWS_SHARE_URL": "share.example.org", "FINEWS_ARCHIVE_URL": "http://me:secret@a.test/b"}
    report = run_doctor(scrapy.at("", **hosts), "--offline")
    assert report.one("FINEWS_CHANNELS_URL").text == "not set: crawls do not poll rolling, media"
    assert [name for name in HOST_SETTINGS if not report.one(name).is_ok] == ["FINEWS_SHARE_URL"]
    assert report.one("channels").text.startswith("no channel that is polled by default has a host: unset FINEWS_")
    assert not report.of("articles"), "one is set, though not validly"
    assert "'share.example.org'" in report.one("FINEWS_SHARE_URL").text
    assert report.one("FINEWS_ARCHIVE_URL").text == "http://a.test"
    assert "secret" not in report.log


@pytest.mark.parametrize(
    "option",
    ["FINEWS_LOCK_WAIT=soon", "FINEWS_DATA_DIR=", "FINEWS_ALLOWED_NETWORKS=home", "DOWNLOAD_TIMEOUT=-1"],
)
def test_invalid_settings_end_the_checks(private_origin: RunningOrigin, scrapy: Scrapy, option: str) -> None:
    report = run_doctor(scrapy.at(private_origin.url), "-s", option)
    assert not report.one("settings").is_ok
    assert report.one("settings").text.startswith(option.partition("=")[0])
    assert report.lines[-1].name == "settings", "checks that depend on settings are skipped"
    assert private_origin.stats()["total"] == 0


@pytest.mark.parametrize("option", ["ROBOTSTXT_OBEY=0", "REMOTE_CONTROL_ENABLED=1"])
def test_a_disabled_guard_is_a_warning(scrapy: Scrapy, option: str) -> None:
    report = run_doctor(scrapy.at(CLOSED_PORT), "--offline", "-s", option)
    assert [line.name for line in report.lines if not line.is_ok] == [option.partition("=")[0]]


def test_a_guard_that_is_no_switch_is_a_warning() -> None:
    settings = {**dict.fromkeys(SAFEGUARDS, False), "ROBOTSTXT_OBEY": True, "DOWNLOAD_VERIFY_CERTIFICATES": "perhaps"}
    (found,) = check_safeguards(Settings(settings))
    assert (found.is_ok, found.name) == (False, "DOWNLOAD_VERIFY_CERTIFICATES")
    assert "must be 1 or 0, got 'perhaps'" in found.text


def test_control_characters_are_escaped(scrapy: Scrapy) -> None:
    environment = scrapy.at("", FINEWS_SHARE_URL=ESCAPE, FINEWS_CONTACT=ESCAPE)
    report = run_doctor(environment.into(scrapy.data.with_name(f"data{ESCAPE}")), "--offline")
    assert [character for character in report.log if not (character.isprintable() or character == "\n")] == []
    assert report.log.count("\\x1b]0;owned") == 3


def test_a_missing_jekyll_is_a_warning_only_with_a_theme(crawled_data: Path, scrapy: Scrapy, tmp_path: Path) -> None:
    bare = {**scrapy.at(CLOSED_PORT).environment, "PATH": str(tmp_path)}
    report = run_doctor(replace(scrapy, environment=bare), "--offline").one("Jekyll")
    with_theme = Scrapy.into_folder(shutil.copytree(crawled_data, tmp_path / "crawled"))
    needed = run_doctor(replace(with_theme, environment={**bare, "FINEWS_DATA_DIR": str(with_theme.data)}), "--offline")
    assert (report.is_ok, needed.one("Jekyll").is_ok) == (True, False)
    assert "sudo apt-get install jekyll" in report.text
    assert needed.one("Jekyll").text == report.text


def test_needed_packages_equal_the_dependencies_in_pyproject() -> None:
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    (block,) = re.findall(r"^dependencies = \[\n(.*?)^\]", project, re.MULTILINE | re.DOTALL)
    required = dict(re.findall(r'"([\w-]+)(?:\[\w+\])?>=([\d.]+)(?:,<[\d.]+)?"', block))
    assert required == NEEDED
    assert f'requires-python = ">={MIN_PYTHON}"' in project
