"""Peak memory of a long crawl, which must not grow with the number of articles.

Run with ``make bench``, or with other sizes: ``python -m tests.benchmarks.bench_memory 10000 100000``, which takes
half an hour. ``share`` gets every infoCode; ``category`` follows the archive's pages, with two requests an article.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from finews_crawler.config.model import HOST_SETTINGS
from finews_crawler.testing.origin.articles import generate
from finews_crawler.testing.origin.server import running_origin
from tests.benchmarks.own_peak import COMMAND
from tests.support.paths import ROOT
from tests.support.scrapy_command import HOSTS_OF_2022

SIZES = (1_000, 10_000)


def crawl(spider: str, number: int) -> int:
    """Crawl *number* articles; return the peak memory in MiB."""
    articles = list(generate(number, seed=1))
    with tempfile.TemporaryDirectory() as folder, running_origin(articles=articles) as origin:
        codes = Path(folder, "codes.txt")
        codes.write_text("\n".join(article.info_code for article in articles), encoding="utf-8")
        data = Path(folder, "data")
        hosts = {**dict.fromkeys(HOST_SETTINGS, ""), **dict.fromkeys(HOSTS_OF_2022, origin.url)}
        environment = {**os.environ, **hosts, "FINEWS_DATA_DIR": str(data)}
        arguments = [spider, "-a", "all=1" if spider == "category" else f"file={codes}"]
        began = time.perf_counter()
        command = [sys.executable, "-c", COMMAND, "crawl", *arguments, "-s", "LOG_LEVEL=ERROR"]
        done = subprocess.run(command, cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE, check=False)
        seconds, peak = time.perf_counter() - began, int(done.stdout.split()[-1])
        posts = sum(1 for _ in (data / "site" / "_posts").iterdir())
        requests = origin.stats()["total"]
    cost = f"{requests:7} requests, {peak:4} MiB, {seconds:.0f} s"
    print(f"{spider:8} {number:7} listed, {posts:7} posts: {cost}", flush=True)
    return peak


def main() -> None:
    sizes = tuple(map(int, sys.argv[1:])) or SIZES
    for spider in ("share", "category"):
        peaks = [crawl(spider, number) for number in sizes]
        print(f"{spider:8} largest peak / smallest: {max(peaks) / min(peaks):.2f}", flush=True)


if __name__ == "__main__":
    main()
