"""``scrapy reindex``: the index from posts, ours or somebody else's."""

from __future__ import annotations

import argparse
from collections import Counter
from itertools import chain
from pathlib import Path
from typing import Any, ClassVar

from scrapy.commands import ScrapyCommand

from finews_crawler.archive.locations import posts_at
from finews_crawler.archive.reindex import PostReading, Reindex
from finews_crawler.cli import exit_with, open_standard_streams, open_to_write, refusing
from finews_crawler.stats import ExitStatus
from finews_crawler.utils import clock
from finews_crawler.utils.terminal import echo, write_stderr

EXAMPLE = "scrapy reindex data/site/_posts (or any folder of posts)"
WORTH_A_LINE = (PostReading.DUPLICATE, PostReading.OTHER, PostReading.UNREADABLE)


class Command(ScrapyCommand):
    """Reads posts; those outside the data directory are brought into it, byte for byte."""

    requires_project = True
    requires_crawler_process = False
    default_settings: ClassVar[dict[str, Any]] = {"LOG_ENABLED": False}

    def syntax(self) -> str:
        return "[options] <path> ..."

    def short_desc(self) -> str:
        return "Read posts into the index: after it was lost, or to bring in an archive"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "--modernise", action="store_true", help="write posts in old formats anew in today's; without it they stay"
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        open_standard_streams()
        if not args:
            exit_with(ExitStatus.ARGUMENTS, f"scrapy reindex: give a folder of posts; for example: {EXAMPLE}")
        for path in args:
            # Path("") would be the current folder: a script's empty variable.
            if not path or path.startswith("-") or not Path(path).exists():
                exit_with(
                    ExitStatus.ARGUMENTS, f"scrapy reindex: {path!r} is no file or folder; for example: {EXAMPLE}"
                )
        archive = open_to_write(self.settings, "scrapy reindex")
        posts = chain.from_iterable(posts_at(Path(path).resolve()) for path in args)
        with refusing(archive, "scrapy reindex"):
            readings, as_found = read_all(Reindex(archive, clock.now(), modernise=opts.modernise), posts)
            archive.close()
        words = ", ".join(f"{reading.value} {readings[reading]}" for reading in PostReading)
        echo(f"reindex: read {readings.total()}, {words}; kept in the form they were found in: {as_found}")
        self.exitcode = ExitStatus.SOME_FAILED if readings[PostReading.UNREADABLE] else ExitStatus.ALL_WELL


def read_all(reindex: Reindex, posts: Any) -> tuple[Counter[PostReading], int]:
    """Read the posts, with a line for each that is worth one; how many became what, and how many stay as found."""
    readings: Counter[PostReading] = Counter()
    as_found = 0
    for read in reindex.read(posts):
        readings[read.reading] += 1
        as_found += read.is_as_found and read.reading is not PostReading.DUPLICATE
        if read.reading in WORTH_A_LINE:
            write_stderr(f"{read.reading.value}: {read.path}: {read.detail}")
    return readings, as_found
