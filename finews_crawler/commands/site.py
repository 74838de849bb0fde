"""``scrapy site``: the archive as a site that people read."""

from __future__ import annotations

import argparse
import os
import signal
import threading
from collections.abc import Iterable
from typing import Any, ClassVar

from scrapy.commands import ScrapyCommand

from finews_crawler.archive.archive import Archive
from finews_crawler.archive.lock import Lock
from finews_crawler.cli import exit_with, open_standard_streams, open_to_read, open_to_write, refusing
from finews_crawler.exceptions import BuildFailed, Locked
from finews_crawler.site.build import Report, SiteBuild
from finews_crawler.site.serve import LOOPBACK, site_server
from finews_crawler.site.theme_install import RECORD, install_theme
from finews_crawler.stats import ExitStatus
from finews_crawler.utils.terminal import echo, write_stderr

ACTIONS = ("init", "build", "serve")
EXAMPLE = "scrapy site build"
DEFAULT_PORT = "8000"
LARGEST_PORT = 65535


class Command(ScrapyCommand):
    """Puts the theme into the site's folder, builds the site with Jekyll, serves it on loopback."""

    requires_project = True
    requires_crawler_process = False
    default_settings: ClassVar[dict[str, Any]] = {"LOG_ENABLED": False}

    def syntax(self) -> str:
        return f"{'|'.join(ACTIONS)} [options]"

    def short_desc(self) -> str:
        return "Build the archive's site with Jekyll, and serve it on loopback"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--full", action="store_true", help="build: everything, not only what has changed")
        parser.add_argument("--port", default="", metavar="N", help=f"serve: port on 127.0.0.1, default {DEFAULT_PORT}")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        open_standard_streams()
        port = read_arguments(args, opts)
        command = f"scrapy site {args[0]}"
        assert self.settings is not None  # Scrapy sets them before it runs a command
        archive = (open_to_write if args[0] == "init" else open_to_read)(self.settings, command)
        with refusing(archive, command):
            if args[0] == "init":
                told = init(archive)
            elif args[0] == "build":
                told = build(archive, self.settings, full=opts.full)
            else:
                told = serve(archive, port)
            archive.close()
        echo(told)


def read_arguments(args: list[str], opts: argparse.Namespace) -> int:
    """The port; what cannot be meant ends the process."""
    wrong, port = "", opts.port or DEFAULT_PORT
    if len(args) != 1 or args[0] not in ACTIONS:
        wrong = f"give one of {', '.join(ACTIONS)}"
    elif opts.full and args[0] != "build":
        wrong = "--full is for build"
    elif opts.port and args[0] != "serve":
        wrong = "--port is for serve"
    elif not (port.isascii() and port.isdigit() and len(port) < 10 and int(port) <= LARGEST_PORT):
        wrong = f"--port={port!r} is not a number from 0 to {LARGEST_PORT}"
    if wrong:
        exit_with(ExitStatus.ARGUMENTS, f"scrapy site: {wrong}; for example: {EXAMPLE}")
    return int(port)


def init(archive: Archive) -> str:
    """Put the theme into the site's folder, missing files included."""
    site = archive.directory.site
    installed = install_theme(site, restore=True)
    tell_of_changed(installed.kept)
    return f"site init: written {len(installed.written)}, kept {len(installed.kept)}; the theme is in {site}"


def tell_of_changed(names: Iterable[str]) -> None:
    for name in names:
        write_stderr(f"kept: {name} was changed by hand; the theme has another")


def build(archive: Archive, settings: Any, *, full: bool) -> str:
    """Build the site; one that cannot be built stays as it is served, and ends the process."""
    directory = archive.directory
    lock = Lock(directory.site_build / "lock")
    try:
        lock.take(settings.getfloat("FINEWS_LOCK_WAIT"), lambda why: write_stderr(f"scrapy site build: {why}"))
        bring_theme_up_to_date(archive)
        report = SiteBuild(archive, site_url(settings["FINEWS_POST_ARCHIVE_URL"]), echo).run(full=full)
    except (BuildFailed, KeyboardInterrupt) as error:
        why = error if isinstance(error, BuildFailed) else "interrupted"
        exit_with(ExitStatus.SOME_FAILED, f"scrapy site build: {why}; the site is served as it was before")
    finally:
        lock.release()
    return summary(report, str(directory.built_site))


def bring_theme_up_to_date(archive: Archive) -> None:
    """Unless a crawl is writing, which does it at its end. Raises Locked where there is no theme yet."""
    site = archive.directory.site
    try:
        archive.lock.take()
        tell_of_changed(install_theme(site).outdated)
    except Locked:
        if not (site / RECORD).exists():
            raise
    finally:
        archive.lock.release()


def summary(report: Report, place: str) -> str:
    done = f"parts built {report.parts}, lists built {report.listings}, files changed {report.files}"
    return f"site build: posts {report.posts}, {done}; the site is in {place}"


def site_url(archive_url: str) -> str:
    """The site's own address: posts name it without a scheme.

    >>> site_url("//finews.withounder.com/")
    'https://finews.withounder.com'
    """
    return f"https:{archive_url}".rstrip("/") if archive_url.startswith("//") else archive_url.rstrip("/")


def serve(archive: Archive, port: int) -> str:
    """Serve the built site until SIGINT or SIGTERM."""
    folder = archive.directory.built_site
    if not folder.is_dir():
        exit_with(ExitStatus.ARGUMENTS, f"scrapy site serve: {folder} is not there: `scrapy site build` makes it")
    try:
        server = site_server(folder, port)
    except OSError as error:
        why = os.strerror(error.errno or 0)
        exit_with(
            ExitStatus.ARGUMENTS, f"scrapy site serve: no server on {LOOPBACK}:{port}: {why}; choose another --port"
        )
    for number in (signal.SIGINT, signal.SIGTERM):
        # From another thread: shutdown waits for the loop that this handler interrupts.
        signal.signal(number, lambda *_: threading.Thread(target=server.shutdown).start())
    echo(f"site serve: http://{LOOPBACK}:{server.server_port}/ is {folder}; end it with Ctrl-C")
    with server:
        server.serve_forever()
    return "site serve: ended"
