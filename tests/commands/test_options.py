"""Options that all commands have: what is wrong with one is a line that names it, before the command does anything."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from operator import itemgetter
from pathlib import Path

import pytest
from scrapy.settings import Settings

from finews_crawler.config.imports import check_imports
from finews_crawler.config.scrapys_settings import read_options
from finews_crawler.testing.origin.server import running_origin
from tests.support.scrapy_command import CLOSED_PORT, Scrapy
from tests.support.simulated_clock import BEGIN

ARGUMENTS, NOT_WRITABLE = 2, 6
COMMANDS = [("runs",), ("crawl", "channel"), ("worker",)]
WRONG = [
    (("-s", "DOWNLOAD_DELY=1"), "unknown setting DOWNLOAD_DELY; did you mean DOWNLOAD_DELAY?"),
    (("-s", "download_delay=1"), "unknown setting download_delay; did you mean DOWNLOAD_DELAY?"),
    (("-s", "FINEWS_DATADIR=x"), "unknown setting FINEWS_DATADIR; did you mean FINEWS_DATA_DIR?"),
    (("-s", "FINEWS_TELEGRAM=x"), "unknown setting FINEWS_TELEGRAM: leave it out; `finews config` shows all settings"),
    (("-s", "data_dir=x"), "unknown setting data_dir; did you mean FINEWS_DATA_DIR?"),
    (("-s", "=5"), "-s must be NAME=VALUE, got '=5'"),
    (("-s", "DOWNLOAD_DELAY=abc"), "DOWNLOAD_DELAY must be a number, got 'abc'"),
    (("-s", "DOWNLOAD_DELAY=nan"), "DOWNLOAD_DELAY must be a number, got 'nan'"),
    (("-s", "DOWNLOAD_DELAY=-1"), "DOWNLOAD_DELAY must be a number from 0, got -1"),
    (("-s", "CONCURRENT_REQUESTS_PER_DOMAIN=0"), "CONCURRENT_REQUESTS_PER_DOMAIN must be a number from 1, got 0"),
    (("-s", "ROBOTSTXT_OBEY=perhaps"), "ROBOTSTXT_OBEY must be true or false, got 'perhaps'"),
    (("-s", "DOWNLOAD_SLOTS=[5]"), "DOWNLOAD_SLOTS must be a JSON object such as {}, got '[5]'"),
    (("-s", "EXTENSIONS=x"), "EXTENSIONS must be a JSON object such as {}, got 'x'"),
    (("-s", "RETRY_HTTP_CODES=500,x"), "RETRY_HTTP_CODES must be a list of whole numbers, got [500, 'x']"),
    (
        ("-s", "SCHEDULER=nowhere.Scheduler"),
        "SCHEDULER must be the path of a class such as scrapy.core.scheduler.Scheduler, got 'nowhere.Scheduler' "
        "(No module named 'nowhere'): install it beside finews, or put its folder into PYTHONPATH",
    ),
    (("-s", "LOG_LEVEL=LOUD"), "LOG_LEVEL must be one of CRITICAL, ERROR, WARNING, INFO, DEBUG, got 'LOUD'"),
    (("-L", "LOUD"), "--loglevel must be one of CRITICAL, ERROR, WARNING, INFO, DEBUG, got 'LOUD'"),
    (("--logfile", "/nosuch/x"), "--logfile must be a file in a folder that exists, got '/nosuch/x'"),
    (("--profile", "/nosuch/x"), "--profile must be a file in a folder that exists, got '/nosuch/x'"),
    (("--pidfile", "/nosuch/x"), "--pidfile must be a file in a folder that exists, got '/nosuch/x'"),
]


@pytest.mark.parametrize(("options", "message"), WRONG, ids=lambda words: " ".join(words)[:40])
def test_a_wrong_option_is_one_line(scrapy: Scrapy, options: tuple[str, ...], message: str) -> None:
    for command in COMMANDS:
        run = scrapy.at(CLOSED_PORT)(*command, *options)
        assert (run.status, run.log) == (ARGUMENTS, f"finews {' '.join(command)}: {message}\n")
    assert not scrapy.data.exists()


@pytest.mark.parametrize("command", [*COMMANDS, ("init", "news"), ("doctor", "--offline")], ids=lambda words: words[0])
def test_a_wrong_value_of_ours_is_one_line(scrapy: Scrapy, tmp_path: Path, command: tuple[str, ...]) -> None:
    run = scrapy.at(CLOSED_PORT)(*command, "-s", "FINEWS_LOCK_WAITS=abc")
    assert (run.status, run.log.count("\n")) == (ARGUMENTS, 1)
    if command[0] in ("init", "doctor"):
        return  # the one reads no settings, the other has a line for them among others
    run = scrapy.at(CLOSED_PORT)(*command, "-s", "FINEWS_LOCK_WAIT=abc")
    assert (run.status, run.log.count("\n")) == (ARGUMENTS, 1)
    assert "FINEWS_LOCK_WAIT must be a non-negative number of seconds, got 'abc'" in run.log


IMPORTS = [
    *(
        (f'{name}={{"own.Class": 5}}', f"{name}: 'own.Class' cannot be imported (No module named 'own'): install it")
        for name in ("ADDONS", "DOWNLOADER_MIDDLEWARES", "EXTENSIONS", "ITEM_PIPELINES", "SPIDER_MIDDLEWARES")
    ),
    ('DOWNLOAD_HANDLERS={"http": "own.Class"}', "DOWNLOAD_HANDLERS: 'own.Class' cannot be imported (No module"),
    ("SPIDER_MODULES=own.spiders", "SPIDER_MODULES: 'own.spiders' cannot be imported (No module named 'own'): install"),
    (
        'EXTENSIONS={"json.Own": 5}',
        "'json.Own' cannot be imported (Module 'json' doesn't define any object",
    ),
    ('EXTENSIONS={"finews_crawler.nowhere.A": 5}', "(No module named 'finews_crawler.nowhere'): correct it"),
    ('EXTENSIONS={"json.own.A": 5}', "(No module named 'json.own'): correct it, or leave it out\n"),
    ('EXTENSIONS={"own.Off": null}', "EXTENSIONS: 'own.Off' cannot be imported (No module named 'own'): install it"),
    ("RETRY_EXCEPTIONS=own.Error", "RETRY_EXCEPTIONS: 'own.Error' cannot be imported (No module named 'own')"),
    ("ASYNCIO_EVENT_LOOP=own.Loop", "ASYNCIO_EVENT_LOOP: 'own.Loop' cannot be imported (No module named 'own')"),
    (
        'FEEDS={"a.jsonl": {"format": "jsonl", "postprocessing": ["own.Plugin"]}}',
        "FEEDS: 'own.Plugin' cannot be imported (No module named 'own')",
    ),
    ('FEEDS={"ftp://me:pw12@h/a": {"format": "x"}}', "FEEDS: the format of ftp://…@h/a must be one of json, jsonlines"),
    ('FEEDS={"a": {}}', "FEEDS: the format of a must be one of json, jsonlines, jsonl, jl, csv, got ''"),
    ('FEEDS={"a": 5}', """FEEDS: a must have a table such as {"format": "jsonl"}, got 5"""),
    ('ITEM_PIPELINES={"json.loads": "5"}', "ITEM_PIPELINES: the order of 'json.loads' must be a number, got '5'"),
    ('DOWNLOAD_HANDLERS={"http": 5}', "DOWNLOAD_HANDLERS: 'http' must be the path of a class, got 5"),
]


@pytest.mark.parametrize(("option", "message"), IMPORTS, ids=lambda words: words[:24])
def test_a_class_that_cannot_be_imported_is_one_line(scrapy: Scrapy, option: str, message: str) -> None:
    """It is the user's own, and no package of ours that `make venv` would install."""
    run = scrapy.at(CLOSED_PORT)("crawl", "channel", "-s", option)
    assert (run.status, run.log.count("\n"), "make venv" in run.log) == (ARGUMENTS, 1, False), run.log
    assert message in run.log


