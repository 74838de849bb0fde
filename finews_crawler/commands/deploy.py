"""``finews deploy``: publish the built site by rsync, or to a bucket of S3."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from finews_crawler.cli import EXAMPLE, ArchiveCommand, exit_with
from finews_crawler.config.deploy_targets import rsync_destination, s3_place
from finews_crawler.config.given import is_given
from finews_crawler.config.load import check_installed
from finews_crawler.config.values import one_of, read
from finews_crawler.exceptions import ArgumentError, DeployFailed
from finews_crawler.stats import ExitStatus
from finews_crawler.utils.redaction import register_secrets
from finews_crawler.utils.terminal import echo, write_stderr

if TYPE_CHECKING:
    from finews_crawler.config.data_directory import DataDirectory
    from finews_crawler.site.publish import Place, Plan

KINDS = ("rsync", "s3")
MOST_WORDS = 2
MOST_NAMES = 10
"""Files of each kind that a dry run names."""
MEGABYTE = 1_000_000
SECRETS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "RSYNC_PASSWORD")
"""Variables that rsync and boto3 read; no message may have their values."""
ADDRESS = "FINEWS_POST_ARCHIVE_URL"
EXAMPLE_OF_ADDRESS = f"{ADDRESS}=https://news.example.org"
EXAMPLES = {
    "rsync": "finews deploy rsync news@www.example.org:/srv/www/news --delete",
    "s3": "finews deploy s3 s3://news --delete",
}


class Command(ArchiveCommand):
    """Sends what has changed since the last time, in an order in which readers never meet a page without its files."""

    usage = f"{'|'.join(KINDS)} [TARGET] [options]"
    description = "Publish the built site by rsync, or to a bucket of S3"
    examples = (f"{EXAMPLES['rsync']}", f"{EXAMPLES['s3']} --dry-run")
    takes_arguments = True

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        about = "delete what earlier runs of this command have sent and the site has no more, and nothing else"
        parser.add_argument("--delete", action="store_true", help=about)
        about = "replace files of the same names that this command has not sent"
        parser.add_argument("--overwrite", action="store_true", help=about)
        about = "s3: URL of a server that is not Amazon's; default: FINEWS_DEPLOY_S3_ENDPOINT"
        parser.add_argument("--endpoint", default="", metavar="URL", help=about)
        parser.add_argument("--dry-run", action="store_true", help="print what would be done, and send nothing")
        parser.add_argument("-v", "--verbose", action="store_true", help="--dry-run: name every file")

    def execute(self, args: list[str], opts: argparse.Namespace) -> int:
        kind = read("the kind", args[0] if args else "", one_of(*KINDS))
        if len(args) > MOST_WORDS:
            raise ArgumentError(f"give one target, got {' '.join(args[1:])!r}")
        register_secrets(os.environ[name] for name in SECRETS if name in os.environ)
        target = args[1] if len(args) == MOST_WORDS else ""
        with self.reading(needs_index=False) as archive:
            place = self.rsync_place(target) if kind == "rsync" else self.s3_place(target, opts.endpoint)
            try:
                return self.publish(archive.directory, kind, place, opts)
            except (DeployFailed, KeyboardInterrupt) as error:
                why = error if isinstance(error, DeployFailed) else "interrupted: run it again to complete it"
                exit_with(ExitStatus.SOME_FAILED, f"{self.command}: {why}")

    def rsync_place(self, target: str) -> Place:
        from finews_crawler.site.rsync_place import RsyncPlace

        destination = read("TARGET", target, rsync_destination) if target else self.config.deploy_rsync
        if not destination:
            raise ArgumentError(not_set("rsync"))
        root = self.config.data_directory.root.resolve()
        if destination.startswith("/") and root in (Path(destination).resolve(), *Path(destination).resolve().parents):
            raise ArgumentError(f"{destination} is in the data directory: name a folder outside of it")
        return RsyncPlace(destination)

    def s3_place(self, target: str, endpoint: str) -> Place:
        from finews_crawler.config.urls import endpoint_url

        place = read("TARGET", target, s3_place) if target else self.config.deploy_s3
        if place is None:
            raise ArgumentError(not_set("s3"))
        url = read("--endpoint", endpoint, endpoint_url) if endpoint else self.config.deploy_s3_endpoint
        check_installed("boto3", "s3", target or "FINEWS_DEPLOY_S3")
        from finews_crawler.site.s3_place import Bucket

        try:
            return Bucket(place, url)
        except DeployFailed as error:
            exit_with(ExitStatus.SOME_FAILED, f"{self.command}: {error}")

    def publish(self, directory: DataDirectory, kind: str, place: Place, opts: argparse.Namespace) -> ExitStatus:
        """Publish the site to *place*. Raises ArgumentError without a site, DeployFailed, Locked during a build."""
        from finews_crawler.archive.lock import Lock
        from finews_crawler.site.publish import Publication, SiteFiles

        if not directory.built_site.is_dir():
            raise ArgumentError(f"{directory.built_site} does not exist: build the site first")
        self.check_address(directory)
        # Two builds later, the release that is read here would be written to.
        lock = Lock(directory.site_build / "lock", directory.root)
        try:
            lock.take(self.config.lock_wait, lambda why: write_stderr(f"{self.command}: {why}"))
            files = SiteFiles.below(directory.built_site.resolve())
            publication = Publication(files, place, deletes=opts.delete, overwrites=opts.overwrite)
            plan = publication.plan()
            if opts.dry_run:
                echo(*plan_lines(plan, deletes=opts.delete, most=None if opts.verbose else MOST_NAMES))
            else:
                publication.run(plan)
        finally:
            lock.release()
        where = "would be" if opts.dry_run else "is"
        echo(f"deploy {kind}: {summary(plan, opts)}; the site {where} at {place.name}")
        return ExitStatus.ALL_WELL

    def check_address(self, directory: DataDirectory) -> None:
        """Raise ArgumentError if the pages have the address of another site, or one that is not set any more.

        The default is the site of the original archive: with it, search engines and feed readers would be sent there.
        """
        from finews_crawler.site.address import CONFIGURATION, read_address, read_configuration
        from finews_crawler.site.build import STATE
        from finews_crawler.site.build_state import built_address

        assert self.settings is not None
        address = str(read_address(directory.site, self.config.post_archive_url))
        if not read_configuration(directory.site).get("url") and not is_given(self.settings, ADDRESS):
            where = f"url: in {directory.site / CONFIGURATION} or {ADDRESS}"
            hint = f"set {where} to its own, then `finews site build`"
            raise ArgumentError(f"the pages name the default address, {address}: {hint}{EXAMPLE}{EXAMPLE_OF_ADDRESS}")
        built = built_address(directory.site_build / STATE)
        if built and built != address:
            raise ArgumentError(f"the pages name {built}, but the address is {address}: run `finews site build` first")


def not_set(kind: str) -> str:
    setting = f"FINEWS_DEPLOY_{kind.upper()}"
    return f"no target: name one, or set {setting}; for example: {EXAMPLES[kind]}"


def plan_lines(plan: Plan, *, deletes: bool, most: int | None) -> Iterator[str]:
    """Yield a line for each file that is not as it should be: of each kind for the first *most*, and their number."""
    kinds = {"new": plan.new, "changed": plan.changed, "removed": plan.removed if deletes else []}
    for kind, paths in kinds.items():
        yield from (f"{kind:<8} {path}" for path in paths[:most])
        if most is not None and len(paths) > most:
            yield f"{kind:<8} {len(paths) - most} more (-v names them)"


def summary(plan: Plan, opts: argparse.Namespace) -> str:
    """Return the counts of a publication."""
    removed = len(plan.removed)
    counts = f"new {len(plan.new)}, changed {len(plan.changed)}, removed {removed if opts.delete else 0}"
    size = f"{plan.bytes / MEGABYTE:.1f} MB"
    left = f", left {removed} that the site has no more (--delete removes them)" if removed and not opts.delete else ""
    done = f"{size} to send, nothing was sent" if opts.dry_run else f"{size} sent"
    return f"{counts}, unchanged {plan.unchanged}{left}; {done}"
