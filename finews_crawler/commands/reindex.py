"""``scrapy reindex``: build the index from posts, of this archive or of another."""

from __future__ import annotations

import argparse
from collections import Counter
from itertools import chain
from pathlib import Path

from finews_crawler.archive.locations import posts_at
from finews_crawler.archive.reindex import PostReading, Reindex
from finews_crawler.cli import ArchiveCommand
from finews_crawler.exceptions import ArgumentError
from finews_crawler.stats import ExitStatus
from finews_crawler.utils import clock
from finews_crawler.utils.terminal import echo, write_stderr

REPORTED = (PostReading.DUPLICATE, PostReading.OTHER, PostReading.UNREADABLE)


class Command(ArchiveCommand):
    """Reads posts, and copies posts from outside the data directory into it, byte for byte."""

    usage = "[options] <path> ..."
    description = "Read posts into the index: after it was lost, or to import an archive"
    example = "scrapy reindex data/site/_posts (or any folder of posts)"
    takes_arguments = True

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--modernise", action="store_true", help="rewrite posts of old formats in the current one")

    def execute(self, args: list[str], opts: argparse.Namespace) -> int:
        paths = read_paths(args)
        readings: Counter[PostReading] = Counter()
        as_found = 0
        with self.writing() as archive:
            posts = chain.from_iterable(posts_at(path.resolve()) for path in paths)
            for read in Reindex(archive, clock.now(), modernise=opts.modernise).read(posts):
                readings[read.reading] += 1
                as_found += read.is_as_found and read.reading is not PostReading.DUPLICATE
                if read.reading in REPORTED:
                    write_stderr(f"{read.reading.value}: {read.path}: {read.detail}")
        words = ", ".join(f"{reading.value} {readings[reading]}" for reading in PostReading)
        echo(f"reindex: read {readings.total()}, {words}; kept in the form they were found in: {as_found}")
        return ExitStatus.SOME_FAILED if readings[PostReading.UNREADABLE] else ExitStatus.ALL_WELL


def read_paths(args: list[str]) -> list[Path]:
    if not args:
        raise ArgumentError("the path of a folder of posts is not set")
    for path in args:
        # Path("") is the current folder, but in a script it comes from a variable that is not set.
        if not path or path.startswith("-") or not Path(path).exists():
            raise ArgumentError(f"the path must be a file or folder, got {path!r}")
    return [Path(path) for path in args]