BROKEN = [
    ("x = (", "('(' was never closed (broken.py, line 1)): correct it, or leave it out"),
    ("1 / 0", "(ZeroDivisionError: division by zero, {module}, line 1): correct it, or leave it out"),
    (
        "open('/nowhere/a')",
        "(FileNotFoundError: [Errno 2] No such file or directory: '/nowhere/a', {module}, line 1): c",
    ),
    ("raise SystemExit(5)", "(SystemExit: 5, {module}, line 1): correct it, or leave it out"),
    ("import nowhere", "(No module named 'nowhere'): install it beside finews"),
]


@pytest.mark.parametrize(("code", "message"), BROKEN, ids=lambda words: words[:12])
@pytest.mark.parametrize("option", ['ITEM_PIPELINES={"broken.A": 5}', "STATS_CLASS=broken.A", "SPIDER_MODULES=broken"])
def test_a_module_of_ones_own_that_is_broken_is_one_line(
    scrapy: Scrapy, tmp_path: Path, option: str, code: str, message: str
) -> None:
    """An exit of the module would pass for one of the crawl: 5 says that a list has changed its format."""
    (module := tmp_path / "broken.py").write_text(f"{code}\n")
    folders = f"{tmp_path}{os.pathsep}{scrapy.environment.get('PYTHONPATH', '')}"
    scrapy = replace(scrapy, environment={**scrapy.environment, "PYTHONPATH": folders})
    run = scrapy.at(CLOSED_PORT)("crawl", "channel", "-s", option)
    assert (run.status, run.log.count("\n")) == (ARGUMENTS, 1), run.log
    assert message.format(module=module) in run.log


