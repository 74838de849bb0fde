"""``finews coverage``: articles of the archive per day, and gaps in them. Changes nothing in the archive."""

from __future__ import annotations

import argparse
import dataclasses
from collections.abc import Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING

from finews_crawler.cli import ArchiveCommand, print_beside, read_report_path, write_report
from finews_crawler.config.values import day, one_of, optional, past_day, read
from finews_crawler.exceptions import ArgumentError
from finews_crawler.sources import CHANNELS
from finews_crawler.stats import ExitStatus
from finews_crawler.utils import clock
from finews_crawler.utils.terminal import echo

if TYPE_CHECKING:
    from finews_crawler.operate.coverage.report import Coverage
    from finews_crawler.operate.coverage.time_series import Period

DAYS = 60
EARLIEST = date(1990, 1, 1)
"""No article is older, and the days before, from which a baseline is made, exist."""


class Command(ArchiveCommand):
    """Exit status 0 if nothing is missing, 3 if there are gaps."""

    description = "Count articles by day and outlet, and find the hours in which articles are missing"
    examples = (
        "finews coverage --since 2022-05-01 --until 2022-05-18 --by media",
        "finews coverage --html coverage.html",
    )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--since", metavar="DAY", default="", help=f"first day; default: {DAYS} days in all")
        parser.add_argument("--until", metavar="DAY", default="", help="last day; default: today, in Beijing")
        parser.add_argument("--by", metavar="media|channel", default="media", help="how to group articles")
        parser.add_argument("--html", metavar="FILE", help="write a report with a calendar and charts")
        parser.add_argument("--json", action="store_true", help="print one JSON object instead of lines")

    def execute(self, args: list[str], opts: argparse.Namespace) -> int:
        from finews_crawler.operate.coverage.query import Grouping
        from finews_crawler.operate.coverage.report import build_report

        period = read_arguments(opts)
        with self.reading() as archive:
            coverage = build_report(archive.index, str(archive.directory.root), period, Grouping(opts.by))
        coverage = dataclasses.replace(coverage, paged=paged_channels(self.config.hosts))
        output(coverage, opts)
        return ExitStatus.SOME_FAILED if coverage.gaps else ExitStatus.ALL_WELL


def paged_channels(hosts: Mapping[str, str]) -> frozenset[str]:
    """Return the channels that can be read back to a day, and whose host is set."""
    return frozenset(name for name, channel in CHANNELS.items() if channel.has_pages and hosts[channel.host_setting])


def read_arguments(opts: argparse.Namespace) -> Period:
    from finews_crawler.operate.coverage.time_series import Period

    read("--by", opts.by, one_of("media", "channel"))
    if opts.html is not None and opts.json:
        raise ArgumentError("give either --html FILE or --json")
    read_report_path(opts.html)
    now = clock.now()
    until = min(read("--until", opts.until, optional(day, now.date())), now.date())
    since = read("--since", opts.since, optional(past_day, until - timedelta(days=DAYS - 1)))
    if since > until:
        raise ArgumentError(f"--since must not be later than {until}, got {since}")
    if until < EARLIEST:
        raise ArgumentError(f"--until must not be earlier than {EARLIEST}, got {until}")
    return Period(max(since, EARLIEST), until, now)


def output(coverage: Coverage, opts: argparse.Namespace) -> None:
    """Print the report, or write it to the file of ``--html``. Raises ArchiveError."""
    from finews_crawler.operate.coverage.html_report import coverage_as_html
    from finews_crawler.operate.coverage.text_report import coverage_as_json, coverage_as_lines, coverage_summary

    path = read_report_path(opts.html)
    if opts.json:
        echo(*coverage_as_json(coverage).splitlines())
    elif path is None or not coverage.days:
        print_beside(path, *coverage_as_lines(coverage))
    else:
        write_report(path, coverage_as_html(coverage), coverage_summary(coverage))
