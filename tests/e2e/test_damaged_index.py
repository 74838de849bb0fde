"""Commands on an index with damaged rows or a damaged schema: one line that names the damage, and exit status 6."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from finews_crawler.testing.origin.server import RunningOrigin
from tests.support.scrapy_command import Scrapy

ALL_WELL, FINDINGS, NOT_WRITABLE = 0, 1, 6
CUT = """UPDATE article SET bodies = substr(bodies, 1, 20)
    WHERE info_code IN (SELECT info_code FROM article LIMIT 10)"""
NAMELESS = """UPDATE article SET tickers = '[{"symbol": "600050.SH"}]' WHERE rowid = 3"""


@pytest.fixture
def crawled(crawled_data: Path, origin: RunningOrigin, tmp_path: Path) -> Scrapy:
    return Scrapy.into_folder(shutil.copytree(crawled_data, tmp_path / "data")).at(origin.url)


def change(scrapy: Scrapy, statement: str) -> None:
    with closing(sqlite3.connect(scrapy.data / "index.sqlite")) as connection, connection:
        connection.execute(statement)


def test_a_refetch_of_damaged_articles_is_one_line_and_the_counts_balance(crawled: Scrapy) -> None:
    change(crawled, CUT)
    posts = {path.name: path.read_bytes() for path in crawled.posts.iterdir()}
    run = crawled("crawl", "channel", "-a", "refetch=1")
    assert run.status == NOT_WRITABLE
    assert "Traceback" not in run.log
    assert len([line for line in run.log.splitlines() if "ERROR" in line]) == 1, run.log
    (counts,) = run.summaries()
    assert counts["failed"] >= 10
    assert counts["found"] == sum(counts.values()) - counts["found"]
    assert {path.name: path.read_bytes() for path in crawled.posts.iterdir()} == posts
    audit = crawled("audit")
    assert (audit.status, audit.log.count("column bodies")) == (FINDINGS, 10), audit.log
    assert crawled("reindex", str(crawled.data)).status == ALL_WELL
    assert crawled("audit").status == ALL_WELL
    assert crawled("crawl", "channel", "-a", "refetch=1").status == ALL_WELL


@pytest.mark.parametrize(
    ("command", "statement", "words"),
    [
        (("runs",), "ALTER TABLE run RENAME COLUMN reason TO raeson", ("no such column: reason", "restore it")),
        (("export", "--format", "jsonl", "--out", "-"), NAMELESS, ("table article", "tickers", "finews reindex")),
        (("rebuild",), CUT, ("table article", "bodies", "finews reindex")),
        (("site", "build"), NAMELESS, ("table article", "tickers", "finews reindex")),
        (("audit",), "PRAGMA user_version = 0", ("no schema version", "restore it")),
    ],
)
def test_a_command_names_the_damage_and_its_repair(
    crawled: Scrapy, command: tuple[str, ...], statement: str, words: tuple[str, ...]
) -> None:
    if command == ("site", "build") and not shutil.which("jekyll"):
        pytest.skip("jekyll is not installed")
    change(crawled, statement)
    run = crawled(*command)
    lines = [line for line in run.log.splitlines() if not line.startswith("{")]
    assert (run.status, len(lines)) == (NOT_WRITABLE, 1), run.log
    assert [word for word in ("index.sqlite", *words) if word not in lines[0]] == []
