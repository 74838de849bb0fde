"""A forked ``scrapy`` is equivalent to a new process; commands for which it is not get a new process."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from finews_crawler.testing.origin.server import running_origin
from tests.support.fork_client import COLD, can_be_warm
from tests.support.scrapy_command import CLOSED_PORT, Scrapy


@pytest.mark.parametrize(
    "arguments",
    [["crawl", "share", "-a", "file=-"], ["crawl", "share"], ["audit"], ["nonsense"], ["crawl", "channel", "--help"]],
    ids=" ".join,
)
def test_a_forked_command_has_the_same_status_and_output(
    scrapy: Scrapy, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    told = []
    for cold in (False, True):
        if cold:
            monkeypatch.setenv(COLD, "1")
        run = scrapy.at(CLOSED_PORT)(*arguments, stdin="# nothing today\n")
        told.append((run.status, [line.partition(" [")[2] or line for line in run.log.splitlines()]))
    assert told[0] == told[1]


def test_a_forked_crawl_archives_the_same(scrapy: Scrapy, monkeypatch: pytest.MonkeyPatch) -> None:
    cold = scrapy.into(scrapy.data.with_name("cold"))
    with running_origin(12, seed=3) as origin:
        assert scrapy.at(origin.url)("crawl", "channel").status == 0
        monkeypatch.setenv(COLD, "1")
        assert cold.at(origin.url)("crawl", "channel").status == 0
    posts = [{path.name: path.read_bytes() for path in run.posts.iterdir()} for run in (scrapy, cold)]
    assert posts[0] == posts[1]
    assert posts[0]


def test_each_command_has_its_own_process_and_environment(scrapy: Scrapy, tmp_path: Path) -> None:
    """The tests' own environment does not change."""
    for name in ("first", "second"):
        log = tmp_path / name
        told = replace(scrapy, environment={**scrapy.environment, "FINEWS_SUMMARY_FILE": str(log)})
        assert told.at(CLOSED_PORT)("crawl", "share", "-a", "file=/dev/null").status == 0
        assert log.exists()
    assert "FINEWS_SUMMARY_FILE" not in os.environ


def test_commands_with_changed_python_environment_run_in_a_fresh_process(scrapy: Scrapy) -> None:
    assert can_be_warm(scrapy.environment)
    for name in ("PYTHONHASHSEED", "LC_ALL", "HOME"):
        assert not can_be_warm({**scrapy.environment, name: "1"})
