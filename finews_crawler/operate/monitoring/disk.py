"""Free space and inodes of the data directory's file system: one rule for the monitors and for ``finews doctor``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

from finews_crawler.utils.files import existing

MEGABYTE = 1_000_000
MIN_FREE_INODES = 0.01
"""Share of all inodes. One article is about eight files, its post and the built site included."""


class Disk(NamedTuple):
    """Space of a file system that is available to users other than root."""

    bytes_free: int
    inodes: int
    """0 on a file system that does not count them, such as btrfs."""
    inodes_free: int


def read_disk(folder: Path) -> Disk:
    """Return the space of the file system of *folder*, which need not exist yet. Raises OSError."""
    disk = os.statvfs(existing(folder))
    return Disk(disk.f_bavail * disk.f_frsize, disk.f_files, disk.f_favail)


def check_free_space(disk: Disk, min_mb: float) -> str:
    """Return the alert text when less than *min_mb* megabytes are free, '' otherwise.

    >>> check_free_space(Disk(500_000_000, 0, 0), 500)
    ''
    >>> check_free_space(Disk(499_000_000, 0, 0), 500)
    '499 MB free, less than 500 MB (FINEWS_DISK_FREE_MB): free some space before the disk is full'
    """
    if disk.bytes_free >= min_mb * MEGABYTE:
        return ""
    limit = f"less than {min_mb:.0f} MB (FINEWS_DISK_FREE_MB)"
    return f"{disk.bytes_free // MEGABYTE} MB free, {limit}: free some space before the disk is full"


def check_free_inodes(disk: Disk) -> str | None:
    """Return the alert text when less than 1 % of the inodes are free, '' otherwise, None when they are not counted.

    >>> check_free_inodes(Disk(0, 1_000_000, 10_000)), check_free_inodes(Disk(0, 0, 0))
    ('', None)
    >>> check_free_inodes(Disk(0, 1_000_000, 9_999))
    '9999 of 1000000 inodes free, less than 1 %: delete files that are not needed'
    """
    if not disk.inodes:
        return None
    if disk.inodes_free >= MIN_FREE_INODES * disk.inodes:
        return ""
    return f"{disk.inodes_free} of {disk.inodes} inodes free, less than 1 %: delete files that are not needed"
