"""``finews reindex``: build the index from posts, of this archive or of another."""

from __future__ import annotations

import argparse
from itertools import chain
from pathlib import Path

from finews_crawler.cli import ArchiveCommand, check_exists
from finews_crawler.config.data_directory import DataDirectory
from finews_crawler.exceptions import ArgumentError
from finews_crawler.stats import ExitStatus
from finews_crawler.utils import clock
from finews_crawler.utils.terminal import echo, write_stderr


class Command(ArchiveCommand):
    """Reads posts, and copies posts from outside the data directory into it, byte for byte."""

    usage = "[options] [<path> ...]"
    description = (
        "Read posts into the index, all of this archive's or those at a path: after its loss, or to import them"
    )
    examples = ("finews reindex", "finews reindex --modernise ~/another-archive/_posts")
    takes_arguments = True

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--modernise", action="store_true", help="rewrite posts of old formats in the current one")
        parser.add_argument("--all", action="store_true", help="name every post that was not taken")

    def execute(self, args: list[str], opts: argparse.Namespace) -> int:
        from finews_crawler.archive.found_posts import PostReading
        from finews_crawler.archive.locations import posts_at
        from finews_crawler.archive.reindex import Reindex
        from finews_crawler.operate.reports.reindex_report import SHOWN_PER_REASON, ReindexReport

        paths = self.read_paths(args)
        report = ReindexReport(None if opts.all else SHOWN_PER_REASON)
        with self.writing(may_be_new=True) as archive:
            posts = chain.from_iterable(posts_at(path.resolve()) for path in paths)
            for read in Reindex(archive, clock.now(), modernise=opts.modernise).read(posts):
                report.add(read)
        for line in report.lines():
            write_stderr(line)
        if not report.readings.total():
            write_stderr(f"reindex: no posts in {', '.join(str(path.absolute()) for path in paths)}")
        echo(report.summary())
        return ExitStatus.SOME_FAILED if report.readings[PostReading.UNREADABLE] else ExitStatus.ALL_WELL

    def read_paths(self, args: list[str]) -> list[Path]:
        directory = self.config.data_directory
        if not args:
            check_exists(directory)
            return [directory.root]
        for path in args:
            # Path("") is the current folder, but in a script it comes from a variable that is not set.
            if not path or path.startswith("-") or not Path(path).exists():
                raise ArgumentError(f"the path must be a file or folder, got {path!r}")
        paths = [Path(path) for path in args]
        if directory.lacks_index and paths != (whole := with_whole_archive(paths, directory)):
            write_stderr(f"reindex: {directory.root.absolute()} has no index, so all of its posts are read")
            return whole
        return paths


def with_whole_archive(paths: list[Path], directory: DataDirectory) -> list[Path]:
    """Return *paths* with the data directory in place of those that are in it.

    An index of a part would lack the others, such as retired posts, and the next crawl would fetch them again.
    """
    root = directory.root.resolve()
    others = [path for path in paths if not path.resolve().is_relative_to(root)]
    return paths if len(others) == len(paths) else [directory.root, *others]
