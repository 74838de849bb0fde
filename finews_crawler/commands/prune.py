"""``scrapy prune``: remove what is older than its retention period. Without ``--yes`` it only reports what it would."""

from __future__ import annotations

import argparse
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from finews_crawler.cli import ArchiveCommand
from finews_crawler.commands.retire import WHY_LEFT
from finews_crawler.stats import ExitStatus
from finews_crawler.utils import clock
from finews_crawler.utils.terminal import echo, write_stderr
from finews_crawler.utils.timezone import BEIJING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from finews_crawler.archive.archive import Archive
    from finews_crawler.config.model import Config

KINDS = ("revisions", "rejected", "samples", "posts", "runs", "logs")


class Command(ArchiveCommand):
    """The settings ``FINEWS_KEEP_…_DAYS`` are the retention periods; an empty one is for ever."""

    description = "Remove revisions, rejections, samples, runs and logs, and retire posts, as the settings say"
    example = "scrapy prune --yes"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--yes", action="store_true", help="do it; without, only report what would be done")

    def execute(self, args: list[str], opts: argparse.Namespace) -> int:
        config = self.config
        kept = first_kept_days(config, clock.now().date())
        with self.writing() if opts.yes else self.reading() as archive:
            log = config.log_file or archive.directory.log
            lines, left = prune(archive, log, kept, is_dry=not opts.yes)
        echo(*lines, last_line(kept, is_dry=not opts.yes))
        return ExitStatus.SOME_FAILED if left else ExitStatus.ALL_WELL


def first_kept_days(config: Config, today: date) -> dict[str, date]:
    """Return the first day in Beijing to keep, for each kind that is not kept for ever."""
    days = {kind: getattr(config, f"keep_{kind}_days") for kind in KINDS}
    return {kind: today - timedelta(days=number - 1) for kind, number in days.items() if number is not None}


def prune(archive: Archive, log: Path, kept: Mapping[str, date], *, is_dry: bool) -> tuple[list[str], int]:
    """Return a line for each kind, and the number of posts that could not be retired."""
    from finews_crawler.archive.prune import Kind, look
    from finews_crawler.archive.prune import prune as remove
    from finews_crawler.operate.logging.rotated_files import find_rotated, remove_rotated

    limits = {kind: datetime.combine(first, time(), BEIJING) for kind, first in kept.items()}
    before = {kind: limits[kind.value] for kind in Kind if kind.value in kept}
    done = (look if is_dry else remove)(archive, before)
    words = {kind.value: f"{removed(is_dry)} {due.due} of {due.of}" for kind, due in done.items()}
    left = 0
    if "posts" in kept:
        retired, left = retire(archive, kept["posts"], is_dry=is_dry)
        words["posts"] = f"{'would be retired' if is_dry else 'retired'} {retired}{f', left {left}' if left else ''}"
    if "logs" in kept:
        old = (find_rotated if is_dry else remove_rotated)(log, limits["logs"])
        words["logs"] = f"{removed(is_dry)} {len(old.due)} of {len(old.of)}"
    return list(lines_of(words, kept)), left


def removed(is_dry: bool) -> str:
    return "would be removed" if is_dry else "removed"


def retire(archive: Archive, first_kept: date, *, is_dry: bool) -> tuple[int, int]:
    """Retire posts as ``scrapy retire`` does; return the number of posts that move, and of posts that stay."""
    from finews_crawler.archive.retire import Retired
    from finews_crawler.archive.retire import retire as move

    moved = left = 0
    for path, became in move(archive, first_kept, dry_run=is_dry):
        moved += became is Retired.RETIRED
        left += became is not Retired.RETIRED
        if became in WHY_LEFT:
            write_stderr(f"left: {path} {WHY_LEFT[became]}")
    return moved, left


def lines_of(words: Mapping[str, str], kept: Mapping[str, date]) -> Iterator[str]:
    for kind in KINDS:
        if kind in kept:
            yield f"{kind}: {words[kind]}, older than {kept[kind]:%Y-%m-%d}"
        else:
            yield f"{kind}: kept for ever (FINEWS_KEEP_{kind.upper()}_DAYS is not set)"


def last_line(kept: Mapping[str, date], *, is_dry: bool) -> str:
    if not kept:
        return "prune: nothing to do; for example: FINEWS_KEEP_REJECTED_DAYS=365 scrapy prune"
    return "prune: nothing was changed; to do it: scrapy prune --yes" if is_dry else "prune: done"
