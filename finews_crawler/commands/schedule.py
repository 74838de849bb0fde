"""``scrapy schedule``: what runs the crawl from cron or systemd, ready for this installation."""

from __future__ import annotations

import argparse
import os
import pwd
from typing import TYPE_CHECKING, Any, ClassVar

from scrapy.commands import ScrapyCommand

from finews_crawler.cli import exit_with, open_standard_streams
from finews_crawler.exceptions import ArgumentError
from finews_crawler.spiders.arguments import read_number
from finews_crawler.stats import ExitStatus
from finews_crawler.utils.terminal import echo, write_stderr

if TYPE_CHECKING:
    from finews_crawler.operate.scheduling.installation import Installation

EXAMPLE = "scrapy schedule systemd --every 30 --user news"
KINDS = ("cron", "systemd")
DAY = 24 * 60


class Command(ScrapyCommand):
    """Prints, and changes nothing."""

    requires_project = True
    requires_crawler_process = False
    default_settings: ClassVar[dict[str, Any]] = {"LOG_ENABLED": False}

    def syntax(self) -> str:
        return "cron|systemd [options]"

    def short_desc(self) -> str:
        return "Print what runs the crawl from cron or systemd, with the settings of now"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--every", metavar="MINUTES", default="30", help="default 30")
        parser.add_argument("--user", metavar="NAME", default="", help="who is to run it, and to own the archive")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        from finews_crawler.config.model import check_configuration
        from finews_crawler.exceptions import ConfigurationError

        open_standard_streams()
        assert self.settings is not None
        try:
            check_configuration(self.settings)
            kind, minutes = read_kind(args), read_interval(opts.every)
            check_user(opts.user)
            self.print_schedule(kind, minutes, opts.user)
        except ConfigurationError as error:
            exit_with(ExitStatus.ARGUMENTS, f"scrapy schedule: {error}")
        except ValueError as error:
            exit_with(ExitStatus.ARGUMENTS, f"scrapy schedule: {error}; for example: {EXAMPLE}")

    def print_schedule(self, kind: str, minutes: int, user: str) -> None:
        """Raises ValueError for what no schedule can hold."""
        from finews_crawler.operate.scheduling import installation, intervals, render

        assert self.settings is not None
        here = installation.this_installation(self.settings, intervals.lock_wait(minutes))
        if kind == "cron":
            echo(*render.render_crontab(here, minutes, user).splitlines())
            return
        service, timer = render.render_units(here, minutes, user or whoever_runs_this()).values()
        echo(*service.splitlines(), "", *timer.splitlines())
        warn(here)


def read_kind(args: list[str]) -> str:
    """Raises ArgumentError."""
    if len(args) != 1 or args[0] not in KINDS:
        given = f"unknown argument {' '.join(args)!r}: " if args else ""
        raise ArgumentError(f"{given}say which, cron or systemd")
    return args[0]


def read_interval(text: str) -> int:
    """Minutes. Raises ValueError."""
    from finews_crawler.operate.scheduling.intervals import check_interval

    minutes = read_number({"--every": text}, "--every", highest=DAY) or 0
    check_interval(minutes)
    return minutes


def check_user(name: str) -> None:
    """Raises ArgumentError."""
    try:
        if name:
            pwd.getpwnam(name)
    except (KeyError, ValueError) as error:
        raise ArgumentError(f"--user={name!r}: there is no such user here") from error


def whoever_runs_this() -> str:
    """Raises ArgumentError."""
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError as error:
        raise ArgumentError("whoever runs this has no name here: give --user NAME") from error


def warn(here: Installation) -> None:
    """A service cannot be given leave to write to what is not there."""
    for folder in here.written_folders:
        if not folder.is_dir():
            write_stderr(f"scrapy schedule: {folder} is not there yet: make it, and give it to who runs the service")
