"""``finews audit``: check an archive, or any folder of posts, and print how to repair it. Changes nothing."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from finews_crawler.cli import ArchiveCommand, check_exists
from finews_crawler.config.data_directory import DataDirectory
from finews_crawler.exceptions import ArchiveError, ArgumentError
from finews_crawler.stats import ExitStatus
from finews_crawler.utils import clock
from finews_crawler.utils.error_hints import hint_for
from finews_crawler.utils.terminal import echo

if TYPE_CHECKING:
    from finews_crawler.archive.locations import PostLocations

FINDINGS = 1


class Command(ArchiveCommand):
    """Exit status 0 for an archive without findings, 1 for findings."""

    usage = "[options] [path]"
    description = "Check an archive, or any folder of posts, and list what is wrong with it"
    examples = ("finews audit data", "finews audit --json ~/another-archive/_posts")
    takes_arguments = True

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--json", action="store_true", help="print one JSON object instead of lines")
        parser.add_argument("--all", action="store_true", help="list every path of a finding, not only the first 20")

    def execute(self, args: list[str], opts: argparse.Namespace) -> int:
        from finews_crawler.operate.audit.audit import audit
        from finews_crawler.operate.audit.report import audit_as_json, audit_as_lines

        config = self.config
        try:
            report = audit(read_path(args, config.data_directory.root), config.post_urls, clock.now())
        except OSError as error:
            raise ArchiveError(f"{error}: {hint_for(error)}") from error
        echo(*(audit_as_json(report).splitlines() if opts.json else audit_as_lines(report, all_paths=opts.all)))
        return FINDINGS if report.findings else ExitStatus.ALL_WELL


def read_path(args: list[str], data: Path) -> PostLocations:
    """Return the folder to audit; by default *data*. Raises UsageError."""
    from finews_crawler.archive.locations import locate_data_directory, locate_posts

    if not args:
        check_exists(DataDirectory(data))
        return locate_data_directory(data)
    path = Path(args[0])
    if len(args) > 1 or not args[0] or not path.is_dir():
        raise ArgumentError(f"the path must be one folder that exists, got {' '.join(args)!r}")
    return locate_data_directory(path) if path.resolve() == data.resolve() else locate_posts(path)
