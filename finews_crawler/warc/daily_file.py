"""A WARC file a day, appended to by each run of that day.

Appended to, not renamed into place: a day's file may be large, and is there to be grown. What a killed run has left of
a record is cut off by the next run that opens the file.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from pathlib import Path

from finews_crawler.utils.files import append, cut_back, make_folder, sync_file
from finews_crawler.warc.members import members
from finews_crawler.warc.revisits import Confirmed


def file_name(day: date) -> str:
    """The name of a day's file; in order of name is in order of time.

    >>> file_name(date(2022, 5, 18))
    'finews-2022-05-18.warc.gz'
    """
    return f"finews-{day:%Y-%m-%d}.warc.gz"


class DailyFile:
    """One day's file, open to be appended to. Whoever writes holds the archive's lock: there is one at a time."""

    def __init__(self, folder: Path, day: date) -> None:
        self.path = folder / file_name(day)
        self.lists = Confirmed()
        """The lists that the file has, which a "not modified" may confirm."""

    def open(self) -> int:
        """Read what the file has, in one scan, and cut off half a record: how many bytes those were.

        Raises OSError, and Damaged for a file that no killed run has left so: it is not ours to cut.
        """
        make_folder(self.path.parent)
        if not self.path.exists():
            return 0
        whole = 0
        for member in members(self.path):
            self.lists.take(member.content)
            whole = member.end
        surplus = self.path.stat().st_size - whole
        if surplus:
            cut_back(self.path, whole)
        return surplus

    def append(self, content: bytes) -> None:
        """Add records, all or none. Raises OSError."""
        append(self.path, content)

    def close(self) -> None:
        """Put it on disk. What a power failure takes before that is news that the archive itself has."""
        with suppress(FileNotFoundError):
            sync_file(self.path)
