"""``finews export``: write the archive's records to files or to standard output. It changes nothing in the archive."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from finews_crawler.cli import ArchiveCommand, output_errors
from finews_crawler.config.values import one_of, read, read_span
from finews_crawler.exceptions import ArchiveError, ArgumentError, InvalidCursor
from finews_crawler.stats import ExitStatus
from finews_crawler.utils.output import is_stream
from finews_crawler.utils.program import install_line
from finews_crawler.utils.terminal import discard_rest, write_stderr

if TYPE_CHECKING:
    from collections.abc import Mapping

    from finews_crawler.archive.archive import Archive
    from finews_crawler.archive.query import ExportQuery
    from finews_crawler.exporters.exporter import Exporter, Option

STDOUT = "-"


def export_formats() -> dict[str, type[Exporter]]:
    """Return the formats by name; WARC is not in ``exporters``, as it needs the recorder's records."""
    from finews_crawler.exporters.exporter import find_exporters

    return find_exporters("finews_crawler.exporters", "finews_crawler.warc.export")


def format_options(formats: Mapping[str, type[Exporter]]) -> dict[str, dict[str, Option]]:
    """Return the options of the formats, by the option's name and then the format's."""
    options: dict[str, dict[str, Option]] = {}
    for name, exporter in formats.items():
        for option in exporter.options:
            options.setdefault(option.name, {})[name] = option
    return options


class Command(ArchiveCommand):
    """Writes an export and its manifest to a folder, or the export alone to standard output."""

    usage = "--format FORMAT [options]"
    description = "Export the archive, or what changed since the last export, in one of several formats"
    examples = ("finews export --format jsonl --since 2022-05-01 --out exports/may", "finews export --format parquet")

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        formats = export_formats()
        parser.add_argument("--format", metavar="FORMAT", default="", help=", ".join(formats))
        parser.add_argument("--since", metavar="DAY", default="", help="published on this day in Beijing or later")
        parser.add_argument("--until", metavar="DAY", default="", help="published on this day or earlier")
        parser.add_argument("--after", metavar="CURSOR", default="", help="only new or changed articles since then")
        parser.add_argument("--medium", metavar="NAME", default="", help="only articles of this outlet")
        parser.add_argument(
            "--ticker", metavar="SYMBOL", default="", help="only articles that name it: 600050.SH, SH600050 or 600050"
        )
        parser.add_argument("--revisions", action="store_true", help="also earlier revisions")
        for name, by_format in format_options(formats).items():
            option = next(iter(by_format.values()))
            about = f"{option.help} of {', '.join(by_format)}; default: {option.default}"
            parser.add_argument(f"--{name}", metavar="|".join(option.values), default="", help=about)
        parser.add_argument("--out", metavar="DIR", default="", help="default: feeds/FORMAT in data; -: to stdout")

    def execute(self, args: list[str], opts: argparse.Namespace) -> int:
        exporter_class, options, query = read_arguments(opts)
        with self.reading() as archive:
            exporter = exporter_class(archive.addresses, options)
            folder = Path(opts.out) if opts.out else archive.directory.feeds / exporter.name
            try:
                manifest = write_export(archive, exporter, query, None if opts.out == STDOUT else folder)
            except InvalidCursor as error:
                raise ArgumentError(f"--after: {error}") from error
        target = "standard output" if opts.out == STDOUT else f"{folder}"
        write_stderr(f"export: {manifest['records']} records to {target}; cursor {manifest['cursor']}")
        return ExitStatus.ALL_WELL


def write_export(archive: Archive, exporter: Exporter, query: ExportQuery, folder: Path | None) -> dict[str, Any]:
    """Write to *folder*, or to standard output for None; return the manifest."""
    from finews_crawler.archive.snapshot import open_snapshot
    from finews_crawler.exporters.export import export_to_folder, export_to_stream
    from finews_crawler.exporters.exporter import StreamExporter

    if folder is not None:
        with output_errors(folder), open_snapshot(archive.index, query) as snapshot:
            return export_to_folder(snapshot, exporter, folder)
    assert isinstance(exporter, StreamExporter)
    if sys.__stdout__ is None:  # closed by `>&-`, and sys.stdout is the null device in its place
        raise ArchiveError(
            "standard output is closed: nothing was exported; export to a folder (--out DIR), or open it"
        )
    try:
        with open_snapshot(archive.index, query) as snapshot:
            return export_to_stream(snapshot, exporter, sys.stdout.buffer)
    except OSError as error:
        discard_rest(sys.stdout)
        if isinstance(error, BrokenPipeError):  # as `| head` ends: no line, but no cursor either
            sys.exit(ExitStatus.NOT_WRITABLE)
        raise ArchiveError(f"standard output: {error}: the export is incomplete") from error


def read_arguments(opts: argparse.Namespace) -> tuple[type[Exporter], dict[str, str], ExportQuery]:
    """Return the format, its options, and the selection. Raises ArgumentError."""
    from finews_crawler.exporters.exporter import StreamExporter

    formats = export_formats()
    exporter = formats[read("--format", opts.format, one_of(*formats))]
    options = read_options(opts, format_options(formats))
    if opts.out == STDOUT and not issubclass(exporter, StreamExporter):
        streamable = " or ".join(name for name, known in formats.items() if issubclass(known, StreamExporter))
        raise ArgumentError(f"--out - is for --format {streamable}: {exporter.name} needs a folder")
    if opts.out != STDOUT and (is_stream(Path(opts.out)) or Path(opts.out).is_file()):
        raise ArgumentError(f"--out must be a folder, or - for standard output, got {opts.out!r}")
    if exporter.requires is not None and exporter.requires.is_missing:
        package, extra = exporter.requires
        raise ArgumentError(f"--format {exporter.name} needs {package}: {install_line(extra)}")
    return exporter, options, read_query(opts)


def read_options(opts: argparse.Namespace, known: Mapping[str, Mapping[str, Option]]) -> dict[str, str]:
    """Return the options of the chosen format, given or by default. Raises ArgumentError."""
    options = {}
    for name, by_format in known.items():
        value, option = getattr(opts, name), by_format.get(opts.format)
        if value and option is None:
            raise ArgumentError(f"--{name} is for --format {' or '.join(by_format)}")
        if value and option is not None:
            options[name] = read(f"--{name}", value, one_of(*option.values))
        elif option is not None and opts.out == STDOUT and option.stream_default:
            options[name] = option.stream_default
    return options


def read_query(opts: argparse.Namespace) -> ExportQuery:
    """Return the selection of the options. Raises UsageError."""
    from finews_crawler.archive.query import ExportQuery, read_cursor

    since, until = read_span(opts.since, opts.until, "--")
    try:
        after = read_cursor(opts.after) if opts.after else None
    except InvalidCursor as error:
        raise ArgumentError(f"--after: {error}") from error
    return ExportQuery(since, until, after, opts.revisions, opts.medium or None, opts.ticker or None)
