"""Publishes an export: a folder with a manifest contains a complete export, even if a run was killed.

Files are written to a hidden folder inside it. Publishing removes the previous manifest first and moves the new one in
last.
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
from typing import Any

from finews_crawler.exceptions import OutputInUse
from finews_crawler.utils.files import make_folder, sync_folder, sync_folders

MANIFEST = "manifest.json"
STAGING = ".export-"


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
    files = [_describe_synced(staged / name, name, number) for name, number in sorted(records.items())]
    whole = {**manifest, "files": files}
    (staged / MANIFEST).write_bytes(json.dumps(whole, ensure_ascii=False, indent=1).encode() + b"\n")
    _sync(staged / MANIFEST)
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


def _describe_synced(path: Path, name: str, records: int) -> dict[str, Any]:
    """Return a file's entry in the manifest, after syncing the file to disk."""
    _sync(path)
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {"name": name, "records": records, "bytes": path.stat().st_size, "sha256": digest}


def _sync(path: Path) -> None:
    """Sync a file, but not its folder: the staged name is temporary."""
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _remove_previous(folder: Path, patterns: Iterable[str]) -> None:
    """Remove the files of the previous export, and the folders that are empty without them."""
    for path in [found for pattern in patterns for found in folder.glob(pattern)]:
        path.unlink()
        for parent in path.relative_to(folder).parents[:-1]:
            with suppress(OSError):  # it contains other files
                (folder / parent).rmdir()
