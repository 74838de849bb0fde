"""``scrapy retire``: move old posts out of the site; they stay in the archive."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from datetime import date, timedelta

from finews_crawler.archive.archive import Archive
from finews_crawler.archive.retire import Retired, retire
from finews_crawler.cli import ArchiveCommand
from finews_crawler.config.model import MOST_DAYS
from finews_crawler.config.values import read, whole_number
from finews_crawler.stats import ExitStatus
from finews_crawler.utils import clock
from finews_crawler.utils.terminal import echo, write_stderr

WHY_LEFT = {
    Retired.CHANGED: "differs from the index: scrapy reindex takes the change over, scrapy rebuild undoes it",
    Retired.IN_THE_WAY: "cannot move, old_post has another post of that name: keep one of the two",
}


class Command(ArchiveCommand):
    """Moves posts to ``old_post/YYYY/MM/``. On a terminal it only lists them, unless given ``--yes``."""

    usage = "--keep-days N [options]"
    description = "Move posts older than N days from the site to old_post/YYYY/MM"
    example = "scrapy retire --keep-days 90"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--keep-days", metavar="N", default="", help="keep posts of the last N days, with today")
        parser.add_argument("--dry-run", action="store_true", help="only list the posts that would move")
        parser.add_argument(
            "--yes", action="store_true", help="move them, also on a terminal, where the default is a dry run"
        )

    def execute(self, args: list[str], opts: argparse.Namespace) -> int:
        days = read("--keep-days", opts.keep_days, whole_number(MOST_DAYS))
        is_dry = opts.dry_run or (sys.stdout.isatty() and not opts.yes)
        with self.reading() if is_dry else self.writing() as archive:
            first_kept = clock.now().date() - timedelta(days=days - 1)
            done, would_move = retire_posts(archive, first_kept, is_dry=is_dry)
        would, again = ("would be ", "; to move them: add --yes") if is_dry else ("", "")
        left = done.total() - done[Retired.RETIRED]
        retired = f"{would}retired {done[Retired.RETIRED]}{f', left {left}' if left else ''}"
        echo(*would_move, f"retire: {retired}; old posts are in {archive.directory.retired}{again}")
        return ExitStatus.SOME_FAILED if left else ExitStatus.ALL_WELL


def retire_posts(archive: Archive, first_kept: date, *, is_dry: bool) -> tuple[Counter[Retired], list[str]]:
    """Return the number of posts of each outcome, and the posts that a dry run would move. Report those left."""
    done: Counter[Retired] = Counter()
    would_move = []
    for path, retired in retire(archive, first_kept, dry_run=is_dry):
        done[retired] += 1
        if retired in WHY_LEFT:
            write_stderr(f"left: {path} {WHY_LEFT[retired]}")
        elif is_dry:
            would_move.append(path)
    return done, would_move
