"""``scrapy demo``: crawl the embedded origin with all three spiders, in less than a minute."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from finews_crawler.cli import ArchiveCommand
from finews_crawler.config.model import HOST_SETTINGS
from finews_crawler.config.values import read, whole_number
from finews_crawler.stats import Count
from finews_crawler.utils.terminal import echo

ARTICLES = 400
SHARED = 20
"""Number of articles that the demonstration fetches by share link: the oldest, which few channels still list."""
MOST_ARTICLES = 1_000_000
PROGRESS_SECONDS = 5


class Command(ArchiveCommand):
    """Runs the commands that a user would run, each in a process of its own."""

    description = "Crawl the embedded origin with all three spiders, into data/demo"
    example = "scrapy demo --articles 400 --data data/demo"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--articles", default=str(ARTICLES), metavar="N", help=f"default: {ARTICLES}")
        parser.add_argument("--data", default="data/demo", metavar="DIR", help="data directory of the archive")

    def execute(self, args: list[str], opts: argparse.Namespace) -> int:
        from finews_crawler.testing.origin.server import running_origin

        articles = read("--articles", opts.articles, whole_number(MOST_ARTICLES, least=SHARED))
        data = Path(opts.data)
        with running_origin(articles) as origin, tempfile.TemporaryDirectory() as scratch:
            echo(f"embedded origin: {origin.url} with {articles} articles", "")
            codes = Path(scratch) / "codes.txt"
            codes.write_text("\n".join(article.info_code for article in origin.articles[-SHARED:]), encoding="utf-8")
            environment = {**os.environ, **dict.fromkeys(HOST_SETTINGS, origin.url), "FINEWS_DATA_DIR": str(data)}
            summaries = [
                run_crawl(arguments, environment, Path(scratch) / "summary.json")
                for arguments in (["channel"], ["share", "-a", f"file={codes}"], ["category", "-a", "all=1"])
            ]
        columns = [count.value for count in Count] + ["requests"]
        echo("", "spider".ljust(10) + "".join(name.rjust(10) for name in columns))
        for summary in summaries:
            echo(str(summary["spider"]).ljust(10) + "".join(str(summary[name]).rjust(10) for name in columns))
        print_next_steps(data)
        return max(summary["exit_status"] for summary in summaries)


def run_crawl(arguments: list[str], environment: dict[str, str], summary: Path) -> dict[str, int]:
    """Run ``scrapy crawl``, with its log on standard error; return its summary."""
    echo(f"$ scrapy crawl {' '.join(arguments)}")
    command = [sys.executable, "-m", "scrapy", "crawl", *arguments, "-s", f"FINEWS_PROGRESS_SECONDS={PROGRESS_SECONDS}"]
    status = subprocess.run(command, env={**environment, "FINEWS_SUMMARY_FILE": str(summary)}, check=False).returncode
    if not summary.exists():
        sys.exit(status or 1)
    counts: dict[str, int] = json.loads(summary.read_text(encoding="utf-8"))
    summary.unlink()
    return counts


def print_next_steps(data: Path) -> None:
    posts = data / "site" / "_posts"
    number = sum(1 for _ in posts.glob("*.md"))
    echo(
        "",
        f"{number} posts in {posts}, category files in {posts.with_name('category')}, index {data / 'index.sqlite'}",
        "",
        "As a site (it needs jekyll, and says how to install it):",
        f"  export FINEWS_DATA_DIR={data}; .venv/bin/scrapy site build; .venv/bin/scrapy site serve",
        "",
        "The same from the real hosts, into data/ (the URLs of the lists change: put in the current ones):",
        "  FINEWS_CHANNELS_URL=http://HOST FINEWS_MARKET_URL=http://HOST .venv/bin/scrapy crawl channel",
    )
