"""Files of the log that were rotated long ago: ``FILE.1`` and those after it. The one that is written stays."""

from __future__ import annotations

import fcntl
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from finews_crawler.utils.timezone import BEIJING

# As this log numbers them: not a day, as another program would, nor with zeros in front.
NUMBERED = re.compile(r"\.[1-9]\d{0,3}", re.ASCII)


class RotatedFiles(NamedTuple):
    """The rotated files of a log, and those of them that were written to before a moment."""

    due: list[Path]
    of: list[Path]


def look(log: Path, moment: datetime) -> RotatedFiles:
    """The rotated files of *log*. Changes nothing; raises OSError."""
    found = sorted(path for path in log.parent.glob("*") if is_rotated(path.name, log.name) and path.is_file())
    due = [path for path in found if datetime.fromtimestamp(path.stat().st_mtime, BEIJING) < moment]
    return RotatedFiles(due, found)


def is_rotated(name: str, of: str) -> bool:
    """
    >>> [is_rotated(name, "crawl.jsonl") for name in ("crawl.jsonl.2", "crawl.jsonl", "crawl.jsonl.20260901")]
    [True, False, False]
    """
    return NUMBERED.fullmatch(name.removeprefix(of)) is not None


def remove(log: Path, moment: datetime) -> RotatedFiles:
    """Remove those; raises OSError. Nobody rotates meanwhile, who would give a new file the name of an old one."""
    with _not_rotated(log):
        found = look(log, moment)
        for path in found.due:
            path.unlink()
    return found


@contextmanager
def _not_rotated(log: Path) -> Iterator[None]:
    """As who rotates does (``log_file.py``): by a lock on the file that is written."""
    if not log.exists():
        yield
        return
    with log.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
