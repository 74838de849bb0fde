"""Settings are validated before the first request; a message names the setting, and no secret."""

from __future__ import annotations

import math
import os
import subprocess
import sys
from pathlib import Path

import pytest
from scrapy.settings import Settings

from finews_crawler.command_line import command_names
from finews_crawler.config.given import DEFAULTS, check_names, environment_settings
from finews_crawler.config.load import check_configuration, check_proxies, config_of
from finews_crawler.config.model import HOST_SETTINGS, AlertConfig
from finews_crawler.exceptions import ConfigurationError
from finews_crawler.testing.origin.server import running_origin
from tests.support.paths import ROOT
from tests.support.scrapy_command import Scrapy
from tests.support.scripted_server import scripted_site

INVALID = [
    ("FINEWS_DATA_DIR", "", "FINEWS_DATA_DIR is not set"),
    ("FINEWS_POST_SHARE_URL", "", "FINEWS_POST_SHARE_URL is not set"),
    ("FINEWS_POST_ARCHIVE_URL", "nowhere", "FINEWS_POST_ARCHIVE_URL must be a URL such as http://example.org"),
    ("FINEWS_PROGRESS_SECONDS", "", "FINEWS_PROGRESS_SECONDS is not set"),
    ("FINEWS_PROGRESS_SECONDS", "0", "FINEWS_PROGRESS_SECONDS must be a positive number of seconds, got '0'"),
    ("FINEWS_PROGRESS_SECONDS", "x", "FINEWS_PROGRESS_SECONDS must be a positive number of seconds, got 'x'"),
    ("FINEWS_LOCK_WAIT", "-1", "FINEWS_LOCK_WAIT must be a non-negative number of seconds, got '-1'"),
    ("FINEWS_LONGEST_WAIT", "inf", "FINEWS_LONGEST_WAIT must be a non-negative number of seconds, got 'inf'"),
    ("FINEWS_BACKOFF_SECONDS", "nan", "FINEWS_BACKOFF_SECONDS must be a non-negative number of seconds, got 'nan'"),
    ("FINEWS_ALLOWED_NETWORKS", "10.1.2.3/8", "FINEWS_ALLOWED_NETWORKS must be networks such as 192.168.0.0/16"),
    ("FINEWS_CONTACT", "新闻", "FINEWS_CONTACT must be printable ASCII, got '新闻'"),
    ("FINEWS_CHANNEL_MINUTES", "rolling=0", "FINEWS_CHANNEL_MINUTES must be intervals such as fast=5,columns=30"),
    ("FINEWS_KEEP_RUNS_DAYS", "0", "FINEWS_KEEP_RUNS_DAYS must be a whole number of days from 1 to 36500, got '0'"),
    ("FINEWS_KEEP_POSTS_DAYS", "often", "FINEWS_KEEP_POSTS_DAYS must be a whole number of days"),
    ("FINEWS_QUIET_HOURS", "soon", "FINEWS_QUIET_HOURS must be a non-negative number of hours, got 'soon'"),
    ("FINEWS_DISK_FREE_MB", "", "FINEWS_DISK_FREE_MB is not set"),
    ("FINEWS_ALARM_MAIL", "a@example.org\nBcc: b@example.org", "FINEWS_ALARM_MAIL must be a mail address"),
    ("FINEWS_ALARM_MAIL", "a b", "FINEWS_ALARM_MAIL must be a mail address"),
    (
        "FINEWS_ALARM_MAIL",
        "nonsense",
        "FINEWS_ALARM_MAIL must be a mail address such as news@example.org, or a user",
    ),
    ("FINEWS_ALARM_MAIL", "a@[", "FINEWS_ALARM_MAIL must be a mail address"),
    ("FINEWS_SENDMAIL", "sendmail", "FINEWS_SENDMAIL must be an absolute path such as /usr/sbin/sendmail"),
    ("FINEWS_METRICS_FILE", "/tmp/finews.txt", "FINEWS_METRICS_FILE must be a file ending in .prom"),
    ("FINEWS_ALARM_FEED_FILE", "/tmp/alarms", "FINEWS_ALARM_FEED_FILE must be a file ending in .atom or .xml"),
    ("FINEWS_ALARM_FEED_FILE", "/no/such/a.atom", "FINEWS_ALARM_FEED_FILE must be a file in a folder that exists"),
    (
        "FINEWS_METRICS_FILE",
        "/no/such/folder/finews.prom",
        "FINEWS_METRICS_FILE must be a file in a folder",
    ),
    ("FINEWS_SUMMARY_FILE", "/", "FINEWS_SUMMARY_FILE must be a file in a folder that exists, got '/'"),
    ("FINEWS_LOG_MAX_MB", "nan", "FINEWS_LOG_MAX_MB must be a positive number of megabytes, got 'nan'"),
    ("FINEWS_LOG_MAX_MB", "1e308", "FINEWS_LOG_MAX_MB must be a positive number of megabytes, got '1e308'"),
    ("FINEWS_LOG_KEEP", "1.5", "FINEWS_LOG_KEEP must be a whole number of files from 1 to 1000, got '1.5'"),
    ("FINEWS_DEPLOY_RSYNC", "www", "FINEWS_DEPLOY_RSYNC must be HOST:FOLDER, rsync://HOST/MODULE or an absolute path"),
    ("FINEWS_DEPLOY_S3", "news", "FINEWS_DEPLOY_S3 must be a bucket such as s3://news or s3://news/folder, got 'news'"),
    ("FINEWS_DEPLOY_S3_ENDPOINT", "s3.test", "FINEWS_DEPLOY_S3_ENDPOINT must be a URL such as http://example.org"),
    ("FINEWS_LOG_KEEP", "1001", "FINEWS_LOG_KEEP must be a whole number of files from 1 to 1000, got '1001'"),
]


