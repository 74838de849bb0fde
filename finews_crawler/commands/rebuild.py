"""``scrapy rebuild``: the posts from the index."""

from __future__ import annotations

import argparse
from collections import Counter
from datetime import date
from typing import Any, ClassVar

from scrapy.commands import ScrapyCommand

from finews_crawler.archive.rebuild import Rebuilt, rebuild
from finews_crawler.cli import exit_with, open_standard_streams, open_to_write, refusing
from finews_crawler.exceptions import ArgumentError
from finews_crawler.site.theme_install import install_theme
from finews_crawler.spiders.arguments import read_day
from finews_crawler.stats import ExitStatus
from finews_crawler.utils.terminal import echo

EXAMPLE = "scrapy rebuild --since 2022-05-01"


class Command(ScrapyCommand):
    """Writes every post and category file that is missing or differs from what the index holds."""

    requires_project = True
    requires_crawler_process = False
    default_settings: ClassVar[dict[str, Any]] = {"LOG_ENABLED": False}

    def syntax(self) -> str:
        return "[options]"

    def short_desc(self) -> str:
        return "Write the posts from the index: those that are missing, or differ from it"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--since", metavar="YYYY-MM-DD", default="", help="only what was published from then on")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        open_standard_streams()
        since = self.read_since(args, opts)
        archive = open_to_write(self.settings, "scrapy rebuild")
        with refusing(archive, "scrapy rebuild"):
            done = Counter(rebuilt for _, rebuilt in rebuild(archive, since))
            if archive.directory.posts.is_dir():
                install_theme(archive.directory.site)
            archive.close()
        words = ", ".join(f"{rebuilt.value} {done[rebuilt]}" for rebuilt in Rebuilt)
        echo(f"rebuild: rows {done.total()}, {words}; posts are in {archive.directory.posts}")

    @staticmethod
    def read_since(args: list[str], opts: argparse.Namespace) -> date | None:
        if args:
            exit_with(ExitStatus.ARGUMENTS, f"scrapy rebuild: unknown argument {args[0]!r}; for example: {EXAMPLE}")
        try:
            return read_day({"--since": opts.since}, "--since")
        except ArgumentError as error:
            exit_with(ExitStatus.ARGUMENTS, f"scrapy rebuild: {error}; for example: {EXAMPLE}")
