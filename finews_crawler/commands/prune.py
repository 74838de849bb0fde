"""``scrapy prune``: what is kept for a time only goes when that is over. It says what would, until it is told to."""

from __future__ import annotations

import argparse
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from scrapy.commands import ScrapyCommand

from finews_crawler.cli import exit_with, open_standard_streams, open_to_read, open_to_write, refusing
from finews_crawler.commands.retire import MOST_DAYS, WHY_LEFT
from finews_crawler.exceptions import ArgumentError
from finews_crawler.spiders.arguments import read_number
from finews_crawler.stats import ExitStatus
from finews_crawler.utils import clock
from finews_crawler.utils.terminal import echo, write_stderr
from finews_crawler.utils.timezone import BEIJING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from scrapy.settings import BaseSettings

    from finews_crawler.archive.archive import Archive

EXAMPLE = "scrapy prune --yes"
KINDS = ("revisions", "rejected", "samples", "posts", "runs", "logs")


class Command(ScrapyCommand):
    """The settings ``FINEWS_KEEP_…_DAYS`` say how long; empty ones, for ever."""

    requires_project = True
    requires_crawler_process = False
    default_settings: ClassVar[dict[str, Any]] = {"LOG_ENABLED": False}

    def syntax(self) -> str:
        return "[options]"

    def short_desc(self) -> str:
        return "Remove revisions, rejections, samples, runs and logs, and retire posts, as the settings say"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--yes", action="store_true", help="do it; without, only say what would be done")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        open_standard_streams()
        if args:
            exit_with(ExitStatus.ARGUMENTS, f"scrapy prune: unknown argument {args[0]!r}; for example: {EXAMPLE}")
        assert self.settings is not None
        try:
            kept = first_kept_days(self.settings, clock.now().date())
        except ArgumentError as error:
            exit_with(ExitStatus.ARGUMENTS, f"scrapy prune: {error}; for ever: leave it empty")
        archive = (open_to_write if opts.yes else open_to_read)(self.settings, "scrapy prune")
        with refusing(archive, "scrapy prune"):
            lines, left = prune(archive, self.log(archive), kept, is_dry=not opts.yes)
            archive.close()
        echo(*lines, end_of(kept, is_dry=not opts.yes))
        self.exitcode = ExitStatus.SOME_FAILED if left else ExitStatus.ALL_WELL

    def log(self, archive: Archive) -> Path:
        """The log of the settings, or that of a schedule, which has its own."""
        assert self.settings is not None
        return Path(self.settings["FINEWS_LOG_FILE"] or archive.directory.log)


def first_kept_days(settings: BaseSettings, today: date) -> dict[str, date]:
    """The first day in Beijing that is kept, of each kind that is not kept for ever. Raises ArgumentError."""
    first = {}
    for kind in KINDS:
        name = f"FINEWS_KEEP_{kind.upper()}_DAYS"
        days = read_number({name: str(settings[name] or "")}, name, highest=MOST_DAYS)
        if days is not None:
            first[kind] = today - timedelta(days=days - 1)
    return first


def prune(archive: Archive, log: Path, kept: Mapping[str, date], *, is_dry: bool) -> tuple[list[str], int]:
    """A line for each kind, and how many posts were left."""
    from finews_crawler.archive.prune import Kind, look
    from finews_crawler.archive.prune import prune as remove
    from finews_crawler.operate.logging.rotated_files import find_rotated, remove_rotated

    moments = {kind: datetime.combine(day, time(), BEIJING) for kind, day in kept.items()}
    before = {kind: moments[kind.value] for kind in Kind if kind.value in kept}
    done = (look if is_dry else remove)(archive, before)
    words = {kind.value: f"{removed(is_dry)} {due.due} of {due.of}" for kind, due in done.items()}
    left = 0
    if "posts" in kept:
        retired, left = retire(archive, kept["posts"], is_dry=is_dry)
        words["posts"] = f"{'would be retired' if is_dry else 'retired'} {retired}{f', left {left}' if left else ''}"
    if "logs" in kept:
        old = (find_rotated if is_dry else remove_rotated)(log, moments["logs"])
        words["logs"] = f"{removed(is_dry)} {len(old.due)} of {len(old.of)}"
    return list(lines_of(words, kept)), left


def removed(is_dry: bool) -> str:
    return "would be removed" if is_dry else "removed"


def retire(archive: Archive, first_kept: date, *, is_dry: bool) -> tuple[int, int]:
    """As ``scrapy retire`` does it: how many posts move, and how many are left."""
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


def end_of(kept: Mapping[str, date], *, is_dry: bool) -> str:
    if not kept:
        return "prune: nothing to do; for example: FINEWS_KEEP_REJECTED_DAYS=365 scrapy prune"
    return "prune: nothing is done yet; to do it: scrapy prune --yes" if is_dry else "prune: done"
