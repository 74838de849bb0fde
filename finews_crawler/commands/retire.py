"""``scrapy retire``: older posts leave the site; the archive keeps them."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from datetime import timedelta
from typing import Any, ClassVar

from scrapy.commands import ScrapyCommand

from finews_crawler.archive.archive import Archive
from finews_crawler.archive.retire import Retired, retire
from finews_crawler.cli import exit_with, open_standard_streams, open_to_read, open_to_write, refusing
from finews_crawler.exceptions import ArgumentError
from finews_crawler.spiders.arguments import read_number
from finews_crawler.stats import ExitStatus
from finews_crawler.utils import clock
from finews_crawler.utils.terminal import echo, write_stderr

EXAMPLE = "scrapy retire --keep-days 90"
MOST_DAYS = 36_500
WHY_LEFT = {
    Retired.CHANGED: "is not as the index says: scrapy reindex takes up the change, scrapy rebuild undoes it",
    Retired.IN_THE_WAY: "cannot move, another post of that name lies in old_post: keep one of the two",
}


class Command(ScrapyCommand):
    """Moves posts to ``old_post/YYYY/MM/``. On a terminal it only says which, until it is told ``--yes``."""

    requires_project = True
    requires_crawler_process = False
    default_settings: ClassVar[dict[str, Any]] = {"LOG_ENABLED": False}

    def syntax(self) -> str:
        return "--keep-days N [options]"

    def short_desc(self) -> str:
        return "Move posts older than N days from the site to old_post/YYYY/MM"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--keep-days", metavar="N", default="", help="posts of the last N days stay; today is one")
        parser.add_argument("--dry-run", action="store_true", help="only say what would move")
        parser.add_argument("--yes", action="store_true", help="move, on a terminal too, where the default is to say")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        open_standard_streams()
        days = self.read_days(args, opts)
        is_dry = opts.dry_run or (sys.stdout.isatty() and not opts.yes)
        archive = (open_to_read if is_dry else open_to_write)(self.settings, "scrapy retire")
        with refusing(archive, "scrapy retire"):
            done, would_move = self.retire(archive, days, is_dry=is_dry)
            archive.close()
        would, again = ("would be ", "; to move them: add --yes") if is_dry else ("", "")
        left = done.total() - done[Retired.RETIRED]
        retired = f"{would}retired {done[Retired.RETIRED]}{f', left {left}' if left else ''}"
        echo(*would_move, f"retire: {retired}; old posts are in {archive.directory.retired}{again}")
        self.exitcode = ExitStatus.SOME_FAILED if left else ExitStatus.ALL_WELL

    @staticmethod
    def read_days(args: list[str], opts: argparse.Namespace) -> int:
        if args or not opts.keep_days:
            why = f"unknown argument {args[0]!r}" if args else "give --keep-days N"
            exit_with(ExitStatus.ARGUMENTS, f"scrapy retire: {why}; for example: {EXAMPLE}")
        try:
            return read_number({"--keep-days": opts.keep_days}, "--keep-days", highest=MOST_DAYS) or 0
        except ArgumentError as error:
            exit_with(ExitStatus.ARGUMENTS, f"scrapy retire: {error}; for example: {EXAMPLE}")

    @staticmethod
    def retire(archive: Archive, days: int, *, is_dry: bool) -> tuple[Counter[Retired], list[str]]:
        """How many posts became what, and those that a dry run would move."""
        done: Counter[Retired] = Counter()
        would_move = []
        for path, retired in retire(archive, clock.now().date() - timedelta(days=days - 1), dry_run=is_dry):
            done[retired] += 1
            if retired in WHY_LEFT:
                write_stderr(f"left: {path} {WHY_LEFT[retired]}")
            elif is_dry:
                would_move.append(path)
        return done, would_move
