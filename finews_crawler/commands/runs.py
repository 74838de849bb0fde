"""``scrapy runs``: what the last runs did, and how they ended. Changes nothing but the page it is asked to write."""

from __future__ import annotations

import argparse
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from scrapy.commands import ScrapyCommand

from finews_crawler.cli import exit_with, open_standard_streams, open_to_read, refusing
from finews_crawler.exceptions import ArgumentError
from finews_crawler.spiders.arguments import read_number
from finews_crawler.stats import ExitStatus
from finews_crawler.utils import clock
from finews_crawler.utils.terminal import echo

if TYPE_CHECKING:
    from finews_crawler.archive.archive import Archive
    from finews_crawler.operate.reports.run_history import RunEntry

EXAMPLE = "scrapy runs --last 50 --html runs.html"
MOST_RUNS = 100_000


class Command(ScrapyCommand):
    """Status 0, whatever the runs' own was."""

    requires_project = True
    requires_crawler_process = False
    default_settings: ClassVar[dict[str, Any]] = {"LOG_ENABLED": False}

    def syntax(self) -> str:
        return "[options]"

    def short_desc(self) -> str:
        return "Tell of the last runs: when, how many articles, how they ended"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--last", metavar="N", default="20", help="so many runs (20)")
        parser.add_argument("--html", metavar="FILE", help="write a page, with charts of the last 60 days")
        parser.add_argument("--json", action="store_true", help="one JSON object instead of lines")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        from finews_crawler.operate.reports.run_table import runs_as_json, runs_as_lines

        open_standard_streams()
        number = self.read_last(args, opts)
        archive = open_to_read(self.settings, "scrapy runs")
        with refusing(archive, "scrapy runs"):
            runs = told_runs(archive, number)
            if opts.json:
                echo(*runs_as_json(archive.directory.index, runs).splitlines())
            elif not runs:
                echo(f"runs: none; no crawl has archived anything in {archive.directory.root}")
            elif opts.html is not None:
                write_page(archive, runs, Path(opts.html))
            else:
                echo(*runs_as_lines(runs))
            archive.close()

    @staticmethod
    def read_last(args: list[str], opts: argparse.Namespace) -> int:
        why = f"unknown argument {args[0]!r}" if args else ""
        if opts.json and opts.html is not None:
            why = "give --html or --json, not both"
        if opts.html is not None and (not opts.html or Path(opts.html).is_dir()):
            why = f"--html={opts.html!r} is no file to write"
        try:
            number = read_number({"--last": opts.last}, "--last", highest=MOST_RUNS)
        except ArgumentError as error:
            why = str(error)
        if why or number is None:
            exit_with(ExitStatus.ARGUMENTS, f"scrapy runs: {why or '--last is empty'}; for example: {EXAMPLE}")
        return number


def told_runs(archive: Archive, last: int | None = None, since: datetime | None = None) -> list[RunEntry]:
    """Runs, as ``read_runs`` gives them, and whether the last of them is still under way."""
    from finews_crawler.archive.runs import read_runs
    from finews_crawler.operate.doctor.archive_checks import holder_of
    from finews_crawler.operate.reports.run_history import summarize_runs

    # The lock first: a run that ends in between is told as it ended, not as killed.
    holder = holder_of(archive.directory.lock)
    return list(summarize_runs(read_runs(archive.index, last, since), holder))


def write_page(archive: Archive, runs: list[RunEntry], path: Path) -> None:
    """The page of *runs*, with charts of the days up to the last of them."""
    from finews_crawler.operate.reports.html import write_report
    from finews_crawler.operate.reports.run_charts import MAX_DAYS
    from finews_crawler.operate.reports.run_page import run_page
    from finews_crawler.utils.error_hints import hint_for

    drawn = told_runs(archive, since=runs[-1].started_at - timedelta(days=MAX_DAYS))
    try:
        write_report(path, run_page(runs, drawn, clock.now()))
    except OSError as error:
        archive.close()
        exit_with(ExitStatus.NOT_WRITABLE, f"scrapy runs: {path} could not be written ({error}): {hint_for(error)}")
    echo(f"runs: {len(runs)} told in {path}")
