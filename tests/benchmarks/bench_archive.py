"""Cost of an archive of 20,000 posts: batched against single writes, and each command over the whole archive.

Run with ``make bench``. Each command runs in its own process and reports its peak memory.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

from finews_crawler.archive.archive import Archive
from finews_crawler.articles.derive import derive
from finews_crawler.articles.links import PostUrls
from finews_crawler.config.data_directory import DataDirectory
from finews_crawler.items import Article
from finews_crawler.pipelines.batching import BATCH_SIZE
from finews_crawler.sources.eastmoney.news_text import parse_news_text
from finews_crawler.testing.origin.articles import generate
from finews_crawler.testing.origin.share_site import news_text
from finews_crawler.utils.clock import now
from tests.benchmarks.own_peak import COMMAND
from tests.support.paths import ROOT

POSTS = 20_000
GROUPED = 1_000
RUNS = 3
ADDRESSES = PostUrls()


def articles(count: int) -> Iterator[Article]:
    """Return articles ready to be stored."""
    for generated in generate(count, 1):
        article = parse_news_text(news_text(generated), generated.info_code).article
        if article is not None:
            article.first_seen_at = now()
            yield derive(article, ADDRESSES)[0]


def fill(data: Path, given: Iterable[Article], group_size: int) -> float:
    """Store articles; return the seconds taken."""
    archive, rest = Archive(DataDirectory(data), ADDRESSES), iter(given)
    began = time.perf_counter()
    while group := list(islice(rest, group_size)):
        archive.store(group)
    archive.close()
    return time.perf_counter() - began


def compare_groups(folder: Path, given: Sequence[Article]) -> None:
    ratios, grouped = [], []
    for run in range(RUNS):
        single = fill(folder / f"single-{run}", given, 1)
        grouped.append(fill(folder / f"grouped-{run}", given, BATCH_SIZE))
        ratios.append(single / grouped[-1])
    seconds, ratio = statistics.median(grouped), statistics.median(ratios)
    print(f"store     {len(given) / seconds:6.0f} posts/s in groups of {BATCH_SIZE}, {ratio:.1f} times one by one")


def measure(data: Path, *arguments: str) -> None:
    """Run a command on the archive; return wall seconds and peak memory."""
    began = time.perf_counter()
    environment = {**os.environ, "FINEWS_DATA_DIR": str(data)}
    command = [sys.executable, "-c", COMMAND, *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE, check=True)
    *_, said, peak = done.stdout.splitlines()
    print(f"{arguments[0]:8}  {time.perf_counter() - began:6.1f} s, {peak} MiB: {said}")


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        compare_groups(folder, list(articles(GROUPED)))
        data = folder / "data"
        fill(data, articles(POSTS), BATCH_SIZE)
        measure(data, "audit")
        (data / "index.sqlite").unlink()
        measure(data, "reindex", str(data))
        measure(data, "reindex", str(data))
        shutil.rmtree(data / "site")
        measure(data, "rebuild")
        measure(data, "retire", "--keep-days", "3", "--yes")


if __name__ == "__main__":
    main()
