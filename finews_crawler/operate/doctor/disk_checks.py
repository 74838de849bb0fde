"""The data directory: whether it can be written, and the room and the inodes that its disk has left."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from finews_crawler.config.data_directory import ArchiveNotWritable, DataDirectory
from finews_crawler.operate.doctor.check import Line, attend, ok
from finews_crawler.operate.monitoring.thresholds import MEGABYTE, judge_disk
from finews_crawler.utils.error_hints import advise

LEAST_INODES = 50_000
"""A thousand articles, likewise, are some 8,000 files."""


def check_disk(directory: DataDirectory, least_mb: float) -> Iterator[Line]:
    """*least_mb*: megabytes below which somebody should see to it.

    Nothing is created: before the first crawl it is the folder above that is looked at.
    """
    try:
        yield check_writable(directory)
        disk = os.statvfs(existing(directory.root))
    except OSError as error:
        yield attend("disk", str(error), advise(error))
        return
    # What is left for those who are not root.
    yield judge_room(disk.f_bavail * disk.f_frsize, least_mb)
    yield judge_inodes(disk.f_files, disk.f_favail)


def check_writable(directory: DataDirectory) -> Line:
    """Whether a run could write there. Raises OSError where that cannot be seen."""
    try:
        directory.check_writable()
    except ArchiveNotWritable as error:
        return Line(False, "data", str(error))
    is_there = directory.root.exists()
    return ok("data", f"{directory.root}{'' if is_there else ' is not there yet: the first crawl makes it'}")


def existing(folder: Path) -> Path:
    """*folder*, or the nearest above it that is there."""
    return next(parent for parent in (folder, *folder.parents) if parent.exists())


def judge_room(left: int, least_mb: float) -> Line:
    """Bytes that are left, by the rule that alarms go by.

    >>> judge_room(4_000_000, 0)
    Line(is_ok=True, name='disk', text='4 MB are left')
    """
    matter = judge_disk(left, least_mb)
    return Line(False, "disk", matter) if matter else ok("disk", f"{left // MEGABYTE} MB are left")


def judge_inodes(of: int, left: int) -> Line:
    """Files that can still be made. File systems such as btrfs have no fixed number and say 0.

    >>> judge_inodes(0, 0).text, judge_inodes(100_000, 12).is_ok
    ('this file system does not count them', False)
    """
    if not of:
        return ok("inodes", "this file system does not count them")
    if left < LEAST_INODES:
        advice = "remove files that nobody needs, or use a file system with more"
        return attend("inodes", f"{left} of {of} are left, less than {LEAST_INODES}", advice)
    return ok("inodes", f"{left} of {of} are left")
