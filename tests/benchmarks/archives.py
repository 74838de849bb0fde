"""Archives for the benchmarks, each filled by the crawl of the tree that reads it."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from tests.benchmarks.crawls import origin_files
from tests.benchmarks.measure import BenchmarkError, run
from tests.benchmarks.nginx import serving
from tests.benchmarks.report import ROOT
from tests.benchmarks.scratch import new_folder
from tests.benchmarks.trees import CACHE, Tree


def archive(tree: Tree, count: int) -> Path:
    """Return the data directory of a crawl of *count* articles, kept for this state of the tree. Do not change it."""
    data = CACHE / f"archive-{tree.name}-{count}-{tree.fingerprint()}"
    if not data.is_dir():
        _forget(f"archive-{tree.name}-{count}-*")
        print(f"crawling {data} (once for these files)", file=sys.stderr, flush=True)
        part = data.with_name(f"{data.name}.part")
        shutil.rmtree(part, ignore_errors=True)
        crawl_into(part, tree, origin_files(count))
        part.rename(data)
    return data


def crawl_into(data: Path, tree: Tree, files: Path) -> None:
    """Crawl all articles of *files*. Raises BenchmarkError if some are missing."""
    with serving(files) as server:
        settings = {**tree.at(server.url), "FINEWS_DATA_DIR": data}
        tree.finews("crawl", "share", "-a", f"file={server.codes}", **settings)
    posts, expected = count_posts(data), len((files / "codes.txt").read_text(encoding="ascii").split())
    if posts != expected:
        raise BenchmarkError(f"{posts} posts of {expected} articles")


@contextmanager
def copied(data: Path) -> Iterator[Path]:
    """Yield a copy of a data directory that may be changed."""
    yield Path(shutil.copytree(data, new_folder() / "data"))


def count_posts(data: Path) -> int:
    return sum(1 for _ in (data / "site" / "_posts").glob("*"))


def large_index(data: Path, tree: Tree, rows: int) -> Path:
    """Return an index of *rows* rows that repeat those of *data*, kept for a day and for this schema. Do not change it.

    It has no posts.
    """
    with closing(sqlite3.connect(data / "index.sqlite")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        schema = repr(connection.execute("SELECT sql FROM sqlite_schema ORDER BY name").fetchall())
    digest = hashlib.sha256(schema.encode()).hexdigest()[:8]
    index = CACHE / f"rows-{tree.name}-{rows}-{digest}-{datetime.now(UTC):%Y%m%d}.sqlite"
    if not index.exists():
        _forget(f"rows-{tree.name}-{rows}-*")
        part = index.with_suffix(".part")
        shutil.copyfile(data / "index.sqlite", part)
        run([sys.executable, "-m", "tests.benchmarks.index_rows", part, f"{rows}"], cwd=ROOT)
        part.rename(index)
    return index


def _forget(pattern: str) -> None:
    for old in CACHE.glob(pattern):
        old.rename(new_folder() / old.name)
