"""Programs that read an export in a loop while other exports replace it."""

from __future__ import annotations

import gzip
import json
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from lxml import etree

from finews_crawler.archive.archive import Archive
from finews_crawler.archive.query import ExportQuery
from finews_crawler.archive.snapshot import open_snapshot
from finews_crawler.commands.export import export_formats
from finews_crawler.exporters.export import MANIFEST, export_to_folder
from tests.exporters.export_archives import FIRST, archive_in, article, store

FORMATS = export_formats()
EXPORTS, MONTHS = 25, 12
COUNT_IN_A_LOOP = """
import json, sys, duckdb
from pathlib import Path
folder, stop = map(Path, sys.argv[1:])
query = f"SELECT count(*), count(DISTINCT info_code) FROM read_parquet('{folder}/articles/*/*.parquet')"
database = duckdb.connect()

def manifest():
    try:
        return (folder / "manifest.json").read_bytes()
    except FileNotFoundError:
        return None

def read():
    before = manifest()
    try:
        counts = database.execute(query).fetchone()
    except duckdb.IOException:
        counts = None, None
    return *counts, before is not None and before == manifest()

answers = [read()]
print("reading", flush=True)
while len(answers) < 1000 or not stop.exists():
    answers.append(read())
print(json.dumps(answers))
"""


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    archive = archive_in(tmp_path / "data")
    yield archive
    archive.close()


def grow(archive: Archive, numbers: range, *, months: int = MONTHS) -> None:
    """Archive articles, published in turn in each of the last *months*."""
    last = MONTHS - 1
    times = {number: FIRST + timedelta(days=30 * (last - number % months), minutes=number) for number in numbers}
    store(archive, *(article(number, published_at=time, media_name="证券时报") for number, time in times.items()))


def export(archive: Archive, format_name: str, folder: Path, query: ExportQuery | None = None) -> int:
    with open_snapshot(archive.index, query or ExportQuery()) as snapshot:
        manifest = export_to_folder(snapshot, FORMATS[format_name](archive.addresses), folder)
    assert isinstance(manifest["records"], int)
    return manifest["records"]


class Reading:
    """Answers of DuckDB: records, distinct infoCodes, and whether the manifest was the same before and after.

    Numbers are None if a file that DuckDB had found was gone when it opened it.
    """

    def __init__(self) -> None:
        self.answers: list[tuple[int | None, int | None, bool]] = []


@contextmanager
def reading(folder: Path, stop: Path) -> Iterator[Reading]:
    command = [sys.executable, "-c", COUNT_IN_A_LOOP, str(folder), str(stop)]
    found = Reading()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as reader:
        assert reader.stdout is not None
        assert reader.stdout.readline() == "reading\n"
        try:
            yield found
        finally:
            stop.touch()
        found.answers = [tuple(answer) for answer in json.loads(reader.stdout.read())]


@pytest.mark.parametrize("new_articles", [0, 3], ids=["the same records", "new articles in the last month"])
def test_duckdb_counts_one_export_while_others_replace_it(archive: Archive, tmp_path: Path, new_articles: int) -> None:
    grow(archive, range(120))
    folder, valid = tmp_path / "out", set[int]()
    valid.add(export(archive, "parquet", folder))
    with reading(folder, tmp_path / "stop") as found:
        for first in range(120, 120 + EXPORTS * 3, 3):
            grow(archive, range(first, first + new_articles), months=1)
            valid.add(export(archive, "parquet", folder))
            time.sleep(1 / 20)
    assert [counts for *counts, _ in found.answers if counts[0] not in valid or counts[0] != counts[1]] == []


def test_answers_between_two_equal_manifests_are_of_one_export(archive: Archive, tmp_path: Path) -> None:
    """Every export changes several months, and every other one has fewer of them: readers may open files of two."""
    grow(archive, range(120))
    folder, valid = tmp_path / "out", set[int]()
    valid.add(export(archive, "parquet", folder))
    half = ExportQuery(since=(FIRST + timedelta(days=180)).date())
    with reading(folder, tmp_path / "stop") as found:
        for rounds in range(EXPORTS):
            grow(archive, range(120 + rounds * MONTHS, 120 + (rounds + 1) * MONTHS))
            valid.add(export(archive, "parquet", folder, half if rounds % 2 else None))
            time.sleep(1 / 20)
    whole = [counts for *counts, is_same in found.answers if is_same]
    assert len(whole) > len(found.answers) / 2
    assert [counts for counts in whole if counts[0] not in valid or counts[0] != counts[1]] == []


def lines_of(folder: Path) -> int:
    return len(gzip.decompress((folder / "articles.jsonl.gz").read_bytes()).splitlines())


def rows_of(folder: Path) -> int:
    with closing(sqlite3.connect(f"file:{folder / 'articles.sqlite'}?mode=ro", uri=True)) as database:
        (number,) = database.execute("SELECT count(*) FROM article").fetchone()
    return int(number)


def entries_of(folder: Path) -> int:
    feeds = [etree.parse(path) for path in folder.glob("media/*.atom")]
    return sum(len(feed.findall("{*}entry")) for feed in feeds)


def warc_records_of(folder: Path) -> int:
    return gzip.decompress((folder / "articles.warc.gz").read_bytes()).count(b"WARC-Type: resource\r\n")


@pytest.mark.parametrize(
    ("format_name", "read"),
    [("jsonl", lines_of), ("sqlite", rows_of), ("atom", entries_of), ("warc", warc_records_of)],
)
def test_readers_of_every_format_see_whole_files(
    archive: Archive, tmp_path: Path, format_name: str, read: Callable[[Path], int]
) -> None:
    grow(archive, range(30))
    folder, valid = tmp_path / "out", set[int]()
    valid.add(export(archive, format_name, folder))
    answers: list[Any] = []
    ended = Event()

    def keep_reading() -> None:
        while not ended.is_set():
            try:
                answers.append(read(folder))
            except Exception as error:  # noqa: BLE001 (any error is a wrong answer)
                answers.append(repr(error))

    reader = Thread(target=keep_reading)
    reader.start()
    for rounds in range(EXPORTS):
        grow(archive, range(30 + rounds, 31 + rounds))
        valid.add(export(archive, format_name, folder))
    ended.set()
    reader.join()
    assert answers
    assert [answer for answer in answers if answer not in valid] == []
    assert json.loads((folder / MANIFEST).read_bytes())["records"] in valid
