"""``finews rebuild``: write the posts from the index."""

from __future__ import annotations

import argparse
from collections import Counter

from finews_crawler.cli import ArchiveCommand
from finews_crawler.config.values import optional, past_day, read
from finews_crawler.stats import ExitStatus
from finews_crawler.utils.files import named_if_there
from finews_crawler.utils.terminal import echo


class Command(ArchiveCommand):
    """Writes every post and category file that is missing or differs from the index."""

    description = "Write the posts that are missing, or that differ from the index"
    examples = ("finews rebuild --since 2022-05-01", "finews rebuild")

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--since", metavar="DAY", default="", help="only articles published from that day on")

    def execute(self, args: list[str], opts: argparse.Namespace) -> int:
        from finews_crawler.archive.rebuild import Rebuilt, rebuild
        from finews_crawler.site.theme_install import install_theme

        since = read("--since", opts.since, optional(past_day, None))
        with self.writing() as archive:
            done = Counter(rebuilt for _, rebuilt in rebuild(archive, since))
            if archive.directory.posts.is_dir():
                install_theme(archive.directory.site)
        words = ", ".join(f"{rebuilt.value} {done[rebuilt]}" for rebuilt in Rebuilt)
        echo(f"rebuild: rows {done.total()}, {words}{named_if_there('posts', archive.directory.posts)}")
        return ExitStatus.ALL_WELL
