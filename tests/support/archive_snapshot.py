"""Interrupted crawls, and checks that the archive is whole whatever interrupted them."""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from finews_crawler.testing.origin.articles import MEDIA, OriginArticle, generate
from finews_crawler.utils.temporary_files import SUFFIX
from tests.support.paths import ROOT
from tests.support.scrapy_command import SCRAPY, Run, Scrapy

CRAWL = ("crawl", "channel", "-a", "count=500")
LIST_LENGTH = 500
"""The most rows that a list of upstream returns."""
SECONDS_A_CRAWL_NEVER_TAKES = 300
SECONDS_BETWEEN_LOOKS = 0.0005
SHOWN = 120
"""Characters shown of a row that differs."""


def listed_articles(count: int, seed: int, untitled: int = 0) -> list[OriginArticle]:
    """Return *count* articles that one crawl of the channels lists completely, and *untitled* articles without title.

    Those that ``media`` has no room for are ``market``'s. One without a title can be no post: it belongs into
    ``rejected.jsonl``.
    """
    every, articles, in_media = count // untitled if untitled else 0, [], 0
    for index, article in enumerate(generate(count + untitled, seed)):
        channels, market = article.channels, frozenset({f"market:{37 + index % 3}"})
        if every and index % (every + 1) == every:
            articles.append(dataclasses.replace(article, channels=market, title=""))
            continue
        in_media += MEDIA in channels
        channels = (channels - {MEDIA}) | market if MEDIA in channels and in_media > LIST_LENGTH else channels
        articles.append(dataclasses.replace(article, channels=channels))
    return articles


@dataclass
class Started:
    """A running ``scrapy`` command; its output goes to a file beside its data directory."""

    scrapy: Scrapy
    process: subprocess.Popen[bytes]
    output: Path

    @property
    def is_over(self) -> bool:
        return self.process.poll() is not None

    def wait_for(self, has_happened: Callable[[], bool]) -> bool:
        """Return True if the condition was met before the command ended."""
        while not has_happened():
            if self.is_over:
                return False
            time.sleep(SECONDS_BETWEEN_LOOKS)
        return True

    def wait_for_posts(self, number: int) -> bool:
        return self.wait_for(lambda: len(posts_of(self.scrapy.data)) >= number)

    def kill(self, signal_number: int) -> None:
        """Send a signal to this process only."""
        self.process.send_signal(signal_number)

    def end(self, seconds: float = SECONDS_A_CRAWL_NEVER_TAKES) -> Run:
        """Wait for the end, *seconds* at most; return the status, negative for a signal."""
        self.process.wait(timeout=seconds)
        return Run(self.process.returncode, self.output.read_text(encoding="utf-8"))


def start(scrapy: Scrapy, *arguments: str) -> Started:
    """Start a ``scrapy`` command without waiting for it."""
    command = [*scrapy.prefix, sys.executable, "-c", SCRAPY, *arguments]
    scrapy.data.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(prefix=f"{scrapy.data.name}-", suffix=".log", dir=scrapy.data.parent)
    with open(descriptor, "wb") as output:  # noqa: PTH123 (a descriptor has no path)
        process = subprocess.Popen(
            command, cwd=ROOT, env=scrapy.environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output
        )
    return Started(scrapy, process, Path(name))


def posts_of(data: Path, suffix: str = ".md") -> set[str]:
    """Return the names of the posts in a data directory that a crawl may be writing."""
    try:
        with os.scandir(data / "site" / "_posts") as entries:
            return {entry.name for entry in entries if entry.name.endswith(suffix)}
    except FileNotFoundError:
        return set()


def parts_of(data: Path) -> set[str]:
    """Return the names of the temporary files beside the posts."""
    return posts_of(data, SUFFIX)


@dataclass(frozen=True)
class Contents:
    """The content of a data directory, without the archive's own timestamps."""

    files: dict[str, bytes]
    """Every file by path, except the index, ``rejected.jsonl`` and the statistics in ``cache``, which have the time of
    their own run: no other file may be left over."""
    rejected: list[dict[str, Any]]
    rows: dict[str, list[dict[str, Any]]]
    """Rows of each table of the index."""

    @classmethod
    def of(cls, data: Path) -> Contents:
        paths = [path for path in sorted(data.rglob("*")) if path.is_file()]
        apart = {data / "index.sqlite", data / "rejected.jsonl", data / "cache" / "rhythms.json"}
        files = {path.relative_to(data).as_posix(): path.read_bytes() for path in paths if path not in apart}
        return cls(files, rejected_lines(data), index_rows(data))

    def differences(self, other: Contents) -> list[str]:
        """Return a line for each difference to *other*."""
        found = [*_differing(self.files, other.files)]
        found += _differing(_counted(self.rejected), _counted(other.rejected))
        for table in sorted({*self.rows, *other.rows}):
            mine, others = (_counted(contents.rows.get(table, [])) for contents in (self, other))
            found += [f"{table}: {line}" for line in _differing(mine, others)]
        return found


