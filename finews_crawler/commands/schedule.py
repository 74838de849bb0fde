"""``finews schedule``: print a cron line or systemd units that run the crawl or the workers of this installation."""

from __future__ import annotations

import argparse
import os
import pwd
import stat
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from finews_crawler.cli import ArchiveCommand, output_errors
from finews_crawler.config.declaration import PREFIX
from finews_crawler.config.load import check_configuration, check_proxies
from finews_crawler.config.values import one_of, read, whole_number
from finews_crawler.exceptions import ArgumentError, NotSchedulable
from finews_crawler.stats import ExitStatus
from finews_crawler.utils.files import existing
from finews_crawler.utils.terminal import echo, write_stderr

if TYPE_CHECKING:
    from finews_crawler.operate.scheduling.installation import Installation

MINUTES_A_DAY = 24 * 60
OTHERS = stat.S_IRGRP | stat.S_IROTH


class Command(ArchiveCommand):
    """Prints only; installs nothing."""

    usage = "cron|systemd|worker [options]"
    description = "Print a cron line or systemd units that run the crawl or the workers with the current settings"
    examples = ("finews schedule systemd --every 30 --user news", "finews schedule cron --every 10")
    takes_arguments = True

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--every", metavar="MINUTES", default="30", help="interval of the crawl; default: 30")
        parser.add_argument(
            "--user",
            metavar="NAME",
            default="",
            help="user who runs the crawl and owns the archive, or who runs the workers",
        )
        about = "file with the settings and proxies that are secret, one NAME='value' a line"
        parser.add_argument("--env-file", metavar="FILE", default="", help=about)

    def execute(self, args: list[str], opts: argparse.Namespace) -> int:
        assert self.settings is not None
        check_configuration(self.settings)
        check_proxies()
        check_options(opts.set)
        kind = read("the kind of schedule", " ".join(args), one_of("cron", "systemd", "worker"))
        check_user(opts.user)
        env_file = Path(opts.env_file) if opts.env_file else None
        here = self.print_worker(opts, env_file) if kind == "worker" else self.print_crawl(kind, opts, env_file)
        # A service cannot get permission to write to a folder that does not exist.
        for folder in here.written_folders if kind != "cron" else ():
            if not folder.is_dir():
                write_stderr(
                    f"finews schedule: {folder} does not exist: create it, and give it to the user of the service"
                )
        if here.env_file and here.env_file.stat().st_mode & OTHERS:
            write_stderr(f"finews schedule: {here.env_file} can be read by other users: chmod 600")
        return ExitStatus.ALL_WELL

    def print_crawl(self, kind: str, opts: argparse.Namespace, env_file: Path | None) -> Installation:
        from finews_crawler.operate.scheduling import installation, intervals, render
        from finews_crawler.spiders.channel import ChannelSpider

        assert self.settings is not None
        ChannelSpider.check({}, self.settings)  # a line whose crawl would end before its first request
        minutes = read("--every", opts.every, whole_number(MINUTES_A_DAY))
        intervals.check_interval(minutes)
        here = installation.this_installation(self.settings, intervals.lock_wait(minutes), env_file)
        check_folders(here, opts.user)
        if kind == "cron":
            echo(*render.render_crontab(here, minutes, opts.user).splitlines())
        else:
            service, timer = render.render_units(here, minutes, opts.user or current_user()).values()
            echo(*service.splitlines(), "", *timer.splitlines())
        return here

    def print_worker(self, opts: argparse.Namespace, env_file: Path | None) -> Installation:
        from finews_crawler.operate.scheduling import installation, render

        assert self.settings is not None
        here = installation.worker_installation(self.settings, env_file)
        check_folders(here, opts.user)
        timeout = self.settings.getint("DOWNLOAD_TIMEOUT")
        echo(*render.render_worker_unit(here, opts.user or current_user(), timeout).splitlines())
        return here


def check_options(given: Iterable[str]) -> None:
    """Raise ArgumentError for an option that the scheduled crawl would run without."""
    others = (name for name in (word.partition("=")[0] for word in given) if not name.startswith(PREFIX))
    if name := next(others, None):
        raise ArgumentError(f"-s {name}=… is not part of a schedule: put it below [scrapy] in finews.toml")


def check_folders(here: Installation, user: str) -> None:
    """Raise NotSchedulable for a folder in which the crawl cannot write. A missing one may be created later."""
    is_current = not user or user == current_user()
    for folder in here.written_folders:
        with output_errors(folder):
            parent = existing(folder)
            if not parent.is_dir():
                raise NotSchedulable(f"{folder} cannot be a folder, since {parent} is a file: name another")
        if parent == folder and is_current and not os.access(folder, os.W_OK | os.X_OK):
            raise NotSchedulable(f"no permission to write in {folder}: give it, or name the user who has it by --user")


def check_user(name: str) -> None:
    try:
        if name:
            pwd.getpwnam(name)
    except (KeyError, ValueError) as error:
        raise ArgumentError(f"--user must be a user of this machine, got {name!r}") from error


def current_user() -> str:
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError as error:
        raise ArgumentError("--user is not set, and the current user has no name") from error
