"""Writes an export in one of the formats, and its manifest."""

from __future__ import annotations

from pathlib import Path
from typing import IO, Any

from finews_crawler.articles.record import SCHEMA_VERSION
from finews_crawler.exporters.exporter import Exporter, Snapshot, StreamExporter, generator
from finews_crawler.exporters.staging import publish, staging


def export_to_folder(snapshot: Snapshot, exporter: Exporter, folder: Path) -> dict[str, Any]:
    """Write an export into *folder*, replacing the one before; return its manifest.

    Raises OutputInUse, OSError, and the errors of ``Snapshot``; the folder is then unchanged.
    """
    with staging(folder) as staged:
        files = exporter.write(snapshot, staged)
        replaced = [pattern for known in Exporter.formats.values() for pattern in known.files]
        return publish(staged, folder, files, describe(snapshot, exporter), replaced)


def export_to_stream(snapshot: Snapshot, exporter: StreamExporter, stream: IO[bytes]) -> dict[str, Any]:
    """Write an export to *stream*; return its manifest, which has no ``files``. Raises as ``export_to_folder``."""
    exporter.write_stream(snapshot, stream)
    stream.flush()
    return describe(snapshot, exporter)


def describe(snapshot: Snapshot, exporter: Exporter) -> dict[str, Any]:
    """Return the manifest without ``files``; the same for the same index and selection."""
    about = {"format": exporter.name, "schema_version": SCHEMA_VERSION, "generator": generator()}
    return {**about, **snapshot.describe()}
