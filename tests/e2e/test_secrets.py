"""No secret of a setting, proxy or argument is in a log, terminal, page, report, WARC file or the archive."""

from __future__ import annotations

import gzip
from dataclasses import replace
from pathlib import Path

import pytest

from finews_crawler.config.model import CONFIG
from finews_crawler.testing.origin.server import RunningOrigin
from tests.support.scrapy_command import Scrapy
from tests.support.scripted_server import Answer, scripted_site

SECRET = "Sesame"
SECRET_SETTINGS = {
    "FINEWS_ALARM_WEBHOOK": f"http://me:{SECRET}1@127.0.0.1:1/services/{SECRET}2?key={SECRET}3",
    "FINEWS_ALARM_COMMAND": f"KEY={SECRET}4 /bin/sh -c 'echo {SECRET}5 \"$KEY\" >&2; exit 3' http://me:{SECRET}6@a/",
}
PROXIES = ("http_proxy", "https_proxy")
LINK = f"http://me:{SECRET}7@finance.eastmoney.com/a/202205182383638060.html"


def test_the_settings_of_this_module_are_all_secret_settings() -> None:
    secret = [f"FINEWS_{name.upper()}" for name, field in CONFIG.declared.items() if field.is_secret]
    assert sorted(secret) == sorted([*SECRET_SETTINGS, "FINEWS_CLUSTER"])


@pytest.fixture
def with_secrets(scrapy: Scrapy, origin: RunningOrigin, tmp_path: Path) -> Scrapy:
    """Runs crawls of the origin with secrets everywhere, and an alert that no notifier can report."""
    at = scrapy.at(
        origin.url,
        **SECRET_SETTINGS,
        FINEWS_DISK_FREE_MB=str(10**9),
        FINEWS_WARC_DIR=str(tmp_path / "warc"),
        FINEWS_LOG_FILE=str(tmp_path / "crawl.jsonl"),
        FINEWS_SUMMARY_FILE=str(tmp_path / "summary.json"),
        FINEWS_METRICS_FILE=str(tmp_path / "finews.prom"),
        FINEWS_ALARM_FEED_FILE=str(tmp_path / "alarms.atom"),
    )
    return replace(at, environment={**at.environment, "no_proxy": "127.0.0.1"})


def files_with_a_secret(folder: Path) -> list[str]:
    contents = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    plain = {path: gzip.decompress(text) if path.suffix == ".gz" else text for path, text in contents.items()}
    return [path.name for path, text in plain.items() if SECRET.encode() in text]


def test_no_output_of_a_crawl_or_of_a_report_has_a_secret(with_secrets: Scrapy, tmp_path: Path) -> None:
    page = tmp_path / "runs.html"
    commands = [
        ("crawl", "share", "-a", f"url={LINK}", "-s", "LOG_LEVEL=DEBUG", "-s", f"MAIL_PASS={SECRET}0"),
        ("crawl", "share", "-a", f"url=http://me:{SECRET}8@elsewhere.example/page"),
        ("crawl", "category", "-a", f"category=http://me:{SECRET}9@elsewhere.example/"),
        ("runs",),
        ("runs", "--json"),
        ("runs", "--html", str(page)),
        ("doctor",),
        ("audit",),
        ("coverage",),
    ]
    output = {words: with_secrets(*words).log for words in commands}
    assert [words for words, log in output.items() if SECRET in log] == []
    assert files_with_a_secret(tmp_path) == []
    assert "disk started" in (tmp_path / "alarms.atom").read_text("utf-8")
    assert "FINEWS_ALARM_COMMAND=sh …" in (tmp_path / "crawl.jsonl").read_text("utf-8")
    assert "url=http://…@finance.eastmoney.com" in page.read_text("utf-8")


@pytest.mark.parametrize("command", ["worker", "crawl channel", "crawl channel -a dry_run=1"])
def test_no_output_has_the_password_of_redis(with_secrets: Scrapy, tmp_path: Path, command: str) -> None:
    run = with_secrets(
        *command.split(), "-s", "LOG_LEVEL=DEBUG", "-s", f"FINEWS_CLUSTER=redis://me:{SECRET}@127.0.0.1:1"
    )
    assert run.status == (0 if "dry_run" in command else 2), run.log
    assert SECRET not in run.log
    assert files_with_a_secret(tmp_path) == []


def test_a_proxy_that_fails_is_reported_without_its_password(with_secrets: Scrapy, tmp_path: Path) -> None:
    with scripted_site(lambda path: Answer(status=407)) as proxy:
        url = proxy.url.replace("://", f"://me:{SECRET}@")
        environment = {**with_secrets.environment, **dict.fromkeys(PROXIES, url), "no_proxy": ""}
        run = replace(with_secrets, environment=environment)("crawl", "channel", "-s", "LOG_LEVEL=DEBUG")
        assert run.status != 0
        assert proxy.asked
    assert SECRET not in run.log
    assert files_with_a_secret(tmp_path) == []
