"""Cursor of an incremental export: the identity of an index, and the number of a change in it."""

from __future__ import annotations

import re
from typing import NamedTuple

from finews_crawler.exceptions import InvalidCursor

SPELLING = re.compile(r"(?P<identity>[0-9a-f]{8})-(?P<number>\d{1,18})", re.ASCII)


class Cursor(NamedTuple):
    """Position after one change of an index.

    >>> str(Cursor("5f0c9a12", 817))
    '5f0c9a12-817'
    """

    identity: str
    """Random identity that an index gets when it is created, 8 hexadecimal digits."""
    number: int

    def __str__(self) -> str:
        return f"{self.identity}-{self.number}"


def read_cursor(text: str) -> Cursor:
    """Parse a cursor. Raises InvalidCursor.

    >>> read_cursor("5f0c9a12-817").number
    817
    """
    found = SPELLING.fullmatch(text.strip())
    if found is None:
        raise InvalidCursor(f"{text[:80]!r} is not a cursor: take it from the manifest of the last export")
    return Cursor(found["identity"], int(found["number"]))


def check_cursor(after: Cursor, now: Cursor) -> None:
    """Raise InvalidCursor if *after* is not a position in the index that is at *now*.

    >>> check_cursor(Cursor("5f0c9a12", 817), Cursor("5f0c9a12", 817))
    """
    if after.identity != now.identity:
        raise InvalidCursor(
            f"{after} is the cursor of another index (this one is {now.identity}): export all of it once"
        )
    if after.number > now.number:
        raise InvalidCursor(
            f"{after} is ahead of the index, which is at {now}: it was restored from a copy; export all of it once"
        )
