"""``scrapy demo``: the whole of it in a minute: the embedded origin, crawled by all three spiders into a folder."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, ClassVar

from scrapy.commands import ScrapyCommand

from finews_crawler.cli import open_standard_streams
from finews_crawler.config.model import HOST_SETTINGS
from finews_crawler.stats import Count
from finews_crawler.utils.terminal import echo

ARTICLES = 400
SHARED = 20
"""How many articles the demonstration asks for by share link: the oldest, which few channels list any more."""
PROGRESS_SECONDS = 5


class Command(ScrapyCommand):
    """Runs what a user would run, as a user would run it."""

    requires_project = True
    requires_crawler_process = False
    default_settings: ClassVar[dict[str, Any]] = {"LOG_ENABLED": False}

    def short_desc(self) -> str:
        return "Crawl the embedded origin with all three spiders, into data/demo"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--articles", type=articles, default=ARTICLES, metavar="N", help=f"default {ARTICLES}")
        parser.add_argument("--data", default="data/demo", metavar="DIR", help="where to put the archive")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        from finews_crawler.testing.origin.server import running_origin

        open_standard_streams()
        data = Path(opts.data)
        with running_origin(opts.articles) as origin, tempfile.TemporaryDirectory() as scratch:
            echo(f"embedded origin: {origin.url} with {opts.articles} articles", "")
            codes = Path(scratch) / "codes.txt"
            codes.write_text("\n".join(article.info_code for article in origin.articles[-SHARED:]), encoding="utf-8")
            environment = {**os.environ, **dict.fromkeys(HOST_SETTINGS, origin.url), "FINEWS_DATA_DIR": str(data)}
            summaries = [
                run_crawl(arguments, environment, Path(scratch) / "summary.json")
                for arguments in (["channel"], ["share", "-a", f"file={codes}"], ["category", "-a", "all=1"])
            ]
        print_table(summaries)
        print_where(data)
        self.exitcode = max(summary["exit_status"] for summary in summaries)


def articles(text: str) -> int:
    """The value of ``--articles``; argparse turns the ValueError into a line of its own."""
    number = int(text)
    if number < SHARED:
        raise ValueError
    return number


def run_crawl(arguments: list[str], environment: dict[str, str], summary: Path) -> dict[str, int]:
    """One ``scrapy crawl``; its log goes to this command's own standard error."""
    echo(f"$ scrapy crawl {' '.join(arguments)}")
    command = [sys.executable, "-m", "scrapy", "crawl", *arguments, "-s", f"FINEWS_PROGRESS_SECONDS={PROGRESS_SECONDS}"]
    status = subprocess.run(command, env={**environment, "FINEWS_SUMMARY_FILE": str(summary)}, check=False).returncode
    if not summary.exists():
        sys.exit(status or 1)
    read: dict[str, int] = json.loads(summary.read_text(encoding="utf-8"))
    summary.unlink()
    return read


def print_table(summaries: list[dict[str, int]]) -> None:
    """What each spider found, and what became of it."""
    columns = [what.value for what in Count] + ["requests"]
    echo("", "spider".ljust(10) + "".join(name.rjust(10) for name in columns))
    for summary in summaries:
        echo(str(summary["spider"]).ljust(10) + "".join(str(summary[name]).rjust(10) for name in columns))


def print_where(data: Path) -> None:
    """Where to look, and how to go on."""
    posts = data / "site" / "_posts"
    number = sum(1 for _ in posts.glob("*.md"))
    echo(
        "",
        f"{number} posts in {posts}, category files in {posts.with_name('category')}, index {data / 'index.sqlite'}",
        "",
        "As a site (it needs jekyll, and says how to install it):",
        f"  export FINEWS_DATA_DIR={data}; .venv/bin/scrapy site build; .venv/bin/scrapy site serve",
        "",
        "The same against the real hosts, into data/ (the lists' addresses change: put in today's):",
        "  FINEWS_CHANNELS_URL=http://HOST FINEWS_MARKET_URL=http://HOST .venv/bin/scrapy crawl channel",
    )
