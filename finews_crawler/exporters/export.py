"""An export: what is selected of one view of the index, in one of the formats, with its manifest."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any

from finews_crawler.archive.index import Index
from finews_crawler.archive.query import ExportQuery
from finews_crawler.archive.snapshot import IndexSnapshot, open_snapshot
from finews_crawler.articles.links import PostUrls
from finews_crawler.articles.record import SCHEMA_VERSION
from finews_crawler.exporters.jsonl import COMPRESSORS, write_jsonl
from finews_crawler.exporters.staging import publish, staging

JSONL, PARQUET, SQLITE, ATOM, WARC = "jsonl", "parquet", "sqlite", "atom", "warc"
FORMATS = (JSONL, PARQUET, SQLITE, ATOM, WARC)
STREAMED = (JSONL, WARC)
"""What can go to standard output: one file, written from its beginning to its end."""
PACKAGES = {PARQUET: "pyarrow", WARC: "warcio"}
"""What a format needs besides, by the name it is imported under."""
PROJECT = "finews_crawler"


@dataclass(frozen=True)
class Options:
    """What to export, and how."""

    format: str
    selection: ExportQuery
    compression: str = "gzip"
    """Of JSON lines."""
    by: str = "medium"
    """What the Atom feeds are of."""


def missing_package(format_name: str) -> str | None:
    """The package that a format needs and that is not installed."""
    package = PACKAGES.get(format_name)
    try:
        return package if package and find_spec(package) is None else None
    except ValueError:  # imported, and without a place
        return package


def export_to_folder(index: Index, options: Options, folder: Path, addresses: PostUrls) -> dict[str, Any]:
    """Write an export into *folder*; its manifest.

    Raises InvalidCursor, OutputInUse, UnusableIndex, OSError or sqlite3.Error; the folder is then as it was.
    """
    with open_snapshot(index, options.selection) as held, staging(folder) as staged:
        files = _write_files(held, staged, options, addresses)
        return publish(staged, folder, files, manifest_of(held, options))


def export_to_stream(index: Index, options: Options, stream: IO[bytes], addresses: PostUrls) -> dict[str, Any]:
    """Write an export as one stream; its manifest, which tells no files. Raises as ``export_to_folder``."""
    with open_snapshot(index, options.selection) as held:
        _write_stream(held, stream, options, addresses)
        stream.flush()
        return manifest_of(held, options)


def manifest_of(held: IndexSnapshot, options: Options) -> dict[str, Any]:
    """What an export says of itself; the same for the same index."""
    selection = held.selection
    return {
        "format": options.format,
        "schema_version": SCHEMA_VERSION,
        "generator": _generator(),
        "cursor": str(held.cursor),
        "after": str(selection.after) if selection.after else None,
        "since": selection.since.isoformat() if selection.since else None,
        "until": selection.until.isoformat() if selection.until else None,
        "revisions": selection.with_revisions,
        "records": held.count(),
    }


def _generator() -> str:
    try:
        return f"{PROJECT} {version(PROJECT)}"
    except PackageNotFoundError:  # run from its folder, not installed
        return PROJECT


def _write_files(held: IndexSnapshot, staged: Path, options: Options, addresses: PostUrls) -> dict[str, int]:
    """The files, and how many records each holds."""
    if options.format == PARQUET:
        from finews_crawler.exporters.parquet import write_parquet  # noqa: PLC0415 (an optional extra)

        return write_parquet(held.records(), staged)
    if options.format == SQLITE:
        from finews_crawler.exporters.sqlite import write_sqlite  # noqa: PLC0415 (as its neighbours)

        return {"articles.sqlite": write_sqlite(held.records(), staged / "articles.sqlite")}
    if options.format == ATOM:
        from finews_crawler.exporters.atom import write_atom  # noqa: PLC0415 (as its neighbours)

        return write_atom(held, staged, options.by, addresses)
    name = "articles.warc.gz" if options.format == WARC else f"articles.jsonl{COMPRESSORS[options.compression][0]}"
    with (staged / name).open("wb") as stream:
        return {name: _write_stream(held, stream, options, addresses)}


def _write_stream(held: IndexSnapshot, stream: IO[bytes], options: Options, addresses: PostUrls) -> int:
    """A format of one file; how many records it holds."""
    if options.format == WARC:
        from finews_crawler.exporters.warc import write_warc  # noqa: PLC0415 (an optional extra)

        return write_warc(held, stream, addresses, _generator())
    return write_jsonl(held.records(), stream, options.compression)
