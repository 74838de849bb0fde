"""``scrapy coverage``: what the archive holds day by day, and where articles are missing. Changes nothing in it."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from scrapy.commands import ScrapyCommand

from finews_crawler.cli import exit_with, open_standard_streams, open_to_read, refusing
from finews_crawler.exceptions import ArgumentError
from finews_crawler.spiders.arguments import read_day
from finews_crawler.stats import ExitStatus
from finews_crawler.utils import clock
from finews_crawler.utils.error_hints import hint_for
from finews_crawler.utils.terminal import echo

if TYPE_CHECKING:
    from finews_crawler.operate.coverage.report import Coverage
    from finews_crawler.operate.coverage.time_series import Period

EXAMPLE = "scrapy coverage --since 2022-05-01 --until 2022-05-18 --by media"
DAYS = 60


class Command(ScrapyCommand):
    """Exit with status 0 without gaps, and with 3 with gaps."""

    requires_project = True
    requires_crawler_process = False
    default_settings: ClassVar[dict[str, Any]] = {"LOG_ENABLED": False}

    def syntax(self) -> str:
        return "[options]"

    def short_desc(self) -> str:
        return "Count articles by day and medium, and find the hours in which they are missing"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--since", metavar="DAY", default="", help=f"default: {DAYS} days in all")
        parser.add_argument("--until", metavar="DAY", default="", help="default: today, in Beijing")
        parser.add_argument("--by", metavar="media|channel", default="media", help="tell articles apart by what")
        parser.add_argument("--html", metavar="FILE", help="write a report with a calendar and charts")
        parser.add_argument("--json", action="store_true", help="one JSON object instead of lines")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        open_standard_streams()
        try:
            period = read_arguments(args, opts)
        except ArgumentError as error:
            exit_with(ExitStatus.ARGUMENTS, f"scrapy coverage: {error}; for example: {EXAMPLE}")
        coverage = self.build_report(period, opts.by)
        if opts.html is not None and coverage.days:
            write_html(coverage, Path(opts.html))
        echo(*told(coverage, opts))
        self.exitcode = ExitStatus.SOME_FAILED if coverage.gaps else ExitStatus.ALL_WELL

    def build_report(self, period: Period, by: str) -> Coverage:
        from finews_crawler.operate.coverage.query import Grouping
        from finews_crawler.operate.coverage.report import build_report

        archive = open_to_read(self.settings, "scrapy coverage")
        with refusing(archive, "scrapy coverage"):
            coverage = build_report(archive.index, str(archive.directory.root), period, Grouping(by))
            archive.close()
        return coverage


def read_arguments(args: list[str], opts: argparse.Namespace) -> Period:
    """The period that is asked for. Raises ArgumentError for what cannot be meant."""
    from finews_crawler.operate.coverage.time_series import Period

    if args:
        raise ArgumentError(f"unknown argument {args[0]!r}")
    if opts.by not in ("media", "channel"):
        raise ArgumentError(f"--by={opts.by!r} is neither media nor channel")
    if opts.html is not None and (opts.json or not opts.html):
        raise ArgumentError("give either --html FILE or --json")
    now, given = clock.now(), {"--since": opts.since, "--until": opts.until}
    until = min(read_day(given, "--until") or now.date(), now.date())
    since = read_day(given, "--since") or until - timedelta(days=DAYS - 1)
    if since > until:
        raise ArgumentError(f"--since={since} is later than {until}")
    return Period(since, until, now)


def told(coverage: Coverage, opts: argparse.Namespace) -> Iterable[str]:
    """What goes to standard output."""
    from finews_crawler.operate.coverage.text_report import coverage_as_json, coverage_as_lines, coverage_summary

    if opts.json:
        return coverage_as_json(coverage).splitlines()
    if opts.html is not None and coverage.days:
        return [f"{coverage_summary(coverage)}; the report is {opts.html}"]
    return coverage_as_lines(coverage)


def write_html(coverage: Coverage, path: Path) -> None:
    """The report as one file; the one before it stays until this one is whole."""
    from finews_crawler.operate.coverage.html_report import coverage_as_html
    from finews_crawler.operate.reports.html import write_report

    try:
        write_report(path, coverage_as_html(coverage))
    except OSError as error:
        exit_with(ExitStatus.NOT_WRITABLE, f"scrapy coverage: {path}: {error}: {hint_for(error)}")
