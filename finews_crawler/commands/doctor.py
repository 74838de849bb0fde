"""``finews doctor``: check whether a crawl can work here, and print how to fix what does not. Changes nothing."""

from __future__ import annotations

import argparse

from finews_crawler.cli import ArchiveCommand
from finews_crawler.config.given import check_names
from finews_crawler.stats import ExitStatus
from finews_crawler.utils import clock
from finews_crawler.utils.terminal import echo


class Command(ArchiveCommand):
    """Exit status 0 if all checks pass, 3 if one needs attention."""

    description = "Check settings, hosts, versions, disk and lock, and print how to fix what is wrong"
    examples = ("finews doctor --offline", "finews doctor")

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--offline", action="store_true", help="send no request")

    def check_settings(self) -> None:
        check_names(self.settings or ())  # an invalid value is one line among those of other checks

    def execute(self, args: list[str], opts: argparse.Namespace) -> int:
        from finews_crawler.operate.doctor.check import format_results
        from finews_crawler.operate.doctor.doctor import run_checks

        assert self.settings is not None
        lines = list(run_checks(self.settings, clock.now(), is_offline=opts.offline))
        echo(*format_results(lines))
        return ExitStatus.ALL_WELL if all(line.is_ok for line in lines) else ExitStatus.SOME_FAILED
