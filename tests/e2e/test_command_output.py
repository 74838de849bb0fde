"""Output that could harm a terminal, and a summary that cannot be written. See also slow/test_standard_streams.py."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from finews_crawler.testing.origin.server import RunningOrigin
from finews_crawler.utils.terminal import echo
from tests.support.paths import ROOT
from tests.support.scrapy_command import SCRAPY, Scrapy

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
    assert "for example: finews reindex" in line
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
    assert Path("/dev/full").is_char_device()
    summary = scrapy.data.with_name("summary.json")
    assert crawl("crawl", "channel", "-a", "limit=2", "-s", f"FINEWS_SUMMARY_FILE={summary}").status == ALL_WELL
    assert json.loads(summary.read_text(encoding="utf-8"))["exit_status"] == ALL_WELL


def test_log_and_summary_are_appended_to_redirected_standard_output(
    scrapy: Scrapy, origin: RunningOrigin, tmp_path: Path
) -> None:
    cron_log = tmp_path / "cron.log"
    cron_log.write_text("earlier\n" * 20_000)
    files = dict.fromkeys(("FINEWS_LOG_FILE", "FINEWS_SUMMARY_FILE"), "/dev/stdout")
    environment = {**scrapy.at(origin.url).environment, **files, "FINEWS_LOG_MAX_MB": "0.05"}
    command = [sys.executable, "-c", SCRAPY, "crawl", "channel", "-a", "limit=2"]
    with cron_log.open("ab") as output:
        assert subprocess.run(command, cwd=ROOT, env=environment, stdout=output, check=False).returncode == ALL_WELL
    lines = cron_log.read_text(encoding="utf-8").splitlines()
    assert lines[:20_000] == ["earlier"] * 20_000
    rest = [json.loads(line) for line in lines[20_000:]]
    assert [line["new"] for line in rest if "exit_status" in line] == [2]
    assert any(str(line.get("message")).startswith("channel: found ") for line in rest)
    assert Path("/dev/stdout").is_symlink()
