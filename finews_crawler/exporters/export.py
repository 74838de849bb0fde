"""Writes an export in one of the formats, and its manifest.

A folder with a manifest contains a complete export, even if a run was killed: files are written to a hidden folder
inside it, and publishing removes the previous manifest first and moves the new one in last.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from finews_crawler.articles.record import SCHEMA_VERSION
from finews_crawler.exceptions import OutputInUse
from finews_crawler.exporters.exporter import Exporter, Snapshot, StreamExporter, generator
from finews_crawler.utils.files import make_folder, sync_folder, sync_folders

MANIFEST = "manifest.json"
STAGING = ".export-"


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


@contextmanager
def staging(folder: Path) -> Iterator[Path]:
    """Lock *folder* and yield a hidden folder in it, which is removed at the end. Raises OutputInUse, OSError."""
    make_folder(folder)
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            why = f"another export is writing to {folder}: wait until it has finished, or use another folder"
            raise OutputInUse(why) from error
        for left in folder.glob(f"{STAGING}*"):  # left by a killed export
            shutil.rmtree(left)
        staged = Path(tempfile.mkdtemp(prefix=STAGING, dir=folder))
        try:
            yield staged
        finally:
            shutil.rmtree(staged, ignore_errors=True)
    finally:
        os.close(descriptor)


def publish(
    staged: Path, folder: Path, records: Mapping[str, int], manifest: Mapping[str, Any], replaced: Iterable[str]
) -> dict[str, Any]:
    """Move the files of *staged* to *folder*, replacing the export there; return the manifest as written.

    *records*: number of records in each file. *replaced*: patterns of the files of any earlier export; others stay.
    """
    files = [_describe_synced(staged, name, records[name]) for name in sorted(records)]
    whole = {**manifest, "files": files}
    (staged / MANIFEST).write_bytes(json.dumps(whole, ensure_ascii=False, indent=1).encode() + b"\n")
    with (staged / MANIFEST).open("rb") as file:
        os.fsync(file.fileno())
    (folder / MANIFEST).unlink(missing_ok=True)
    sync_folder(folder)
    _remove_previous(folder, replaced)
    for name in sorted(records):
        path = folder / name
        make_folder(path.parent)
        (staged / name).replace(path)
    sync_folders(folder / name for name in records)
    (staged / MANIFEST).replace(folder / MANIFEST)
    sync_folder(folder)
    return whole


def _describe_synced(staged: Path, name: str, records: int) -> dict[str, Any]:
    """Return a file's entry in the manifest, after syncing the file, but not its folder: that is temporary."""
    with (staged / name).open("rb") as file:
        os.fsync(file.fileno())
        size, digest = os.fstat(file.fileno()).st_size, hashlib.file_digest(file, "sha256").hexdigest()
    return {"name": name, "records": records, "bytes": size, "sha256": digest}


def _remove_previous(folder: Path, patterns: Iterable[str]) -> None:
    """Remove the files of the previous export, and the folders that are empty without them."""
    for path in [found for pattern in patterns for found in folder.glob(pattern)]:
        path.unlink()
        for parent in path.relative_to(folder).parents[:-1]:
            with suppress(OSError):  # it contains other files
                (folder / parent).rmdir()
