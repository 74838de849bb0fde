"""The line that ``finews schedule cron`` prints crawls, run as cron runs it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from finews_crawler.testing.origin.server import RunningOrigin
from tests.commands.test_schedule import ALL_WELL, as_cron_does, line_of, posts
from tests.support.scrapy_command import Scrapy


@pytest.mark.parametrize("redirection", ["", ">&- 2>&- <&-"])
def test_the_crontab_line_crawls(scrapy: Scrapy, origin: RunningOrigin, tmp_path: Path, redirection: str) -> None:
    data = tmp_path / "it's 100% 数据"
    line = line_of(scrapy.into(data).at(origin.url, FINEWS_CONTACT="a%b $HOME \\% `id`")("schedule", "cron"))
    done = as_cron_does(line.split(" ", 5)[5], redirection)
    assert (done.returncode, done.stdout, done.stderr) == (ALL_WELL, "", "")
    assert posts(data) > 30
    log = [json.loads(line) for line in (data / "log" / "crawl.jsonl").read_text(encoding="utf-8").splitlines()]
    assert any(record["message"].startswith("channel: found ") for record in log)
