"""``finews init DIR``: make a folder for an archive, with a commented finews.toml."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from shlex import quote
from shutil import which

from finews_crawler.cli import ArchiveCommand, output_errors
from finews_crawler.config.given import check_names
from finews_crawler.config.settings_file import FILE_NAME
from finews_crawler.config.template import template
from finews_crawler.exceptions import ArgumentError
from finews_crawler.stats import ExitStatus
from finews_crawler.utils.files import write_whole
from finews_crawler.utils.terminal import echo

NEXT = ("doctor", "crawl channel", "site build")


class Command(ArchiveCommand):
    """Overwrites nothing."""

    usage = "DIR"
    description = "Make a folder for an archive, with a commented finews.toml"
    examples = ("finews init ~/news", "finews init .")
    takes_arguments = True

    def check_settings(self) -> None:
        # Those of another folder, or of a finews.toml that this one shall replace.
        check_names(self.settings or (), reads_file=False)

    def execute(self, args: list[str], opts: argparse.Namespace) -> int:
        if len(args) != 1 or not args[0] or args[0].startswith("-"):
            raise ArgumentError("give one folder")
        folder = Path(args[0])
        file = folder / FILE_NAME
        with output_errors(folder):
            folder.mkdir(parents=True, exist_ok=True)
        if os.path.lexists(file):
            raise ArgumentError(f"{file} exists: edit it, or name another folder")
        with output_errors(folder):
            (folder / "data").mkdir(exist_ok=True)
        with output_errors(file):
            write_whole(file, template().encode())
        steps = [f"cd {quote(str(folder))}"] if folder.resolve() != Path.cwd() else []
        program = "finews" if which("finews") else f"{quote(sys.executable)} -m finews_crawler"
        steps += [f"{program} {words}" for words in NEXT]
        echo(f"wrote {file}: every setting, with its default", "next:", *(f"  {step}" for step in steps))
        return ExitStatus.ALL_WELL
