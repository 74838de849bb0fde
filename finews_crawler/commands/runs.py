"""``finews runs``: list the last runs and their outcome. Changes nothing in the archive."""

from __future__ import annotations

import argparse
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from finews_crawler.cli import ArchiveCommand, print_beside, read_report_path, write_report
from finews_crawler.config.values import read, whole_number
from finews_crawler.exceptions import ArgumentError
from finews_crawler.stats import ExitStatus
from finews_crawler.utils import clock
from finews_crawler.utils.terminal import echo

if TYPE_CHECKING:
    from finews_crawler.archive.archive import Archive
    from finews_crawler.operate.reports.run_history import RunEntry

MOST_RUNS = 100_000


class Command(ArchiveCommand):
    """Exit status 0, whatever the status of the runs was."""

    description = "List the last runs: when they started, how many articles they found, how they ended"
    examples = ("finews runs --last 50 --html runs.html", "finews runs --json")

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--last", metavar="N", default="20", help="number of runs (default: 20)")
        parser.add_argument("--html", metavar="FILE", help="write a page with charts of the last 60 days")
        parser.add_argument("--json", action="store_true", help="print one JSON object instead of lines")

    def execute(self, args: list[str], opts: argparse.Namespace) -> int:
        from finews_crawler.operate.reports.run_table import runs_as_json, runs_as_lines

        if opts.json and opts.html is not None:
            raise ArgumentError("give either --html FILE or --json")
        page = read_report_path(opts.html)
        number = read("--last", opts.last, whole_number(MOST_RUNS))
        with self.reading() as archive:
            runs = run_entries(archive, number)
            if opts.json:
                echo(*runs_as_json(archive.directory.index, runs).splitlines())
            elif not runs:
                print_beside(page, f"runs: none is recorded in {archive.directory.root}")
            elif page is not None:
                write_page(archive, runs, page)
            else:
                echo(*runs_as_lines(runs))
        return ExitStatus.ALL_WELL


def run_entries(archive: Archive, last: int | None = None, since: datetime | None = None) -> list[RunEntry]:
    """Return runs as ``read_runs`` selects them; the last one may still be in progress."""
    from finews_crawler.archive.damage import check_pages
    from finews_crawler.archive.lock import find_lock_holder
    from finews_crawler.archive.runs import read_runs
    from finews_crawler.operate.reports.run_history import summarize_runs

    # The lock first: a run that ends in between is then reported as ended, not as killed.
    holder = find_lock_holder(archive.directory.lock)
    runs = read_runs(archive.index, last, since)
    if not runs:
        check_pages(archive.index)  # else a damaged index would look like a new one
    return list(summarize_runs(runs, holder))


def write_page(archive: Archive, runs: list[RunEntry], path: Path) -> None:
    """Write the page of *runs*, with charts of the days up to the last of them. Raises ArchiveError."""
    from finews_crawler.operate.reports.run_page import MAX_DAYS, run_page

    drawn = run_entries(archive, since=runs[-1].started_at - timedelta(days=MAX_DAYS))
    write_report(path, run_page(runs, drawn, clock.now()), f"runs: {len(runs)} listed")