def settings(**given: str) -> Settings:
    return Settings({**DEFAULTS, **given})


@pytest.mark.parametrize(("name", "value", "message"), INVALID)
def test_an_invalid_setting_is_named_with_its_value(name: str, value: str, message: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        check_configuration(settings(**{name: value}))

    assert str(error.value).startswith(message)


def test_values_of_earlier_versions_are_accepted() -> None:
    config = check_configuration(settings(FINEWS_PROGRESS_SECONDS="inf", FINEWS_LOG_KEEP="5.0"))

    assert (config.progress_seconds, config.log_keep) == (math.inf, 5)


@pytest.mark.parametrize("url", ["ftp://me:secret@example.org/key", "example.org/hooks/key", "http://", "http://[key"])
def test_an_invalid_webhook_is_not_shown(url: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        config_of(settings(FINEWS_ALARM_WEBHOOK=url))

    assert str(error.value) == "FINEWS_ALARM_WEBHOOK must be a URL such as https://example.org/hooks/finews"


def test_secrets_are_not_in_the_representation() -> None:
    config = config_of(settings(FINEWS_ALARM_WEBHOOK="https://example.org/key", FINEWS_ALARM_COMMAND="notify key"))

    assert "key" not in repr(config)


@pytest.mark.parametrize("name", [*HOST_SETTINGS, "FINEWS_POST_SHARE_URL", "FINEWS_POST_ARCHIVE_URL"])
def test_a_host_with_a_password_is_refused_without_showing_it(name: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        config_of(settings(**{name: "http://me:secret@example.org"}))

    assert str(error.value) == f"{name} must be a URL without user name and password, got 'http://…@example.org'"


def test_the_defaults_have_no_notifiers() -> None:
    assert not config_of(settings()).has_notifiers
    assert not AlertConfig().has_notifiers


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(AttributeError, match="AlertConfig cannot be changed: quiet_hours"):
        AlertConfig().quiet_hours = 1


def test_values_are_typed() -> None:
    config = config_of(
        settings(FINEWS_QUIET_HOURS="1.5", FINEWS_KEEP_RUNS_DAYS="30", FINEWS_LOG_FILE="log/crawl.jsonl")
    )

    assert (config.quiet_hours, config.keep_runs_days, config.keep_logs_days) == (1.5, 30, None)
    assert (config.log_file, config.summary_file) == (Path("log/crawl.jsonl"), None)
    assert config.hosts["FINEWS_ARCHIVE_URL"] == "http://finews.withounder.com"


def test_the_environment_overrides_a_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FINEWS_LOCK_WAIT", "60")

    assert environment_settings() == {**DEFAULTS, "FINEWS_LOCK_WAIT": "60"}


def test_the_command_line_overrides_the_environment() -> None:
    command = [sys.executable, "-m", "scrapy", "settings", "--get", "FINEWS_LOCK_WAIT", "-s", "FINEWS_LOCK_WAIT=7"]
    environment = {**os.environ, "FINEWS_LOCK_WAIT": "60"}

    printed = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True).stdout

    assert printed == "7\n"


def test_the_configuration_imports_no_scrapy() -> None:
    code = "import sys, finews_crawler.config.load; sys.exit('scrapy' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("FINEWS_PROGRES_SECONDS", "FINEWS_PROGRESS_SECONDS"),
        ("FINEWS_WEBHOOK", "FINEWS_ALARM_WEBHOOK"),
    ],
)
def test_an_unknown_name_is_refused_with_the_nearest(name: str, nearest: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        check_names(settings(**{name: "x"}))

    assert str(error.value) == f"unknown setting {name}; did you mean {nearest}?"


COMMANDS = [
    ("crawl", "channel"),
    ("audit",),
    ("coverage",),
    ("demo",),
    ("deploy", "rsync", "/srv/www"),
    ("doctor", "--offline"),
    ("export", "--format", "jsonl"),
    ("origin",),
    ("prune",),
    ("rebuild",),
    ("reindex", "data"),
    ("retire", "--keep-days", "9"),
    ("runs",),
    ("schedule", "cron"),
    ("site", "build"),
    ("cluster", "status"),
    ("config",),
    ("images",),
    ("init", "news"),
    ("reextract",),
    ("worker",),
]


def test_the_list_of_commands_is_complete() -> None:
    assert sorted({name for name, *_ in COMMANDS}) == command_names()


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_every_command_refuses_an_unknown_setting(scrapy: Scrapy, command: tuple[str, ...]) -> None:
    run = scrapy.at("http://127.0.0.1:1", FINEWS_LOCK_WAITS="60")(*command)

    assert run.status == 2
    assert run.log.endswith(": unknown setting FINEWS_LOCK_WAITS; did you mean FINEWS_LOCK_WAIT?\n")
    assert run.log.count("\n") == 1
    assert not scrapy.data.exists()


def test_an_unknown_name_on_the_command_line_is_refused(scrapy: Scrapy) -> None:
    run = scrapy("runs", "-s", "FINEWS_LOCK_WAITS=60")

    assert run.status == 2
    assert "did you mean FINEWS_LOCK_WAIT?" in run.log


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("FINEWS_DATA_DIR", ""),
        ("FINEWS_PROGRESS_SECONDS", "soon"),
        ("FINEWS_SUMMARY_FILE", "/nonexistent/summary.json"),
        ("FINEWS_LOG_FILE", "/tmp"),
        ("FINEWS_SHARE_URL", "http://me:secret@127.0.0.1"),
        ("FINEWS_SHARE_URL", "http://me:secret@[bad"),
        ("FINEWS_SHARE_URL", "http://me:secret@127.0.0.1:99999"),
    ],
)
def test_a_crawl_refuses_an_invalid_setting_before_its_first_request(scrapy: Scrapy, name: str, value: str) -> None:
    with scripted_site(lambda path: None) as site:
        run = scrapy.at(site.url, **{name: value})("crawl", "share", "-a", "info_code=NW202205180000000001")

    assert run.status == 2
    assert run.log.count("\n") == 1
    assert name in run.log
    assert "secret" not in run.log
    assert site.asked == []


