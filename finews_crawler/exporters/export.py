"""Writes an export in one of the formats, and its manifest.

A folder with a manifest contains a complete export, even if a run was killed: files are written to a hidden folder
inside it, and publishing removes the previous manifest first and moves the new one in last. In between, a hidden list
names the files of both exports. Files that neither names were not written by an export, and are never replaced.

Programs may read the folder meanwhile: each file is renamed over the previous one, and leftovers are removed last. A
reader knows by the same manifest before and after that all files it read are of one export.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath
from typing import IO, Any

from finews_crawler.articles.record import SCHEMA_VERSION
from finews_crawler.exceptions import ForeignFile, OutputInUse
from finews_crawler.exporters.exporter import Exporter, Snapshot, StreamExporter, generator
from finews_crawler.utils.files import make_folder, sync_folder, sync_folders
from finews_crawler.utils.folders import open_folder, refuse_links, remove_file, rename

MANIFEST = "manifest.json"
STAGING = ".export-"
STAGED = re.compile(rf"{re.escape(STAGING)}[a-z0-9_]{{8}}", re.ASCII)
"""Names that ``tempfile.mkdtemp`` makes."""
LOGS = ("-wal", "-journal")
"""Suffixes of files beside a database. SQLite would apply those of the previous database to the new one."""
JOURNAL = ".export-files.json"
"""Names of the files of the export being published and of the one before, until it has a manifest."""


def export_to_folder(snapshot: Snapshot, exporter: Exporter, folder: Path) -> dict[str, Any]:
    """Write an export into *folder*, replacing the one before; return its manifest.

    Raises OutputInUse, ForeignFile, OSError, and the errors of ``Snapshot``; the folder is then unchanged.
    """
    with staging(folder) as staged:
        files = exporter.write(snapshot, staged)
        return publish(staged, folder, files, describe(snapshot, exporter))


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
            if STAGED.fullmatch(left.name):
                shutil.rmtree(left)
        staged = Path(tempfile.mkdtemp(prefix=STAGING, dir=folder))
        try:
            yield staged
        finally:
            shutil.rmtree(staged, ignore_errors=True)
    finally:
        os.close(descriptor)


def publish(staged: Path, folder: Path, records: Mapping[str, int], manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Move the files of *staged* to *folder*, replacing the export there; return the manifest as written.

    *records*: number of records in each file. Raises ForeignFile and OSError before anything is changed.
    """
    files = [_describe_synced(staged, name, records[name]) for name in sorted(records)]
    whole = {**manifest, "files": files}
    previous = exported_files(folder)
    refuse_foreign_files(folder, records, previous)
    _write_synced(staged / MANIFEST, whole)
    _write_synced(staged / JOURNAL, sorted({*previous, *records}))
    rename(staged / JOURNAL, folder / JOURNAL, folder)
    remove_file(folder / MANIFEST)
    sync_folder(folder)
    for name in sorted(records):
        with open_folder((folder / name).parent, folder, create=True):
            rename(staged / name, folder / name, folder)
    _remove_previous(folder, previous - records.keys())
    sync_folders(folder / name for name in records)
    rename(staged / MANIFEST, folder / MANIFEST, folder)
    sync_folder(folder)
    remove_file(folder / JOURNAL)
    return whole


def _write_synced(path: Path, content: object) -> None:
    with path.open("wb") as file:
        file.write(json.dumps(content, ensure_ascii=False, indent=1).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())


def exported_files(folder: Path) -> set[str]:
    """Return the names of the files in *folder* that exports have written. Raises ForeignFile, OSError."""
    return _names_in(folder / MANIFEST) | _names_in(folder / JOURNAL)


def _names_in(path: Path) -> set[str]:
    refuse_links(path)
    try:
        content = json.loads(path.read_bytes())
        names = [file["name"] for file in content["files"]] if path.name == MANIFEST else list(content[:])
        return {str(PurePosixPath(name)) for name in names if is_file_of_export(name)}
    except FileNotFoundError:
        return set()
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise ForeignFile(_not_ours(path)) from error


def is_file_of_export(name: str) -> bool:
    """Return True if a format writes files of this name: a manifest that was edited can name any.

    >>> is_file_of_export("../notes/articles.jsonl")
    False
    """
    path = PurePosixPath(name)
    patterns = (PurePosixPath(pattern) for known in Exporter.formats.values() for pattern in known.files)
    return any(len(path.parts) == len(pattern.parts) and path.match(str(pattern)) for pattern in patterns)


def refuse_foreign_files(folder: Path, names: Iterable[str], previous: Collection[str]) -> None:
    """Raise ForeignFile for a file that would be replaced and is not in *previous*, OSError for a linked folder."""
    paths = {name: folder / name for name in (*names, *previous)}
    for parent in sorted({path.parent for path in paths.values()} - {folder}):
        refuse_links(parent, root=folder)
    for name, path in paths.items():
        if path.is_dir() or (name not in previous and os.path.lexists(path)):
            raise ForeignFile(_not_ours(path))
        for log in (path.with_name(f"{path.name}{suffix}") for suffix in LOGS):
            if os.path.lexists(log):
                why = f"another program has changed {path.name}, and has it open or was killed"
                raise ForeignFile(f"{log}: {why}: end it, and move the file away, or export to another folder")


def _not_ours(path: Path) -> str:
    return f"{path} was not written by an export: move it away, or export to another folder"


def _describe_synced(staged: Path, name: str, records: int) -> dict[str, Any]:
    """Return a file's entry in the manifest, after syncing the file, but not its folder: that is temporary."""
    with (staged / name).open("rb") as file:
        os.fsync(file.fileno())
        size, digest = os.fstat(file.fileno()).st_size, hashlib.file_digest(file, "sha256").hexdigest()
    return {"name": name, "records": records, "bytes": size, "sha256": digest}


def _remove_previous(folder: Path, names: Iterable[str]) -> None:
    """Remove files of the previous export, and the folders that are empty without them."""
    for name in sorted(names):
        remove_file(folder / name, folder)
        for parent in PurePosixPath(name).parents[:-1]:
            with suppress(OSError):  # it contains other files
                (folder / parent).rmdir()
