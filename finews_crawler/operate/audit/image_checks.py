"""Checks of the pictures beside the archive: the table of ``finews images`` and the files agree."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from finews_crawler.archive.image_store import open_images
from finews_crawler.operate.audit.findings import Finding, FindingKind

if TYPE_CHECKING:
    from finews_crawler.config.data_directory import DataDirectory


def check_images(directory: DataDirectory) -> Iterator[Finding]:
    """Compare names and sizes. Raises UnusableIndex, or OSError for a folder that cannot be read."""
    is_being_written = directory.image_lock.exists()  # a file is there before its row
    folder = directory.relative(directory.images)
    with open_images(directory) as store:
        found = store.found_files()
        for name, size in store.files().items():
            there = found.pop(name, None)
            if there != size:
                detail = "missing" if there is None else f"{there} bytes instead of {size}"
                yield Finding(FindingKind.IMAGE_LOST, f"{folder}/{name}", detail=detail)
    for name in found if not is_being_written else ():
        yield Finding(FindingKind.IMAGE_UNKNOWN, f"{folder}/{name}")