VALID = ('EXTENSIONS={"json.Off": null}', 'ADDONS={"own.Off": null}', "REFERRER_POLICY=same-origin")


def test_what_scrapy_takes_is_no_error() -> None:
    """A component that is off may have been removed from its module, and a policy has a name instead of a class."""
    settings = Settings()
    settings.setmodule("finews_crawler.settings", priority="project")
    settings.setdict(read_options(VALID, settings), priority="cmdline")
    check_imports(settings)


def test_a_class_in_the_file_of_settings_is_imported_before_a_crawl(scrapy: Scrapy, tmp_path: Path) -> None:
    (tmp_path / "finews.toml").write_text('[scrapy]\nSTATS_CLASS = "own.Stats"\nITEM_PIPELINES = { "own.Off" = 5 }\n')
    scrapy = replace(scrapy, environment={**scrapy.environment, "FINEWS_CONFIG": str(tmp_path / "finews.toml")})
    run = scrapy.at(CLOSED_PORT)("crawl", "channel")
    assert (run.status, run.log.count("\n")) == (ARGUMENTS, 1), run.log
    assert "STATS_CLASS: 'own.Stats' cannot be imported (No module named 'own'): install it beside finews" in run.log
    assert scrapy.at(CLOSED_PORT)("runs").log.startswith("finews runs: the data directory"), "which needs no class"


@pytest.mark.parametrize("is_in_file", [True, False], ids=["finews.toml", "-s"])
def test_components_of_ones_own_are_added_to_ours(scrapy: Scrapy, tmp_path: Path, *, is_in_file: bool) -> None:
    """Alone, they would archive nothing, and request what robots.txt disallows."""
    (tmp_path / "own.py").write_text(
        "from pathlib import Path\n"
        "class Own:\n"
        "    def process_item(self, item):\n"
        "        Path(__file__).with_name(item.info_code).touch()\n"
        "        return item\n"
    )
    given = {"ITEM_PIPELINES": {"own.Own": 350}, "EXTENSIONS": {"own.Own": 5}, "DOWNLOADER_MIDDLEWARES": {"own.Own": 5}}
    folders = f"{tmp_path}{os.pathsep}{scrapy.environment.get('PYTHONPATH', '')}"
    environment = {**scrapy.environment, "PYTHONPATH": folders}
    options: list[str] = []
    if is_in_file:
        tables = (f'{name} = {{ "own.Own" = {order} }}' for name, table in given.items() for order in table.values())
        (tmp_path / "finews.toml").write_text("\n".join(("[scrapy]", *tables)))
        environment["FINEWS_CONFIG"] = str(tmp_path / "finews.toml")
    else:
        options = [word for name, table in given.items() for word in ("-s", f"{name}={json.dumps(table)}")]
    with running_origin(3, seed=2) as origin:
        run = replace(scrapy, environment=environment).at(origin.url)("crawl", "channel", *options)
        requested = origin.stats()["paths"]
    assert (run.status, "new 3," in run.log) == (0, True), run.log
    assert len([path for path in tmp_path.iterdir() if path.name.startswith("NW")]) == 3
    assert "/robots.txt" in requested


@pytest.mark.parametrize("command", [("crawl", "channel"), ("worker",), ("images",)], ids=itemgetter(0))
def test_a_folder_of_scrapys_jobs_is_refused(scrapy: Scrapy, tmp_path: Path, command: tuple[str, ...]) -> None:
    """A crawl would read copies of its requests from it, find nothing, and report success."""
    scrapy = scrapy.at(CLOSED_PORT, FINEWS_CLUSTER="redis://127.0.0.1:1", FINEWS_IMAGE_HOSTS=CLOSED_PORT)
    run = scrapy(*command, "-s", f"JOBDIR={tmp_path / 'job'}")
    assert (run.status, run.log.count("\n")) == (ARGUMENTS, 1), run.log
    assert "JOBDIR cannot be used: leave it out" in run.log
    assert not (tmp_path / "job").exists()