def test_an_old_cron_line_still_works(scrapy: Scrapy) -> None:
    old = {"FINEWS_LOCK_WAIT": "900", "FINEWS_KEEP_LOGS_DAYS": "", "FINEWS_QUIET_HOURS": "", "FINEWS_CONTACT": ""}
    with running_origin(3, seed=3) as origin:
        run = scrapy.at(origin.url, FINEWS_CHANNEL_MINUTES="rolling=5,media=30,market=60", **old)("crawl", "channel")

    assert run.status == 0, run.log


@pytest.mark.parametrize("name", ["FINEWS_SUMMARY_FILE", "FINEWS_METRICS_FILE"])
def test_a_file_that_cannot_be_examined_is_reported_when_it_is_written(name: str) -> None:
    assert check_configuration(settings(**{name: f"/tmp/{'a' * 300}.prom"}))


def test_a_folder_for_recordings_that_cannot_be_examined_is_named() -> None:
    with pytest.raises(ConfigurationError, match=r"FINEWS_WARC_DIR=.*name too long"):
        check_configuration(settings(FINEWS_WARC_DIR="a" * 300))


@pytest.mark.parametrize("url", ["http://127.0.0.1:port", "ftp://127.0.0.1", "http://token@127.0.0.1:3128", "http://"])
def test_a_proxy_that_scrapy_cannot_use_is_named_without_its_secrets(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("https_proxy", url)
    with pytest.raises(ConfigurationError, match=r"^https_proxy (?!.*token)"):
        check_proxies()
