"""``finews prune``: remove what is older than its retention period. Without ``--yes`` it only reports what it would."""

from __future__ import annotations

import argparse
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from finews_crawler.cli import ArchiveCommand
from finews_crawler.stats import ExitStatus
from finews_crawler.utils import clock
from finews_crawler.utils.terminal import echo
from finews_crawler.utils.timezone import BEIJING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from finews_crawler.archive.archive import Archive

KINDS = ("revisions", "rejected", "samples", "posts", "runs", "logs")


class Command(ArchiveCommand):
    """The settings ``FINEWS_KEEP_…_DAYS`` are the retention periods; an empty one is for ever."""

    description = "Remove revisions, rejections, samples, runs and logs, and retire posts, as the settings say"
    examples = ("finews prune --yes", "finews prune -s FINEWS_KEEP_REJECTED_DAYS=365")

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--yes", action="store_true", help="do it; without, only report what would be done")

    def execute(self, args: list[str], opts: argparse.Namespace) -> int:
        config, is_dry = self.config, not opts.yes
        days = {kind: getattr(config, f"keep_{kind}_days") for kind in KINDS}
        today = clock.now().date()
        kept = {kind: today - timedelta(days=number - 1) for kind, number in days.items() if number is not None}
        with self.reading() if is_dry else self.writing() as archive:
            done, left = prune(archive, config.log_file or archive.directory.log, kept, is_dry=is_dry)
        for kind in KINDS:
            unlimited = f"kept for ever (FINEWS_KEEP_{kind.upper()}_DAYS is not set)"
            echo(f"{kind}: {f'{done[kind]}, older than {kept[kind]:%Y-%m-%d}' if kind in kept else unlimited}")
        if not kept:
            echo("prune: nothing to do; for example: FINEWS_KEEP_REJECTED_DAYS=365 finews prune")
        else:
            echo("prune: nothing was changed; to do it: finews prune --yes" if is_dry else "prune: done")
        return ExitStatus.SOME_FAILED if left else ExitStatus.ALL_WELL


def prune(archive: Archive, log: Path, kept: Mapping[str, date], *, is_dry: bool) -> tuple[dict[str, str], int]:
    """Return the result for each kind in *kept* (its first day to keep), and the number of posts left in the site."""
    from finews_crawler.archive.prune import Kind, look
    from finews_crawler.archive.prune import prune as remove
    from finews_crawler.archive.retire import Retired, retire
    from finews_crawler.operate.logging.rotated_files import find_rotated, remove_rotated
    from finews_crawler.operate.reports.retire_report import report_moves

    limits = {kind: datetime.combine(first, time(), BEIJING) for kind, first in kept.items()}
    would, left = "would be " if is_dry else "", 0
    done = (look if is_dry else remove)(archive, {kind: limits[kind.value] for kind in Kind if kind.value in kept})
    words = {kind.value: f"{would}removed {due.due} of {due.of}" for kind, due in done.items()}
    if "posts" in kept:
        posts, _ = report_moves(retire(archive, kept["posts"], dry_run=is_dry), is_dry=is_dry)
        left = posts.total() - posts[Retired.RETIRED]
        words["posts"] = f"{would}retired {posts[Retired.RETIRED]}{f', left {left}' if left else ''}"
    if "logs" in kept:
        old = (find_rotated if is_dry else remove_rotated)(log, limits["logs"])
        words["logs"] = f"{would}removed {len(old.due)} of {len(old.of)}"
    return words, left
