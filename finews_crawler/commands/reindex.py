"""``scrapy reindex``: build the index from posts, of this archive or of another."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from finews_crawler.archive.found_posts import PostReading, Read
from finews_crawler.archive.locations import posts_at
from finews_crawler.archive.reindex import Reindex
from finews_crawler.cli import ArchiveCommand
from finews_crawler.exceptions import ArgumentError
from finews_crawler.stats import ExitStatus
from finews_crawler.utils import clock
from finews_crawler.utils.terminal import echo, write_stderr

REPORTED = (PostReading.DUPLICATE, PostReading.OTHER, PostReading.UNREADABLE)
SHOWN_PER_REASON = 5


@dataclass
class ReindexReport:
    """Counts of a reindex, and the posts that it did not take, by reason."""

    shown: int | None = SHOWN_PER_REASON
    """Posts that are named for each reason; None for all."""
    readings: Counter[PostReading] = field(default_factory=Counter)
    as_found: Counter[str] = field(default_factory=Counter)
    """Posts that keep bytes that differ from today's rendering, by format."""
    reasons: Counter[tuple[PostReading, str]] = field(default_factory=Counter)
    samples: dict[tuple[PostReading, str], list[str]] = field(default_factory=dict)

    def add(self, read: Read) -> None:
        self.readings[read.reading] += 1
        if read.is_as_found and read.reading not in (PostReading.DUPLICATE, PostReading.MERGED):
            self.as_found[read.form.value if read.form else "unchanged"] += 1
        if read.reading in REPORTED:
            key = (read.reading, read.reason)
            self.reasons[key] += 1
            samples = self.samples.setdefault(key, [])
            if self.shown is None or len(samples) < self.shown:
                samples.append(f"{read.path}: {read.detail}" if read.detail else str(read.path))

    def lines(self) -> Iterator[str]:
        """Yield what was not taken: a line for each reason with its number of posts, and some of them."""
        for (reading, reason), number in self.reasons.most_common():
            yield f"{reading.value} ({number}): {reason}"
            samples = self.samples[reading, reason]
            yield from (f"  {sample}" for sample in samples)
            if number > len(samples):
                yield f"  … and {number - len(samples)} more (--all names them)"

    def summary(self) -> str:
        words = ", ".join(f"{reading.value} {self.readings[reading]}" for reading in PostReading)
        forms = ", ".join(f"{form} {number}" for form, number in sorted(self.as_found.items()))
        kept = f"{self.as_found.total()}{f' ({forms})' if forms else ''}"
        return f"reindex: read {self.readings.total()}, {words}; kept in the form they were found in: {kept}"


class Command(ArchiveCommand):
    """Reads posts, and copies posts from outside the data directory into it, byte for byte."""

    usage = "[options] <path> ..."
    description = "Read posts into the index: after it was lost, or to import an archive"
    example = "scrapy reindex data/site/_posts (or any folder of posts)"
    takes_arguments = True

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--modernise", action="store_true", help="rewrite posts of old formats in the current one")
        parser.add_argument("--all", action="store_true", help="name every post that was not taken")

    def execute(self, args: list[str], opts: argparse.Namespace) -> int:
        paths = read_paths(args)
        report = ReindexReport(None if opts.all else SHOWN_PER_REASON)
        with self.writing(may_be_new=True) as archive:
            posts = chain.from_iterable(posts_at(path.resolve()) for path in paths)
            for read in Reindex(archive, clock.now(), modernise=opts.modernise).read(posts):
                report.add(read)
        for line in report.lines():
            write_stderr(line)
        echo(report.summary())
        return ExitStatus.SOME_FAILED if report.readings[PostReading.UNREADABLE] else ExitStatus.ALL_WELL


def read_paths(args: list[str]) -> list[Path]:
    if not args:
        raise ArgumentError("the path of a folder of posts is not set")
    for path in args:
        # Path("") is the current folder, but in a script it comes from a variable that is not set.
        if not path or path.startswith("-") or not Path(path).exists():
            raise ArgumentError(f"the path must be a file or folder, got {path!r}")
    return [Path(path) for path in args]