def _differing(expected: Mapping[str, Any], given: Mapping[str, Any]) -> list[str]:
    missing = [f"missing: {name[:SHOWN]}" for name in expected.keys() - given.keys()]
    surplus = [f"too much: {name[:SHOWN]}" for name in given.keys() - expected.keys()]
    changed = [f"differs: {name[:SHOWN]}" for name in expected.keys() & given.keys() if expected[name] != given[name]]
    return sorted(missing + surplus + changed)


def _counted(records: list[dict[str, Any]]) -> Counter[str]:
    """Count each record; its key is the first element."""
    return Counter(json.dumps(record, ensure_ascii=False, default=bytes.hex) for record in records)


def rejected_lines(data: Path) -> list[dict[str, Any]]:
    """Return the records of ``rejected.jsonl``. Raises JSONDecodeError for a partial line."""
    path = data / "rejected.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return [_without_moments(json.loads(line)) for line in lines]


def _without_moments(record: dict[str, Any]) -> dict[str, Any]:
    """Return *row* without the archive's own timestamps; the time of publication belongs to the article."""
    return {name: value for name, value in record.items() if not name.endswith("_at") or name == "published_at"}


OF_THIS_INDEX = ("run", "timeline", "sqlite_sequence")
"""Tables that differ between two indexes of the same articles."""


def index_rows(data: Path) -> dict[str, list[dict[str, Any]]]:
    """Return the rows about articles, from a copy: reading must not recover what the next run should."""
    with tempfile.TemporaryDirectory() as folder:
        for path in data.glob("index.sqlite*"):
            shutil.copy(path, folder)
        connection = sqlite3.connect(Path(folder) / "index.sqlite")
        try:
            connection.row_factory = sqlite3.Row
            assert [tuple(row) for row in connection.execute("PRAGMA integrity_check")] == [("ok",)]
            names = [row["name"] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            told = [name for name in names if name not in OF_THIS_INDEX]
            # The count matters; the numbers depend on the order of arrival.
            queries = {"change": "SELECT info_code, revision FROM change ORDER BY 1, 2"}
            rows = {name: connection.execute(queries.get(name, f"SELECT * FROM {name}")).fetchall() for name in told}
        finally:
            connection.close()
    return {name: [_without_moments(dict(row)) for row in found] for name, found in rows.items()}


def half_written(data: Path, truth: Contents) -> list[str]:
    """Return the visible posts and category files of *data* whose bytes differ from *truth*."""
    site = data / "site"
    paths = [path for path in sorted(site.rglob("*")) if path.suffix in (".md", ".html")]
    names = {path.relative_to(data).as_posix(): path.read_bytes() for path in paths}
    return [name for name, content in names.items() if truth.files.get(name) != content]


def not_as_reported(data: Path, run: Run, truth: Contents, held_before: int = 0) -> list[str]:
    """Return a line for each claim of a run or its index that does not hold.

    ``held_before``: how many articles were held before it.
    """
    rows = [row for row in index_rows(data).get("article", []) if row["is_written"]]
    found = [f"half-written: {name}" for name in half_written(data, truth)]
    found += [f"held, but not on disk: {row['post_path']}" for row in rows if not (data / row["post_path"]).is_file()]
    new = run.summaries()[-1]["new"] if run.summaries() else 0
    if len(rows) < held_before + new:
        found.append(f"{new} are reported as new, {held_before} were held before, and {len(rows)} are held now")
    return found


def audit_findings(scrapy: Scrapy) -> list[str]:
    """Return the findings of ``finews audit``."""
    run = scrapy("audit")
    return [] if run.status == 0 else [f"finews audit ended with {run.status}: {run.log[-2000:]}"]


def crawl_alone(scrapy: Scrapy, posts: int, *arguments: str) -> Contents:
    """Return the archive that an undisturbed crawl leaves."""
    run = scrapy(*arguments)
    assert run.status == 0, run.log
    assert len(posts_of(scrapy.data)) == posts
    return Contents.of(scrapy.data)
