"""Cost of a site: a full build, and 100 new posts in an archive of 2,000 and of 20,000.

Run with ``make bench``. Needs jekyll; each build is a separate command, as in cron.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from finews_crawler.items import Article
from finews_crawler.pipelines.batching import BATCH_SIZE
from finews_crawler.site.theme_install import install_theme
from tests.benchmarks.bench_archive import articles, fill
from tests.support.paths import ROOT

SMALL, LARGE = 2_000, 20_000
NEW = 100
RUNS = 5


def build(data: Path) -> float:
    """Return the seconds of ``scrapy site build``."""
    began = time.perf_counter()
    command = [sys.executable, "-m", "scrapy", "site", "build"]
    subprocess.run(
        command, cwd=ROOT, env={**os.environ, "FINEWS_DATA_DIR": str(data)}, stdout=subprocess.PIPE, check=True
    )
    return time.perf_counter() - began


def made(data: Path, given: Sequence[Article]) -> Path:
    """Return an archive of *given* with its site built."""
    fill(data, given, BATCH_SIZE)
    install_theme(data / "site")
    print(f"full      {build(data):6.1f} s for {len(given):,} posts, {build(data):.1f} s when nothing has changed")
    return data


def main() -> None:
    # Newest first: the added posts are newer than the rest, and the same in both archives.
    given = list(articles(LARGE + RUNS * NEW))
    new, old = given[: RUNS * NEW], given[RUNS * NEW :]
    with tempfile.TemporaryDirectory() as name:
        archives = [made(Path(name) / str(size), old[:size]) for size in (SMALL, LARGE)]
        seconds: list[list[float]] = [[], []]
        for run in range(RUNS):
            batch = new[len(new) - (run + 1) * NEW : len(new) - run * NEW]
            for archive, times in zip(archives, seconds, strict=True):
                fill(archive, batch, BATCH_SIZE)
                times.append(build(archive))
        small, large = map(statistics.median, seconds)
        ratio = statistics.median(b / a for a, b in zip(*seconds, strict=True))
        print(f"{NEW} more  {small:6.1f} s beside {SMALL:,} posts, {large:.1f} s beside {LARGE:,}: {ratio:.2f} times")


if __name__ == "__main__":
    main()
