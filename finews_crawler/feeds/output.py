"""Where an export lies: a folder that has all of its files and a manifest, or none of it.

All is written in a hidden folder beside its place. The manifest of before goes first and the new one comes last, so
that a folder with a manifest is a whole export, whenever it is looked at and wherever a kill strikes.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from finews_crawler.archive.files import make_folder, sync_folder

MANIFEST = "manifest.json"
STAGING = ".export-"
# What an export may leave in its folder. What has another name is somebody else's, and stays.
OURS = re.compile(
    r"articles\.(?:jsonl(?:\.gz|\.zst)?|parquet|sqlite|warc\.gz)|month=\d{4}-\d\d/articles\.parquet"
    r"|(?:media|tickers)/[^/]+\.atom"
)
BLOCK = 1 << 20


class OutputInUse(Exception):
    """Another export is writing into the folder."""


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
    for path in _of_before(folder):
        path.unlink()
    for name in sorted(records):
        path = folder / name
        make_folder(path.parent)
        (staged / name).replace(path)
    for parent in {path.parent for path in (folder / name for name in records)} | _emptied(folder):
        sync_folder(parent)
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


def _of_before(folder: Path) -> list[Path]:
    found = [*folder.glob("*"), *folder.glob("*/*")]
    return [path for path in found if path.is_file() and OURS.fullmatch(path.relative_to(folder).as_posix())]


def _emptied(folder: Path) -> set[Path]:
    """Remove the folders that have nothing in them any more; what holds them."""
    for path in folder.iterdir():
        if path.is_dir() and OURS.match(f"{path.name}/articles.parquet") and not any(path.iterdir()):
            path.rmdir()
    return {folder}
