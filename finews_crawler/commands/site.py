"""``finews site``: build the archive's site, and serve it on loopback."""

from __future__ import annotations

import argparse
import gc
import os
import signal
import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING

from finews_crawler.cli import ArchiveCommand, exit_with
from finews_crawler.config.values import one_of, read, whole_number
from finews_crawler.exceptions import ArgumentError, BuildFailed, Locked
from finews_crawler.stats import ExitStatus
from finews_crawler.utils.terminal import echo, write_stderr

if TYPE_CHECKING:
    from finews_crawler.archive.archive import Archive
    from finews_crawler.config.model import Config

ACTIONS = ("init", "build", "serve")
DEFAULT_PORT = "8000"
LARGEST_PORT = 65535


class Command(ArchiveCommand):
    """Installs the theme in the site's folder, builds the site with Jekyll, serves it on loopback."""

    usage = f"{'|'.join(ACTIONS)} [options]"
    description = "Build the archive's site with Jekyll, and serve it on loopback"
    examples = ("finews site build", "finews site serve --port 4000")
    takes_arguments = True

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--full", action="store_true", help="build: everything, not only what has changed")
        parser.add_argument("--port", default="", metavar="N", help=f"serve: port on 127.0.0.1, default {DEFAULT_PORT}")

    def execute(self, args: list[str], opts: argparse.Namespace) -> int:
        from finews_crawler.site.address import read_address

        action, port = read_arguments(args, opts)
        with self.writing(may_be_new=True) if action == "init" else self.reading(needs_index=False) as archive:
            if action == "init":
                result = init(archive)
            elif action == "build":
                result = build(archive, self.config, full=opts.full)
            else:
                result = serve(archive, port, read_address(archive.directory.site, self.config.post_archive_url).base)
        echo(result)
        return ExitStatus.ALL_WELL


def read_arguments(args: list[str], opts: argparse.Namespace) -> tuple[str, int]:
    action = read("the action", " ".join(args), one_of(*ACTIONS))
    if opts.full and action != "build":
        raise ArgumentError("--full is for build")
    if opts.port and action != "serve":
        raise ArgumentError("--port is for serve")
    return action, read("--port", opts.port or DEFAULT_PORT, whole_number(LARGEST_PORT, least=0))


def init(archive: Archive) -> str:
    """Install the theme in the site's folder, and restore missing files; return a summary."""
    from finews_crawler.site.theme_install import install_theme

    site = archive.directory.site
    installed = install_theme(site, restore=True)
    report_changed(installed.kept)
    return f"site init: written {len(installed.written)}, kept {len(installed.kept)}; the theme is in {site}"


def report_changed(names: Iterable[str]) -> None:
    for name in names:
        write_stderr(f"kept: {name} was changed by hand and differs from the theme")


def build(archive: Archive, config: Config, *, full: bool) -> str:
    """Build the site; return a summary. If that fails, end the process; the site is served as before."""
    from finews_crawler.archive.lock import Lock
    from finews_crawler.site.build import SiteBuild

    gc.freeze()  # what has been imported lives until the process ends
    directory = archive.directory
    lock = Lock(directory.site_build / "lock", directory.root)
    try:
        lock.take(config.lock_wait, lambda why: write_stderr(f"finews site build: {why}"))
        lock.mark_clean()  # a build looks for the files of a killed one itself
        update_theme(archive)
        report = SiteBuild(archive, config.post_archive_url, echo, lock.check).run(full=full)
    except (BuildFailed, KeyboardInterrupt) as error:
        why = error if isinstance(error, BuildFailed) else "interrupted"
        exit_with(ExitStatus.SOME_FAILED, f"finews site build: {why}; the served site is unchanged")
    finally:
        lock.release()
    done = f"rendered {report.rendered}, lists built {report.listings}, files changed {report.files}"
    return f"site build: posts {report.posts}, {done}; the site is in {directory.built_site}"


def update_theme(archive: Archive) -> None:
    """Update the theme, unless a crawl is writing, which does it at its end. Raises Locked if the theme is missing."""
    from finews_crawler.site.theme_install import RECORD, install_theme

    site = archive.directory.site
    try:
        archive.lock.take()
        report_changed(install_theme(site).outdated)
    except Locked:
        if not (site / RECORD).exists():
            raise
    finally:
        archive.lock.release()


def serve(archive: Archive, port: int, base: str) -> str:
    """Serve the built site until SIGINT or SIGTERM; return a last line. Raises ArgumentError."""
    from finews_crawler.site.serve import LOOPBACK, site_server

    folder = archive.directory.built_site
    if not folder.is_dir():
        raise ArgumentError(f"{folder} does not exist: build the site first")
    try:
        server = site_server(folder, port, base)
    except OSError as error:
        why = os.strerror(error.errno or 0)
        raise ArgumentError(f"cannot serve on {LOOPBACK}:{port}: {why}: choose another --port") from error
    for number in (signal.SIGINT, signal.SIGTERM):
        # From another thread: shutdown waits for the loop that this handler interrupts.
        signal.signal(number, lambda *_: threading.Thread(target=server.shutdown).start())
    echo(f"site serve: http://{LOOPBACK}:{server.server_port}{base}/ is {folder}; end it with Ctrl-C")
    with server:
        server.serve_forever()
    return "site serve: ended"
