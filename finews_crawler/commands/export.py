"""``scrapy export``: what the archive holds, for those who read along. Asks nobody, and changes nothing in it."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from scrapy.commands import ScrapyCommand

from finews_crawler.cli import exit_with, open_standard_streams, open_to_read, refusing
from finews_crawler.exceptions import ArgumentError
from finews_crawler.spiders.arguments import read_day
from finews_crawler.stats import ExitStatus
from finews_crawler.utils.error_hints import hint_for
from finews_crawler.utils.terminal import write_stderr

if TYPE_CHECKING:
    from finews_crawler.archive.archive import Archive
    from finews_crawler.archive.query import ExportQuery
    from finews_crawler.exporters.export import Options

EXAMPLE = "scrapy export --format jsonl --since 2022-05-01 --out exports/may"
STDOUT = "-"


class Command(ScrapyCommand):
    """Writes an export and its manifest, or the export alone to standard output."""

    requires_project = True
    requires_crawler_process = False
    default_settings: ClassVar[dict[str, Any]] = {"LOG_ENABLED": False}

    def syntax(self) -> str:
        return "--format FORMAT [options]"

    def short_desc(self) -> str:
        return "Export the archive, or what is new in it: JSONL, Parquet, SQLite, Atom, WARC"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--format", metavar="FORMAT", default="", help="jsonl, parquet, sqlite, atom, warc")
        parser.add_argument("--since", metavar="DAY", default="", help="published on this day in Beijing or later")
        parser.add_argument("--until", metavar="DAY", default="", help="published on this day or earlier")
        parser.add_argument("--after", metavar="CURSOR", default="", help="only what is new or changed since")
        parser.add_argument("--revisions", action="store_true", help="earlier revisions, too")
        parser.add_argument("--compress", metavar="gzip|zstd|none", default="", help="of jsonl; default: gzip")
        parser.add_argument("--by", metavar="medium|ticker", default="", help="what atom feeds are of; default: medium")
        parser.add_argument("--out", metavar="DIR", default="", help="default: feeds/FORMAT in data; -: to stdout")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        open_standard_streams()
        try:
            options = read_arguments(args, opts)
        except ArgumentError as error:
            exit_with(ExitStatus.ARGUMENTS, f"scrapy export: {error}; for example: {EXAMPLE}")
        archive = open_to_read(self.settings, "scrapy export")
        if opts.out == STDOUT:
            manifest = to_standard_output(archive, options)
        else:
            folder = Path(opts.out) if opts.out else archive.directory.feeds / options.format
            manifest = to_folder(archive, options, folder)
        archive.close()
        where = "standard output" if opts.out == STDOUT else f"{folder}"
        write_stderr(f"export: {manifest['records']} records to {where}; cursor {manifest['cursor']}")
        self.exitcode = ExitStatus.ALL_WELL


def read_arguments(args: list[str], opts: argparse.Namespace) -> Options:
    """What to export. Raises ArgumentError."""
    from finews_crawler.exporters.atom import GROUPINGS
    from finews_crawler.exporters.export import ATOM, FORMATS, JSONL, STREAMED, Options, missing_package
    from finews_crawler.exporters.jsonl import COMPRESSORS

    if args:
        raise ArgumentError(f"unknown argument {args[0]!r}")
    one_of("--format", opts.format, FORMATS)
    for name, value, known, of_format in (
        ("--compress", opts.compress, tuple(COMPRESSORS), JSONL),
        ("--by", opts.by, tuple(GROUPINGS), ATOM),
    ):
        if value:
            one_of(name, value, known)
            if opts.format != of_format:
                raise ArgumentError(f"{name} is for --format {of_format}")
    if opts.out == STDOUT and opts.format not in STREAMED:
        raise ArgumentError(f"--out - is for --format {' or '.join(STREAMED)}: {opts.format} needs a folder")
    if package := missing_package(opts.format):
        raise ArgumentError(f"--format {opts.format} needs {package}: pip install 'finews_crawler[{opts.format}]'")
    compression = opts.compress or ("none" if opts.out == STDOUT else "gzip")
    return Options(opts.format, read_selection(opts), compression, opts.by or "medium")


def one_of(name: str, value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        raise ArgumentError(f"{name} {value!r} is none of {', '.join(known)}" if value else f"give {name}")


def read_selection(opts: argparse.Namespace) -> ExportQuery:
    """Which records. Raises ArgumentError."""
    from finews_crawler.archive.cursor import read_cursor
    from finews_crawler.archive.query import ExportQuery
    from finews_crawler.exceptions import InvalidCursor

    given = {"--since": opts.since, "--until": opts.until}
    since, until = read_day(given, "--since"), read_day(given, "--until")
    if since and until and since > until:
        raise ArgumentError(f"--since {since} is later than --until {until}")
    try:
        after = read_cursor(opts.after) if opts.after else None
    except InvalidCursor as error:
        raise ArgumentError(f"--after: {error}") from error
    return ExportQuery(since, until, after, opts.revisions)


def to_folder(archive: Archive, options: Options, folder: Path) -> dict[str, Any]:
    """The manifest of what was written."""
    from finews_crawler.exceptions import InvalidCursor, OutputInUse
    from finews_crawler.exporters.export import export_to_folder

    with refusing(archive, "scrapy export"):
        try:
            return export_to_folder(archive.index, options, folder, archive.addresses)
        except InvalidCursor as error:
            exit_with(ExitStatus.ARGUMENTS, f"scrapy export: --after: {error}")
        except OutputInUse as error:
            exit_with(ExitStatus.LOCKED, f"scrapy export: {error}")
        except OSError as error:
            exit_with(ExitStatus.NOT_WRITABLE, f"scrapy export: {folder}: {error}: {hint_for(error)}")


def to_standard_output(archive: Archive, options: Options) -> dict[str, Any]:
    """The same for a stream."""
    from finews_crawler.exceptions import InvalidCursor
    from finews_crawler.exporters.export import export_to_stream

    with refusing(archive, "scrapy export"):
        try:
            return export_to_stream(archive.index, options, sys.stdout.buffer, archive.addresses)
        except InvalidCursor as error:
            exit_with(ExitStatus.ARGUMENTS, f"scrapy export: --after: {error}")
        except OSError as error:
            # Python would flush once more when it exits, and make 120 of the status.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            exit_with(ExitStatus.NOT_WRITABLE, f"scrapy export: standard output: {error}: not all of it was written")
