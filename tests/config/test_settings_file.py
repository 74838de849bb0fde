"""finews.toml: what it may contain, how it ranks beside the environment and options, and what is wrong with it."""

from __future__ import annotations

import json
import os
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from finews_crawler.config.given import DEFAULT, DEFAULTS, ENVIRONMENT, check_names, given_settings, scrapy_settings
from finews_crawler.config.settings_file import DECLARED, text_of
from finews_crawler.config.template import template
from finews_crawler.exceptions import ConfigurationError
from finews_crawler.testing.origin.server import RunningOrigin
from tests.support.scrapy_command import Scrapy

HOOK = "https://hooks.example.org/T0/key"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, without settings in the environment."""
    for name in [name for name in os.environ if name.startswith("FINEWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(folder: Path, text: str) -> Path:
    file = folder / "finews.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_without_a_file_all_is_as_before(folder: Path) -> None:
    assert {name: given.text for name, given in given_settings().items()} == DEFAULTS
    assert scrapy_settings() == {}


def test_the_environment_overrides_the_file_which_overrides_a_default(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(folder, "lock_wait = 5\nlog_keep = 7\n")
    monkeypatch.setenv("FINEWS_LOCK_WAIT", "60")
    given = given_settings()
    assert given["FINEWS_LOCK_WAIT"] == ("60", ENVIRONMENT)
    assert given["FINEWS_LOG_KEEP"] == ("7", "finews.toml")
    assert given["FINEWS_LOG_MAX_MB"] == ("10", DEFAULT)


def test_values_of_every_type(folder: Path) -> None:
    write(
        folder,
        'progress_seconds = inf\nquiet_hours = 1.5\nallowed_networks = ["192.168.0.0/16", "10.1.2.3"]\n'
        'channel_minutes = {fast = 5, "columns:345" = 30}\ncontact = "news@example.org"\n',
    )
    texts = {name: given.text for name, given in given_settings().items() if given.origin != DEFAULT}
    assert texts == {
        "FINEWS_PROGRESS_SECONDS": "inf",
        "FINEWS_QUIET_HOURS": "1.5",
        "FINEWS_ALLOWED_NETWORKS": "192.168.0.0/16,10.1.2.3",
        "FINEWS_CHANNEL_MINUTES": "fast=5,columns:345=30",
        "FINEWS_CONTACT": "news@example.org",
    }


def test_a_path_is_relative_to_the_file_that_the_environment_names(
    folder: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path_factory.mktemp("home")
    file = write(
        home, 'warc_dir = "warc, all"\nreplay = ["a.warc", "/b"]\nsummary_file = "-"\nsendmail = "/bin/mail"\n'
    )
    monkeypatch.setenv("FINEWS_CONFIG", str(file))
    monkeypatch.setenv("FINEWS_LOG_FILE", "crawl.log")
    texts = {name: given.text for name, given in given_settings().items()}
    assert texts["FINEWS_WARC_DIR"] == f"{home}/warc, all"
    assert texts["FINEWS_REPLAY"] == f"{home}/a.warc,/b"
    assert texts["FINEWS_SUMMARY_FILE"] == "-"
    assert texts["FINEWS_DATA_DIR"] == f"{home}/data", "a default too"
    assert texts["FINEWS_LOG_FILE"] == "crawl.log", "of the environment: relative to the current folder"
    monkeypatch.setenv("FINEWS_CONFIG", "")
    write(folder, "log_keep = 7\n")
    assert given_settings()["FINEWS_LOG_KEEP"].origin == DEFAULT, "no file at all"


def test_a_secret_in_a_file_of_its_own(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "hook").write_text(f"{HOOK}\n")
    write(folder, 'alarm_webhook_file = "hook"\n')
    assert given_settings()["FINEWS_ALARM_WEBHOOK"] == (HOOK, "finews.toml")
    write(folder, "")
    monkeypatch.setenv("FINEWS_ALARM_WEBHOOK_FILE", "hook")
    assert given_settings()["FINEWS_ALARM_WEBHOOK"] == (HOOK, "hook")
    check_names({})
    monkeypatch.setenv("FINEWS_ALARM_WEBHOOK", HOOK)
    with pytest.raises(ConfigurationError, match="FINEWS_ALARM_WEBHOOK and FINEWS_ALARM_WEBHOOK_FILE are both set"):
        check_names({})


WRONG = [
    ("lock_wait", "Expected '=' after a key in a key/value pair (at end of document)"),
    ("lock_wait = 'x'", "lock_wait must be a non-negative number of seconds, got 'x'"),
    ("lock_wait = true", "lock_wait must be a text, a number, or a list or table of them"),
    ("lock_wait = 2022-05-18", "lock_wait must be a text, a number, or a list or table of them"),
    ("lock_waits = 1", "unknown setting 'lock_waits'; did you mean lock_wait?"),
    ("FINEWS_LOCK_WAIT = 1", "unknown setting 'FINEWS_LOCK_WAIT'; did you mean lock_wait?"),
    ("DOWNLOAD_DELAY = 1", "unknown setting 'DOWNLOAD_DELAY'. Settings of Scrapy belong below [scrapy]"),
    ("[scrapy]\nDOWNLOAD_DELY = 1", "unknown setting of Scrapy 'DOWNLOAD_DELY'; did you mean DOWNLOAD_DELAY?"),
    ("scrapy = 1", "scrapy must be a table: [scrapy]"),
    ("[scrapy]\nlock_wait = 1", "lock_wait is no setting of Scrapy: put it above [scrapy]"),
    ("[scrapy]\nDOWNLOAD_DELAY = 'x'", "DOWNLOAD_DELAY must be a number, got 'x'"),
    ("[scrapy]\nCONCURRENT_REQUESTS = true", "CONCURRENT_REQUESTS must be a number, got True"),
    ("[scrapy]\nDOWNLOAD_TIMEOUT = nan", "DOWNLOAD_TIMEOUT must be a number, got nan"),
    ("[scrapy]\nROBOTSTXT_OBEY = 'maybe'", "ROBOTSTXT_OBEY must be true or false, got 'maybe'"),
    ("[scrapy]\nDOWNLOAD_SLOTS = 5", "DOWNLOAD_SLOTS must be a table, got 5"),
    ("[scrapy]\nSPIDER_MODULES = 'x'", "SPIDER_MODULES must be a list, got 'x'"),
    ("[scrapy]\nUSER_AGENT = 5", "USER_AGENT must be a text, got 5"),
    ("[scrapy]\nLOG_LEVEL = 'LOUD'", "LOG_LEVEL must be one of CRITICAL, ERROR, WARNING, INFO, DEBUG, got 'LOUD'"),
    ("data_dir = ['a', 'b']", "data_dir must be one path, got ['a', 'b']"),
    ("alarm_webhook_file = '/dev/null'", "alarm_webhook_file: /dev/null is empty: write the secret into it"),
    (f"lock_wait = {'[' * 3000}", ""),  # the words are those of Python
    (f"lock_wait = {'9' * 5000}", "Exceeds the limit"),
    (
        "alarm_webhook_file = 'nowhere'",
        "alarm_webhook_file: nowhere cannot be read (No such file or directory)",
    ),
    (f"alarm_webhook = '{HOOK}'\nalarm_webhook_file = 'f'", "alarm_webhook and alarm_webhook_file are both set"),
]


@pytest.mark.parametrize(("text", "message"), WRONG)
def test_what_is_wrong_is_named(folder: Path, text: str, message: str) -> None:
    write(folder, text)
    with pytest.raises(ConfigurationError) as error:
        check_names({})
    assert message in str(error.value)
    assert str(error.value).startswith("finews.toml: ")
    assert "\n" not in str(error.value)


def test_a_file_that_is_not_utf_8_or_not_there(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "finews.toml").write_bytes("contact = '东方财富'".encode("gb18030"))
    with pytest.raises(ConfigurationError, match=r"finews\.toml is not UTF-8"):
        check_names({})
    monkeypatch.setenv("FINEWS_CONFIG", "nowhere.toml")
    with pytest.raises(ConfigurationError, match=r"FINEWS_CONFIG=nowhere\.toml does not exist: name the file"):
        check_names({})
    with pytest.raises(ConfigurationError, match="FINEWS_CONFIG is read from the environment only"):
        monkeypatch.delenv("FINEWS_CONFIG")
        write(folder, "")
        check_names({"FINEWS_CONFIG": "x"})


def test_a_name_that_is_no_file_is_an_error(folder: Path) -> None:
    """A crawl would contact the default hosts instead of those of a disk that is not mounted."""
    (folder / "finews.toml").symlink_to("nowhere/finews.toml")
    with pytest.raises(ConfigurationError, match=r"finews\.toml is a link to nothing: name the file"):
        check_names({})
    (folder / "finews.toml").unlink()
    (folder / "finews.toml").mkdir()
    with pytest.raises(ConfigurationError, match=r"finews\.toml is not a file: name the file"):
        check_names({})


def test_a_byte_order_mark_and_the_home_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/news")
    monkeypatch.setenv("FINEWS_LOG_FILE", "~/crawl.log")
    (folder / "hook").write_text(f"{HOOK}\n", encoding="utf-8-sig")
    (folder / "finews.toml").write_text("data_dir = '~/data'\nalarm_webhook_file = 'hook'\n", encoding="utf-8-sig")
    given = given_settings()
    assert given["FINEWS_DATA_DIR"].text == "/home/news/data"
    assert given["FINEWS_LOG_FILE"].text == "/home/news/crawl.log"
    assert given["FINEWS_ALARM_WEBHOOK"].text == HOOK


def test_a_secret_of_several_lines_is_refused(folder: Path) -> None:
    (folder / "hook").write_text("http://a/\nhttp://b/\n")
    write(folder, "alarm_webhook_file = 'hook'")
    with pytest.raises(ConfigurationError, match="hook has several lines, or control characters"):
        check_names({})


def test_the_template_has_every_setting_with_its_default_and_sets_none(folder: Path) -> None:
    text = template()
    assert tomllib.loads(text) == {}
    commented = [line.removeprefix("# ") for line in text.splitlines() if " = " in line and line.startswith("# ")]
    switched_on = tomllib.loads("\n".join(line for line in commented if line.split(" = ")[0] in DECLARED))
    assert {field: text_of(value) for field, value in switched_on.items()} == {
        field: declared.default for field, declared in DECLARED.items()
    }
    assert max(map(len, text.splitlines())) <= 120


def test_a_crawl_takes_its_settings_from_the_file(scrapy: Scrapy, origin: RunningOrigin, tmp_path: Path) -> None:
    hosts = scrapy.at(origin.url).environment
    lines = [
        f'{name.removeprefix("FINEWS_").lower()} = "{text}"'
        for name, text in hosts.items()
        if name.startswith("FINEWS_")
    ]
    file = tmp_path / "finews.toml"
    file.write_text("\n".join([*lines, "[scrapy]", 'USER_AGENT = "reader/1 (test)"', ""]))
    plain = {name: text for name, text in hosts.items() if not name.startswith("FINEWS_")}
    scrapy.environment = {**plain, "FINEWS_CONFIG": str(file)}
    run = scrapy("crawl", "channel", "-a", "limit=2")
    assert run.status == 0, run.log
    assert len(list(scrapy.posts.iterdir())) == 2
    shown = json.loads(scrapy("config", "--json", "-s", "FINEWS_LOG_KEEP=9").log)
    assert shown["settings"]["data_dir"] == {"value": str(scrapy.data), "origin": str(file)}
    assert shown["settings"]["log_keep"] == {"value": "9", "origin": "-s"}
    assert shown["scrapy"] == {"USER_AGENT": {"value": "reader/1 (test)", "origin": str(file)}}
    file.write_text("lock_waits = 1\n")
    for words in (("crawl", "channel"), ("runs",), ("worker",)):
        run = scrapy(*words)
        assert run.status == 2
        assert run.log.splitlines() == [
            f"finews {' '.join(words)}: {file}: unknown setting 'lock_waits'; did you mean lock_wait?"
        ]


def test_one_setting_is_shown_by_either_of_its_names(scrapy: Scrapy) -> None:
    for name in ("FINEWS_LOCK_WAIT", "lock_wait"):
        (line,) = scrapy("config", name, "-s", "FINEWS_LOCK_WAIT=9").log.splitlines()
        assert line.startswith('lock_wait = "9"')
    run = scrapy("config", "lock_waits")
    assert (run.status, run.log.count("\n")) == (2, 1)
    assert "unknown setting 'lock_waits'; did you mean lock_wait?" in run.log


def test_that_no_setting_is_changed_is_said(scrapy: Scrapy) -> None:
    plain = {name: text for name, text in scrapy.environment.items() if not name.startswith("FINEWS_")}
    run = replace(scrapy, environment=plain)("config", "--changed")
    assert (run.status, run.log) == (0, "finews config: no setting is changed\n")
