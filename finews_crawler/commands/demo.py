"""``finews demo``: crawl the lists, articles and categories of the embedded origin, in less than a minute."""

from __future__ import annotations

import argparse
import json
import os
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

from finews_crawler.cli import ArchiveCommand
from finews_crawler.config.model import HOST_SETTINGS
from finews_crawler.config.values import read, whole_number
from finews_crawler.sources import eastmoney, eastmoney_web, finews_site
from finews_crawler.stats import Count
from finews_crawler.utils import clock
from finews_crawler.utils.program import called_as
from finews_crawler.utils.terminal import echo

ARTICLES = 400
SHARED = 20
"""Number of articles that the demonstration fetches by share link: the oldest, which few channels still list."""
MOST_ARTICLES = 1_000_000
PROGRESS_SECONDS = 5
AGE_OF_NEWEST = timedelta(minutes=3)
"""The articles are dated relative to now, so that reports of the last days show them."""
TODAY = (*eastmoney_web.SOURCE.hosts, *finews_site.SOURCE.hosts)
THEN = (*eastmoney.SOURCE.hosts, *finews_site.SOURCE.hosts)


class DemoRun(NamedTuple):
    """One crawl of the demonstration."""

    title: str
    """First column of the table."""
    arguments: Sequence[str]
    hosts: Sequence[str]
    """The host settings that are set; all others are empty."""


class Command(ArchiveCommand):
    """Runs the commands that a user would run, each in a process of its own."""

    description = "Crawl the lists, single articles and categories of the embedded origin into data/demo"
    examples = ("finews demo", "finews demo --articles 400 --data data/demo")

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--articles", default=str(ARTICLES), metavar="N", help=f"default: {ARTICLES}")
        parser.add_argument("--data", default="data/demo", metavar="DIR", help="data directory of the archive")

    def execute(self, args: list[str], opts: argparse.Namespace) -> int:
        from finews_crawler.testing.origin.articles import generate
        from finews_crawler.testing.origin.server import running_origin

        number = read("--articles", opts.articles, whole_number(MOST_ARTICLES, least=SHARED))
        data = Path(opts.data)
        articles = generate(number, seed=1, newest=clock.now() - AGE_OF_NEWEST)
        with running_origin(articles=articles) as origin, tempfile.TemporaryDirectory() as scratch:
            echo(f"embedded origin: {origin.url} with {number} articles, the newest of {articles[0].showtime}", "")
            codes = Path(scratch) / "codes.txt"
            codes.write_text("\n".join(article.info_code for article in articles[-SHARED:]), encoding="utf-8")
            runs = demo_runs(codes)
            summaries = [run_crawl(run, origin.url, data, Path(scratch) / "summary.json") for run in runs]
        echo("", *table([(run.title, summary) for run, summary in zip(runs, summaries, strict=True)]))
        print_next_steps(data, sum(summary[Count.NEW] for summary in summaries))
        return max(summary["exit_status"] for summary in summaries)


def demo_runs(codes: Path) -> list[DemoRun]:
    """Return the crawls: both generations of lists, which have the same articles, then single ones and the archive."""
    return [
        DemoRun("channel, today", ["channel"], TODAY),
        DemoRun("channel, 2022", ["channel"], THEN),
        DemoRun("share", ["share", "-a", f"file={codes}"], TODAY),
        DemoRun("category", ["category", "-a", "all=1"], TODAY),
    ]


def run_crawl(run: DemoRun, url: str, data: Path, summary: Path) -> dict[str, int]:
    """Run ``finews crawl``, with its log on standard error; return its summary."""
    echo(f"$ finews crawl {' '.join(run.arguments)}    # {run.title}")
    environment = {**os.environ, **dict.fromkeys(HOST_SETTINGS, ""), **dict.fromkeys(run.hosts, url)}
    environment |= {"FINEWS_DATA_DIR": str(data), "FINEWS_SUMMARY_FILE": str(summary)}
    progress = f"FINEWS_PROGRESS_SECONDS={PROGRESS_SECONDS}"
    command = [sys.executable, "-m", "finews_crawler", "crawl", *run.arguments, "-s", progress]
    status = subprocess.run(command, env=environment, check=False).returncode
    if not summary.exists():
        sys.exit(status or 1)
    counts: dict[str, int] = json.loads(summary.read_text(encoding="utf-8"))
    summary.unlink()
    return counts


def table(rows: Sequence[tuple[str, dict[str, int]]]) -> list[str]:
    """Return a line of column names, and one for each crawl.

    >>> counts = {**{count.value: 0 for count in Count}, "found": 2, "held": 2, "requests": 3}
    >>> [line.split() for line in table([("share", counts)])][1]
    ['share', '2', '0', '0', '0', '2', '0', '0', '0', '3']
    """
    columns = [count.value for count in Count] + ["requests"]
    lines = ["spider".ljust(16) + "".join(name.rjust(10) for name in columns)]
    return lines + [
        title.ljust(16) + "".join(str(counts[name]).rjust(10) for name in columns) for title, counts in rows
    ]


def print_next_steps(data: Path, new: int) -> None:
    finews = called_as()
    posts = data / "site" / "_posts"
    number = sum(1 for _ in posts.glob("*.md"))
    echo(
        "",
        f"{number} posts in {posts}, category files in {posts.with_name('category')}, index {data / 'index.sqlite'}",
        f"The four runs found {new} new articles: what several of them list is archived once.",
        "",
        "What is there, and as a site (it needs jekyll, and says how to install it):",
        f"  export FINEWS_DATA_DIR={shlex.quote(str(data))}; {finews} runs; {finews} coverage",
        f"  {finews} site build; {finews} site serve",
        "",
        "Today's news from Eastmoney's public web site, into data/ (new terminal; doctor checks that it responds):",
        f"  {finews} doctor; {finews} crawl channel",
    )
