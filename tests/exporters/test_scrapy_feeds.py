"""Scrapy feeds, ``-O FILE``: the records of an export, written during the crawl."""

from __future__ import annotations

import csv
import io
import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from finews_crawler.articles.record import FIELDS, Record, as_json
from finews_crawler.exporters.scrapy_feeds import Csv, JsonLines
from finews_crawler.stats import ExitStatus
from finews_crawler.testing.origin.server import RunningOrigin, running_origin
from tests.exporters.export_archives import archive_in, article, read_lines, records
from tests.support.paths import ROOT
from tests.support.scrapy_command import SCRAPY, Scrapy

NAMES = [field.name for field in FIELDS]


def crawl(scrapy: Scrapy, origin: RunningOrigin, *arguments: str) -> None:
    run = scrapy.at(origin.url)("crawl", "channel", *arguments)
    assert run.status == ExitStatus.ALL_WELL, run.log


def exported(scrapy: Scrapy) -> dict[str, Record]:
    """Return the records of an export by infoCode, without the fields that the index assigns."""
    archive = archive_in(scrapy.data)
    found = {record["info_code"]: as_json({**record, "change": None}) for record in records(archive)}
    archive.close()
    return found


def test_json_lines_are_the_records_of_an_export(scrapy: Scrapy, origin: RunningOrigin, tmp_path: Path) -> None:
    feed = tmp_path / "articles.jsonl"
    crawl(scrapy, origin, "-O", str(feed))
    lines = read_lines(feed)
    assert {line["info_code"]: line for line in lines} == exported(scrapy)
    assert len(lines) > 50
    assert list(lines[0]) == NAMES
    assert "证券" in feed.read_text(encoding="utf-8"), "Chinese as itself"
    crawl(scrapy, origin, "-o", str(feed))
    assert read_lines(feed) == lines, "an archived article is not an item"


def test_json_and_csv_have_the_records_of_an_export(scrapy: Scrapy, origin: RunningOrigin, tmp_path: Path) -> None:
    names = ("articles.json", "articles.csv")
    crawl(scrapy, origin, *(word for name in names for word in ("-O", str(tmp_path / name))))
    expected = exported(scrapy)
    as_list = json.loads((tmp_path / "articles.json").read_bytes())
    assert {record["info_code"]: record for record in as_list} == expected
    with (tmp_path / "articles.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["info_code"]: row for row in csv.DictReader(file)}
    assert list(rows[next(iter(rows))]) == NAMES
    assert rows.keys() == expected.keys()
    for code, record in expected.items():
        assert (rows[code]["text"], json.loads(rows[code]["tickers"])) == (record["text"], record["tickers"])
        assert rows[code]["media_name"] == (record["media_name"] or "")


def test_a_killed_crawl_leaves_at_most_one_incomplete_line(scrapy: Scrapy, tmp_path: Path) -> None:
    feed = tmp_path / "articles.jsonl"
    with running_origin(200, seed=5, latency_ms=20) as origin:
        command = [sys.executable, "-c", SCRAPY, "crawl", "channel", "-O", str(feed)]
        process = subprocess.Popen(command, cwd=ROOT, env=scrapy.at(origin.url).environment, stderr=subprocess.DEVNULL)
        try:
            while process.poll() is None and not (feed.exists() and feed.stat().st_size > 20_000):
                time.sleep(0.005)
        finally:
            process.send_signal(signal.SIGKILL)
            process.wait()
        assert process.returncode == -signal.SIGKILL, "it was killed at work"
        content = feed.read_bytes()
        # Linux ends the write of a killed process between two pages.
        lines = content[: content.rfind(b"\n") + 1].splitlines()
        assert lines
        assert all(list(json.loads(line)) == NAMES for line in lines)
        assert {json.loads(line)["info_code"] for line in lines} <= exported(scrapy).keys(), "each is archived"
        crawl(scrapy, origin, "-o", str(feed))
    continued = read_lines(feed)
    assert feed.read_bytes().startswith(b"\n".join(lines))
    assert {line["info_code"] for line in continued} <= exported(scrapy).keys()
    assert len(continued) > len(lines)


@pytest.mark.parametrize("left", [b'{"info_code": "NW2022', b'{"info_code": "NW202205182383638060"}'])
def test_an_incomplete_line_of_an_earlier_run_is_cut_off(tmp_path: Path, left: bytes) -> None:
    path = tmp_path / "articles.jsonl"
    path.write_bytes(b'{"info_code": "1"}\n' + left)
    with path.open("ab") as file:
        exporter = JsonLines(file, encoding="utf-8")
        exporter.export_item(article(1))
    lines = [json.loads(line) for line in path.read_bytes().splitlines()]
    assert len(lines) == 2 + left.endswith(b"}")
    assert lines[-1]["title"] == "第1篇"


@pytest.mark.parametrize("name", ["xml", "pickle", "marshal"])
def test_formats_that_would_contain_items_instead_of_records_are_refused(
    scrapy: Scrapy, tmp_path: Path, name: str
) -> None:
    run = scrapy("crawl", "channel", "-O", str(tmp_path / f"articles.{name}"))
    assert run.status == ExitStatus.ARGUMENTS
    assert not list(tmp_path.glob("articles*"))


@pytest.mark.parametrize("title", ["=1+1", "+86", "-5%", "@SUM(A1)", "\t=1", "＝1+1"])
def test_a_csv_cell_is_no_formula(title: str) -> None:
    file = io.BytesIO()
    feed = Csv(file)
    feed.start_exporting()
    feed.export_item(article(1, title=title))
    feed.finish_exporting()
    (row,) = csv.DictReader(io.StringIO(file.getvalue().decode("utf-8")))
    assert row["title"] == f"'{title}"
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in row.values())
