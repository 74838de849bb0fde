"""Checks of the pictures beside the archive: the table of ``finews images`` and the files agree."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

from finews_crawler.archive.image_store import open_images
from finews_crawler.archive.lock import find_lock_holder
from finews_crawler.operate.audit.findings import Finding, FindingKind

if TYPE_CHECKING:
    from finews_crawler.config.data_directory import DataDirectory


def check_images(directory: DataDirectory) -> Iterator[Finding]:
    """Compare names and sizes. Raises UnusableIndex, or OSError for a folder or a lock file that cannot be read.

    ``finews images`` may run meanwhile. It stores a file before its row, so the table is read first, and again for the
    files without a row.
    """
    folder = directory.relative(directory.images)
    with open_images(directory) as store:
        rows = store.files()
        found = store.found_files()
        for name, size in rows.items():
            there = found.get(name)
            if there != size:
                detail = "missing" if there is None else f"{there} bytes instead of {size}"
                yield Finding(FindingKind.IMAGE_LOST, f"{folder}/{name}", detail=detail)
        # By its holder: a killed run leaves the file of the lock. Without one, each picture that was found has its row.
        if find_lock_holder(directory.image_lock) is None:
            for name in sorted(found.keys() - store.files().keys() - rows.keys()):
                if os.path.lexists(store.path_of(name)):  # a run that ended meanwhile has no temporary files any more
                    yield Finding(FindingKind.IMAGE_UNKNOWN, f"{folder}/{name}")
