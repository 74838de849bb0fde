"""Cost of a channel crawl: articles a second, peak memory, and the second run over an unchanged upstream.

Run with ``make bench``. The origin runs in this process and the crawl in its own, so both share the machine.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from finews_crawler.config.model import HOST_SETTINGS
from finews_crawler.testing.origin.server import running_origin
from tests.benchmarks.own_peak import COMMAND
from tests.support.paths import ROOT
from tests.support.scrapy_command import HOSTS_OF_2022

ARTICLES = 500
RUNS = 3


def crawl(url: str, data: Path) -> tuple[float, int]:
    """Run a crawl; return wall seconds and peak memory in MiB."""
    hosts = {**dict.fromkeys(HOST_SETTINGS, ""), **dict.fromkeys(HOSTS_OF_2022, url)}
    environment = {**os.environ, **hosts, "FINEWS_DATA_DIR": str(data)}
    began = time.perf_counter()
    command = [sys.executable, "-c", COMMAND, "crawl", "channel", "-a", "count=500", "--nolog"]
    done = subprocess.run(command, cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE, check=True)
    return time.perf_counter() - began, int(done.stdout.split()[-1])


def main() -> None:
    first, second, peaks = [], [], []
    with running_origin(ARTICLES) as origin:
        for _ in range(RUNS):
            with tempfile.TemporaryDirectory() as folder:
                seconds, peak = crawl(origin.url, Path(folder))
                first.append(seconds)
                peaks.append(peak)
                second.append(crawl(origin.url, Path(folder))[0])
    seconds = statistics.median(first)
    print(f"first run   {ARTICLES} articles: {seconds:.1f} s, {ARTICLES / seconds:.0f} articles/s")
    print(f"second run  nothing new: {statistics.median(second):.1f} s")
    print(f"peak memory {statistics.median(peaks):.0f} MiB  (medians of {RUNS})")


if __name__ == "__main__":
    main()
