"""Output that could harm a terminal, and a summary that cannot be written. See also slow/test_standard_streams.py."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from finews_crawler.testing.origin.server import RunningOrigin
from finews_crawler.utils.terminal import echo
from tests.support.scrapy_command import Scrapy

ALL_WELL, ARGUMENTS, NOT_WRITABLE = 0, 2, 6


def test_echo_escapes_terminal_sequences(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    echo("标题\x1b[2J\n", os.fsdecode(b"\xff"))
    echo()
    assert capfdbinary.readouterr().out == "标题\\x1b[2J\\n\n\\udcff\n".encode()


@pytest.mark.parametrize("others", [[], ["data"]])
def test_reindex_rejects_an_empty_path(scrapy: Scrapy, tmp_path: Path, others: list[str]) -> None:
    run = scrapy("reindex", *others, "")
    assert run.status == ARGUMENTS
    (line,) = run.log.splitlines()
    assert "for example: scrapy reindex data/site/_posts" in line
    assert not scrapy.data.exists()


def test_unwritable_summary_file_is_one_error_line(scrapy: Scrapy, origin: RunningOrigin) -> None:
    crawl = scrapy.at(origin.url)
    run = crawl("crawl", "channel", "-a", "limit=2", "-s", "FINEWS_SUMMARY_FILE=/dev/full")
    assert run.status == NOT_WRITABLE, run.log
    assert "Traceback" not in run.log
    (line,) = [line for line in run.log.splitlines() if "ERROR" in line]
    assert "FINEWS_SUMMARY_FILE=/dev/full could not be written" in line
    assert line.endswith("give room and run again")
    assert run.summaries()[0]["new"] == 2
    summary = scrapy.data.with_name("summary.json")
    assert crawl("crawl", "channel", "-a", "limit=2", "-s", f"FINEWS_SUMMARY_FILE={summary}").status == ALL_WELL
    assert json.loads(summary.read_text(encoding="utf-8"))["exit_status"] == ALL_WELL
