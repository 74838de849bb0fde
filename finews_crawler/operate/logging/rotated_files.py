"""Old rotated files of the log, ``FILE.1`` and so on, for ``finews prune``. The file being written is never touched."""

from __future__ import annotations

import fcntl
import glob
import re
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from finews_crawler.utils.timezone import BEIJING

# Numbers as RotatingLogFile writes them: not a date as of logrotate, no leading zeros.
SUFFIX = re.compile(r"\.[1-9]\d{0,3}", re.ASCII)


class RotatedFiles(NamedTuple):
    """The rotated files of a log, all of them and the ones last written before a given time."""

    due: list[Path]
    of: list[Path]


def find_rotated(log: Path, before: datetime) -> RotatedFiles:
    """Return the rotated files of *log*. Raises OSError."""
    named = log.parent.glob(f"{glob.escape(log.name)}.*")
    found = sorted(path for path in named if SUFFIX.fullmatch(path.name.removeprefix(log.name)) and path.is_file())
    due = [path for path in found if datetime.fromtimestamp(path.stat().st_mtime, BEIJING) < before]
    return RotatedFiles(due, found)


def remove_rotated(log: Path, before: datetime) -> RotatedFiles:
    """Remove the files last written before a time, and return what was found. Raises OSError.

    Locks *log* as a rotation does, which would otherwise give the name of an old file to a new one meanwhile.
    """
    with ExitStack() as stack:
        if log.is_file():  # opening a FIFO would wait
            fcntl.flock(stack.enter_context(log.open("rb")), fcntl.LOCK_EX)
        found = find_rotated(log, before)
        for path in found.due:
            path.unlink()
        return found
