"""``scrapy audit``: what is the matter with an archive, and what to do about it. Changes nothing."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any, ClassVar

from scrapy.commands import ScrapyCommand

from finews_crawler.archive.locations import PostLocations, locate_data_directory, locate_posts
from finews_crawler.cli import exit_with, open_standard_streams
from finews_crawler.config.model import check_configuration, data_directory, post_urls
from finews_crawler.exceptions import ConfigurationError, UnusableIndex
from finews_crawler.stats import ExitStatus
from finews_crawler.utils import clock
from finews_crawler.utils.error_hints import hint_for
from finews_crawler.utils.terminal import echo

EXAMPLE = "scrapy audit data (or any folder of posts)"
CLEAN, FINDINGS = 0, 1


class Command(ScrapyCommand):
    """Status 0 for an archive that is as it should be, 1 for findings."""

    requires_project = True
    requires_crawler_process = False
    default_settings: ClassVar[dict[str, Any]] = {"LOG_ENABLED": False}

    def syntax(self) -> str:
        return "[options] [path]"

    def short_desc(self) -> str:
        return "Look through an archive, or any folder of posts, for what is not as it should be"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--json", action="store_true", help="one JSON object instead of lines")
        parser.add_argument("--all", action="store_true", help="every path of a kind, not only the first 20")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        from finews_crawler.operate.audit.audit import audit
        from finews_crawler.operate.audit.report import audit_as_json, audit_as_lines

        open_standard_streams()
        assert self.settings is not None
        try:
            check_configuration(self.settings)
            place = place_named(args, data_directory(self.settings).root)
            report = audit(place, post_urls(self.settings), clock.now())
        except ConfigurationError as error:
            exit_with(ExitStatus.ARGUMENTS, f"scrapy audit: {error}")
        except UnusableIndex as error:
            exit_with(ExitStatus.NOT_WRITABLE, f"scrapy audit: {error}")
        except OSError as error:
            exit_with(ExitStatus.NOT_WRITABLE, f"scrapy audit: {error}: {hint_for(error)}")
        echo(*(audit_as_json(report).splitlines() if opts.json else audit_as_lines(report, all_paths=opts.all)))
        self.exitcode = CLEAN if report.is_clean else FINDINGS


def place_named(args: list[str], default: Path) -> PostLocations:
    """What the arguments name; without any, the data directory of the settings, which need not be there yet."""
    if not args:
        return locate_data_directory(default)
    path = Path(args[0])
    if len(args) > 1 or not args[0] or not path.is_dir():
        wrong = args[1] if len(args) > 1 else args[0]
        exit_with(ExitStatus.ARGUMENTS, f"scrapy audit: {wrong!r} is no folder to audit; for example: {EXAMPLE}")
    return locate_data_directory(path) if path.resolve() == default.resolve() else locate_posts(path)
