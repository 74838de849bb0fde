"""Selection of the records of an export, and the cursor of an incremental one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from finews_crawler.exceptions import InvalidCursor
from finews_crawler.utils.timezone import BEIJING

SPELLING = re.compile(r"(?P<timeline>[0-9a-f]{8})-(?P<number>\d{1,18})", re.ASCII)


class Cursor(NamedTuple):
    """Position after one change of an index, ``5f0c9a12-817``."""

    timeline: str
    """Id of the timeline that the change belongs to, 8 hexadecimal digits; see ``Timeline``."""
    number: int

    def __str__(self) -> str:
        return f"{self.timeline}-{self.number}"


class Timeline(NamedTuple):
    """The changes that one process wrote into an index, and their random id, as in PostgreSQL's recovery.

    Numbers alone do not identify changes: two copies of an index give the same numbers to different changes. Each of
    them has timelines of its own from the copy on.
    """

    start: int
    """Number of the last change before it; -1 for the timeline that an index is created with."""
    end: int
    """Number of its last change."""

    def contains(self, number: int) -> bool:
        return self.start < number <= self.end


def read_cursor(text: str) -> Cursor:
    """Parse a cursor. Raises InvalidCursor.

    >>> read_cursor("5f0c9a12-817").number
    817
    """
    found = SPELLING.fullmatch(text.strip())
    if found is None:
        raise InvalidCursor(f"{text[:80]!r} is not a cursor: take it from the manifest of the last export")
    return Cursor(found["timeline"], int(found["number"]))


def check_cursor(after: Cursor, timeline: Timeline | None, now: Cursor) -> None:
    """Raise InvalidCursor if *after* is not in the history of the index at *now*, whose timeline of its id is given."""
    if timeline is None or not timeline.contains(after.number):
        raise InvalidCursor(
            f"{after} is not in the history of this index, which is at {now}: it is the cursor of another index, or "
            "the index was restored from a copy; export all of it once"
        )


@dataclass(frozen=True)
class ExportQuery:
    """All records of the index that meet every condition."""

    since: date | None = None
    """First day of publication, in Beijing time."""
    until: date | None = None
    """Last day of publication, inclusive."""
    after: Cursor | None = None
    """Only records written after this position."""
    with_revisions: bool = False
    """Include the earlier revisions that the index still has."""
    medium: str | None = None
    """Name of an outlet."""
    ticker: str | None = None
    """Symbol of a security or board that the article names, in any spelling until ``known_names``: ``600050.SH``."""
    as_of: datetime | None = None
    """Aware time: of each article the revision that was current then, if it was archived. Without *with_revisions*."""

    def bounds(self) -> dict[str, str | int]:
        """Return the values of the conditions that are always there, see ``snapshot``.

        They are the first time, the first time after the last one, and the change number to start after. Times are ISO
        8601 texts in Beijing time, comparable with the texts in the index.

        >>> ExportQuery(date(2022, 5, 18), date(2022, 5, 18)).bounds()
        {'since': '2022-05-18', 'until': '2022-05-19', 'after': 0}
        """
        since = self.since.isoformat() if self.since else ""
        until = (self.until + timedelta(days=1)).isoformat() if self.until and self.until < date.max else "9999-99"
        bounds: dict[str, str | int] = {"since": since, "until": until, "after": self.after.number if self.after else 0}
        return bounds | self.narrower()

    def narrower(self) -> dict[str, str | int]:
        """Return the values of the other conditions, of those that are set.

        >>> ExportQuery(medium="财联社", as_of=datetime.fromisoformat("2022-05-18T08:00+00:00")).narrower()
        {'medium': '财联社', 'as_of': '2022-05-18T16:00:00+08:00'}
        """
        as_of = self.as_of.astimezone(BEIJING).isoformat() if self.as_of else None
        values = {"medium": self.medium, "ticker": self.ticker, "as_of": as_of}
        return {name: value for name, value in values.items() if value is not None}
