"""``finews reextract``: renew what the index keeps of the bodies: text, source lines, tickers and images."""

from __future__ import annotations

import argparse
from itertools import islice

from finews_crawler.cli import ArchiveCommand
from finews_crawler.stats import ExitStatus
from finews_crawler.utils.terminal import echo, write_stderr

PROGRESS_EVERY = 20
"""Pages of rows between two lines of progress."""
SHOWN = 5


class Command(ArchiveCommand):
    """Without it nothing is wrong, but exports parse the bodies of rows that another version has written."""

    description = "Renew text, tickers and images in the index by the current rules, after an update"
    examples = ("finews reextract", "finews reextract -s FINEWS_DATA_DIR=/srv/news/data")

    def execute(self, args: list[str], opts: argparse.Namespace) -> int:
        from finews_crawler.archive.renewal import count_stale, renew_all

        with self.writing() as archive:
            stale, read = count_stale(archive.index), 0
            damaged = []
            for page, (number, found) in enumerate(renew_all(archive.index), 1):
                read += number
                damaged += found
                if page % PROGRESS_EVERY == 0:
                    write_stderr(f"reextract: {read} of {stale} rows")
        for row in islice(damaged, SHOWN):
            write_stderr(f"reextract: {row}")
        echo(f"reextract: renewed {read - len(damaged)} rows, damaged {len(damaged)}")
        return ExitStatus.SOME_FAILED if damaged else ExitStatus.ALL_WELL
