"""``finews retire``: move old posts out of the site, where they stay in the archive, and back."""

from __future__ import annotations

import argparse
from datetime import date, timedelta
from typing import TYPE_CHECKING

from finews_crawler.cli import ArchiveCommand
from finews_crawler.config.model import MOST_DAYS
from finews_crawler.config.values import read, whole_number
from finews_crawler.exceptions import ArgumentError
from finews_crawler.stats import ExitStatus
from finews_crawler.utils import clock
from finews_crawler.utils.files import named_if_there
from finews_crawler.utils.terminal import echo

if TYPE_CHECKING:
    from collections.abc import Iterator

    from finews_crawler.archive.archive import Archive
    from finews_crawler.archive.retire import Retired


class Command(ArchiveCommand):
    """Moves posts to ``old_post/YYYY/MM/``, or with ``--undo`` back. Without ``--yes`` it only lists them."""

    usage = "--keep-days N [options]"
    description = "Move posts older than N days from the site to old_post/YYYY/MM"
    examples = ("finews retire --keep-days 90", "finews retire --keep-days 90 --yes")

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--keep-days", metavar="N", default="", help="keep posts of the last N days, with today")
        parser.add_argument("--yes", action="store_true", help="move them; without it, they are only listed")
        parser.add_argument("--dry-run", action="store_true", help="only list them, also with --yes")
        parser.add_argument(
            "--undo", action="store_true", help="move retired posts back: all, or those of the last N days"
        )

    def execute(self, args: list[str], opts: argparse.Namespace) -> int:
        from finews_crawler.archive.retire import Retired
        from finews_crawler.operate.reports.retire_report import report_moves

        first_kept = None if opts.undo and not opts.keep_days else first_day(opts.keep_days)
        is_dry = opts.dry_run or not opts.yes
        with self.reading() if is_dry else self.writing() as archive:
            moves = moves_of(archive, first_kept, undo=opts.undo, is_dry=is_dry)
            done, would_move = report_moves(moves, is_dry=is_dry)
            place = ("posts", archive.directory.posts) if opts.undo else ("old posts", archive.directory.retired)
        number = done[Retired.RETIRED] + done[Retired.RESTORED]
        left = done.total() - number
        would, again = "would be " if is_dry else "", "; to move them: add --yes" if is_dry and number else ""
        moved = f"{would}{'restored' if opts.undo else 'retired'} {number}{f', left {left}' if left else ''}"
        echo(*would_move, f"retire: {moved}{named_if_there(*place)}{again}")
        return ExitStatus.SOME_FAILED if left else ExitStatus.ALL_WELL


def first_day(keep_days: str) -> date:
    days = read("--keep-days", keep_days, whole_number(MOST_DAYS))
    return clock.now().date() - timedelta(days=days - 1)


def moves_of(archive: Archive, first_kept: date | None, *, undo: bool, is_dry: bool) -> Iterator[tuple[str, Retired]]:
    from finews_crawler.archive.retire import restore, retire

    if undo:
        return restore(archive, first_kept, dry_run=is_dry)
    if first_kept is None:
        raise ArgumentError("--keep-days is not set")
    return retire(archive, first_kept, dry_run=is_dry)
