"""Cost of exports at two archive sizes: seconds, peak memory (equal at both, since they stream), bytes.

Run with ``make bench``, or with sizes: ``python -m tests.benchmarks.bench_export 10000 50000``. DuckDB's number of
articles a day that mention 600050.SH is compared with the origin's.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from datetime import date
from pathlib import Path

import duckdb

from finews_crawler.pipelines.batching import BATCH_SIZE
from finews_crawler.testing.origin.articles import generate
from finews_crawler.testing.origin.body_generator import DrawnBodies, opening
from tests.benchmarks.bench_archive import articles, fill
from tests.benchmarks.own_peak import COMMAND
from tests.support.paths import ROOT

SIZES = (2_000, 10_000)
EXPORTS = (
    ("jsonl", "--compress", "none"),
    ("jsonl", "--compress", "gzip"),
    ("jsonl", "--compress", "zstd"),
    ("parquet",),
    ("sqlite",),
    ("atom", "--by", "medium"),
    ("atom", "--by", "ticker"),
    ("warc",),
)
QUESTION = """SELECT day, count(*) FROM read_parquet('{}/articles/*/*.parquet')
    WHERE list_contains(list_transform(tickers, lambda ticker: ticker.symbol), '600050.SH') GROUP BY day"""


def export(data: Path, folder: Path, *arguments: str) -> None:
    """Run an export; return wall seconds, peak memory and size."""
    environment = {**os.environ, "FINEWS_DATA_DIR": str(data)}
    command = [sys.executable, "-c", COMMAND, "export", "--out", str(folder), "--format", *arguments]
    began = time.perf_counter()
    done = subprocess.run(command, cwd=ROOT, env=environment, text=True, capture_output=True, check=True)
    seconds, peak = time.perf_counter() - began, done.stdout.split()[-1]
    manifest = json.loads((folder / "manifest.json").read_bytes())
    size = sum(file["bytes"] for file in manifest["files"])
    what = " ".join(word for word in arguments if not word.startswith("--"))
    print(f"  {what:14} {seconds:6.1f} s, {peak:>4} MiB, {size / 1e6:7.1f} MB in {len(manifest['files'])} files")


def truth(count: int) -> Counter[date]:
    """Return the number of articles a day in which the origin placed the K-line of 600050."""
    named: Counter[date] = Counter()
    for article in generate(count, 1):
        if isinstance(article.body, DrawnBodies) and 'data-code="600050|' in opening(article.body.index):
            named[date.fromisoformat(article.showtime[:10])] += 1
    return named


def main(sizes: list[int]) -> None:
    for count in sizes:
        with tempfile.TemporaryDirectory() as name:
            data = Path(name) / "data"
            fill(data, articles(count), BATCH_SIZE)
            print(f"{count} articles, an index of {(data / 'index.sqlite').stat().st_size / 1e6:.0f} MB")
            for arguments in EXPORTS:
                export(data, Path(name) / "-".join(arguments), *arguments)
            answer = dict(duckdb.sql(QUESTION.format(Path(name) / "parquet")).fetchall())
            assert answer == truth(count), "DuckDB's answer is not the origin's"
            print(f"  DuckDB: 600050.SH on {len(answer)} days in {sum(answer.values())} articles, as the origin has it")


if __name__ == "__main__":
    main([int(word) for word in sys.argv[1:]] or list(SIZES))
