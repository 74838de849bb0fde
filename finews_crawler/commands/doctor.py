"""``scrapy doctor``: whether a crawl can work here, and what to do where it cannot. Changes nothing."""

from __future__ import annotations

import argparse
from typing import Any, ClassVar

from scrapy.commands import ScrapyCommand

from finews_crawler.cli import exit_with, open_standard_streams
from finews_crawler.operate.doctor.check import format_results
from finews_crawler.stats import ExitStatus
from finews_crawler.utils import clock
from finews_crawler.utils.terminal import echo

EXAMPLE = "scrapy doctor --offline"


class Command(ScrapyCommand):
    """Status 0 when all is well, 3 when something needs attention."""

    requires_project = True
    requires_crawler_process = False
    default_settings: ClassVar[dict[str, Any]] = {"LOG_ENABLED": False}

    def syntax(self) -> str:
        return "[options]"

    def short_desc(self) -> str:
        return "Look at settings, hosts, versions, disk and lock: each is ok, or what to do about it"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--offline", action="store_true", help="ask no host")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        from finews_crawler.operate.doctor.doctor import run_checks

        open_standard_streams()
        if args:
            exit_with(ExitStatus.ARGUMENTS, f"scrapy doctor: unknown argument {args[0]!r}; for example: {EXAMPLE}")
        assert self.settings is not None
        lines = list(run_checks(self.settings, clock.now(), is_offline=opts.offline))
        echo(*format_results(lines))
        self.exitcode = ExitStatus.ALL_WELL if all(line.is_ok for line in lines) else ExitStatus.SOME_FAILED