EMPTY = [
    ("coverage", "--since"),
    ("export", "--ticker"),
    ("export", "--out"),
    ("images", "--limit"),
    ("rebuild", "--since"),
    ("retire", "--keep-days"),
    ("runs", "--logfile"),
]


@pytest.mark.parametrize("command", EMPTY, ids=" ".join)
def test_an_empty_value_is_not_taken_for_none(scrapy: Scrapy, command: tuple[str, str]) -> None:
    """In a script it comes from a variable that is not set: the export would be the whole archive."""
    scrapy.data.mkdir()
    for value in ("", " "):
        run = scrapy.at(CLOSED_PORT)(*command, value)
        assert (run.status, run.log.count("\n")) == (ARGUMENTS, 1)
        assert f"{command[1]} is not set" in run.log
    run = scrapy.at(CLOSED_PORT)("crawl", "channel", "-a", "since=")
    assert (run.status, "since is not set" in run.log) == (ARGUMENTS, True), run.log
    assert not list(scrapy.data.iterdir())


SINCE = [
    ("crawl", "channel", "-a", "since="),
    ("coverage", "--since="),
    ("export", "--format", "jsonl", "--since="),
    ("images", "--since="),
    ("rebuild", "--since="),
]


@pytest.mark.parametrize("command", SINCE, ids=itemgetter(0))
def test_a_first_day_to_come_is_refused(scrapy: Scrapy, command: tuple[str, ...]) -> None:
    """Nothing is published then, so the command would do nothing, and report success."""
    scrapy.data.mkdir()
    *words, option = command
    scrapy = replace(scrapy, environment={**scrapy.environment, BEGIN: "2022-05-18T00:30:00+08:00"})
    run = scrapy.at(CLOSED_PORT)(*words, f"{option}2022-05-19")
    assert (run.status, run.log.count("\n")) == (ARGUMENTS, 1), run.log
    assert "since must not be later than today in Beijing, 2022-05-18, got '2022-05-19'" in run.log
    assert not list(scrapy.data.iterdir())


def test_a_closed_standard_input_is_one_line(scrapy: Scrapy) -> None:
    closed = replace(scrapy.at(CLOSED_PORT), prefix=("sh", "-c", 'exec "$@" <&-', "sh"))
    run = closed("crawl", "share", "-a", "file=-")
    assert (run.status, "file=-: standard input is closed" in run.log) == (ARGUMENTS, True), run.log
    assert "Traceback" not in run.log


def test_values_of_options_have_their_types(scrapy: Scrapy) -> None:
    options = ("DOWNLOAD_DELAY=0.25", "RETRY_HTTP_CODES=500,502", "ROBOTSTXT_OBEY=1", "SENTRY_DSN=x", "JOBDIR=")
    options += ("CONCURRENT_REQUESTS=0", "CONCURRENT_REQUESTS_PER_IP=2", 'ITEM_PIPELINES={"my.Pipeline": 500}')
    given = [word for option in options for word in ("-s", option)]
    assert scrapy("config", "--changed", *given).status == 0


def test_a_log_file_that_cannot_be_written_is_one_line(scrapy: Scrapy, tmp_path: Path) -> None:
    (tmp_path / "log").mkdir(mode=0o555)
    run = scrapy.at(CLOSED_PORT).bound_by_permissions()("crawl", "channel", "--logfile", str(tmp_path / "log" / "x"))
    assert (run.status, run.log.count("\n")) == (NOT_WRITABLE, 1), run.log
    assert "Permission denied" in run.log
    assert not scrapy.data.exists()


def test_a_log_file_in_a_folder_that_does_not_exist_is_one_line(scrapy: Scrapy, tmp_path: Path) -> None:
    run = scrapy.at(CLOSED_PORT)("crawl", "channel", "-s", f"LOG_FILE={tmp_path / 'none' / 'x'}")
    assert (run.status, run.log.count("\n")) == (NOT_WRITABLE, 1), run.log
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("feed", ["/proc/x.jsonl", "/dev/null/a/x.jsonl", "file:///proc/x.csv", "/proc/x:jsonl"])
def test_a_feed_that_cannot_be_written_is_one_line(scrapy: Scrapy, feed: str) -> None:
    run = scrapy.at(CLOSED_PORT)("crawl", "channel", "-O", feed)
    assert (run.status, run.log.count("\n")) == (NOT_WRITABLE, 1), run.log
    assert run.log.startswith("finews crawl channel: /")
    assert not scrapy.data.exists()
