"""The examples of docs/exports.md run unchanged and return the data of the archive."""

from __future__ import annotations

import re
import shlex
import sqlite3
import subprocess
import sys
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import pytest

from finews_crawler.commands.export import export_formats
from tests.exporters.export_archives import archive_in, records
from tests.support.paths import ROOT
from tests.support.scrapy_command import Scrapy

DOCUMENT = (ROOT / "docs" / "exports.md").read_text(encoding="utf-8")
SECTION = DOCUMENT[: DOCUMENT.index("\n## Formats\n")]
COMMANDS = re.findall(r"`finews (export [^`]+)`", SECTION)
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", SECTION, re.MULTILINE | re.DOTALL)


def block(kind: str, holding: str) -> str:
    (found,) = (text for language, text in BLOCKS if language == kind and holding in text)
    return found


@pytest.fixture(scope="module")
def exported(crawled_data: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[dict[str, Any]]]:
    """Return a folder with the documented exports, except the one with a cursor, and the records of the archive."""
    folder = tmp_path_factory.mktemp("examples")
    scrapy = Scrapy.into_folder(crawled_data)
    for line in COMMANDS:
        words = shlex.split(line)
        if "--after" in words:
            continue
        words[-1] = str(folder / words[-1])
        run = scrapy(*words)
        assert run.status == 0, run.log
    archive = archive_in(crawled_data)
    found = records(archive)
    archive.close()
    return folder, found


def naming(found: list[dict[str, Any]], symbol: str) -> list[dict[str, Any]]:
    return [record for record in found if symbol in {ticker["symbol"] for ticker in record["tickers"]}]


def test_the_duckdb_example_counts_by_day(
    exported: tuple[Path, list[dict[str, Any]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, found = exported
    monkeypatch.chdir(folder)
    result = dict(duckdb.sql(block("sql", "read_parquet")).fetchall())
    assert result == Counter(record["day"] for record in naming(found, "600050.SH"))
    assert result


def test_the_pandas_example_counts_tickers(exported: tuple[Path, list[dict[str, Any]]]) -> None:
    folder, found = exported
    done = subprocess.run(
        [sys.executable, "-c", block("python", "pandas.read_parquet")],
        cwd=folder,
        text=True,
        capture_output=True,
        check=True,
    )
    lines = re.findall(r"^(\S+\.\w+|BK\d+) +(\d+)$", done.stdout, re.MULTILINE)
    counts = {symbol: int(number) for symbol, number in lines}
    named = Counter(symbol for record in found for symbol in {ticker["symbol"] for ticker in record["tickers"]})
    assert sorted(counts.values(), reverse=True) == [number for _, number in named.most_common(10)]
    assert counts.items() <= named.items()


def test_the_shell_example_counts_articles(exported: tuple[Path, list[dict[str, Any]]]) -> None:
    folder, found = exported
    done = subprocess.run(["sh", "-c", block("sh", "zgrep")], cwd=folder, text=True, capture_output=True, check=True)
    assert int(done.stdout) == len(naming(found, "600050.SH")) > 0


def test_the_search_example_finds_a_word(exported: tuple[Path, list[dict[str, Any]]]) -> None:
    folder, found = exported
    query, word = block("sql", "article_search"), "净利润"
    assert word in query
    with closing(sqlite3.connect(folder / "exports/sqlite/articles.sqlite")) as connection:
        result = connection.execute(query).fetchall()
    assert result
    assert result == [
        (record["day"].isoformat(), record["title"])
        for record in found
        if word in record["title"] or word in record["text"]
    ]


def test_every_format_has_a_documented_command() -> None:
    documented = {line.split("--format ")[1].split()[0] for line in COMMANDS}
    assert documented == export_formats().keys()
