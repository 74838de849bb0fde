"""Where an export lies: a folder that has all of its files and a manifest, or none of it.

All is written in a hidden folder beside its place. The manifest of before goes first and the new one comes last, so
that a folder with a manifest is a whole export, whenever it is looked at and wherever a kill strikes.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from finews_crawler.exceptions import OutputInUse
from finews_crawler.utils.files import make_folder, sync_folder, sync_folders

MANIFEST = "manifest.json"
STAGING = ".export-"
# What an export may leave in its folder. What has another name is somebody else's, and stays.
OURS = (
    *("articles.jsonl", "articles.jsonl.gz", "articles.jsonl.zst", "articles.sqlite", "articles.warc.gz"),
    *("articles/articles.parquet", "articles/month=*/articles.parquet", "media/*.atom", "tickers/*.atom"),
)
BLOCK = 1 << 20


@contextmanager
def staging(folder: Path) -> Iterator[Path]:
    """A hidden folder in *folder* to write into; gone afterwards. Raises OutputInUse, or OSError."""
    make_folder(folder)
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            why = f"another export is writing into {folder}: wait for it, or name another folder"
            raise OutputInUse(why) from error
        for left in folder.glob(f"{STAGING}*"):  # of an export that was killed
            shutil.rmtree(left)
        staged = Path(tempfile.mkdtemp(prefix=STAGING, dir=folder))
        try:
            yield staged
        finally:
            shutil.rmtree(staged, ignore_errors=True)
    finally:
        os.close(descriptor)


def publish(staged: Path, folder: Path, records: Mapping[str, int], manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Put the files of *staged* into *folder*, in the place of the export of before; the manifest as it was written.

    *records*: how many each file holds.
    """
    files = [_described(staged / name, name, number) for name, number in sorted(records.items())]
    whole = {**manifest, "files": files}
    (staged / MANIFEST).write_bytes(json.dumps(whole, ensure_ascii=False, indent=1).encode() + b"\n")
    _put_on_disk(staged / MANIFEST)
    (folder / MANIFEST).unlink(missing_ok=True)
    sync_folder(folder)
    _remove_before(folder)
    for name in sorted(records):
        path = folder / name
        make_folder(path.parent)
        (staged / name).replace(path)
    sync_folders(folder / name for name in records)
    (staged / MANIFEST).replace(folder / MANIFEST)
    sync_folder(folder)
    return whole


def _described(path: Path, name: str, records: int) -> dict[str, Any]:
    """A file as the manifest has it; its bytes are on disk when this returns."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
    _put_on_disk(path)
    return {"name": name, "records": records, "bytes": path.stat().st_size, "sha256": digest.hexdigest()}


def _put_on_disk(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _remove_before(folder: Path) -> None:
    """Remove the files of the export before, and the folders that have nothing in them without these."""
    for path in [found for pattern in OURS for found in folder.glob(pattern)]:
        path.unlink()
        for parent in path.relative_to(folder).parents[:-1]:
            with suppress(OSError):  # others lie in it
                (folder / parent).rmdir()
