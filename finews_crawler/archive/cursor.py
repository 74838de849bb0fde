"""How far a reader has read: the identity of the index, and the number of the last change in it."""

from __future__ import annotations

import re
from typing import NamedTuple

from finews_crawler.exceptions import InvalidCursor

SPELLING = re.compile(r"(?P<identity>[0-9a-f]{8})-(?P<number>\d{1,18})", re.ASCII)


class Cursor(NamedTuple):
    """All changes of an index up to one.

    >>> str(Cursor("5f0c9a12", 817))
    '5f0c9a12-817'
    """

    identity: str
    """What a new index is given, by chance, when it is made."""
    number: int

    def __str__(self) -> str:
        return f"{self.identity}-{self.number}"


def read_cursor(text: str) -> Cursor:
    """Read a cursor. Raises InvalidCursor.

    >>> read_cursor("5f0c9a12-817").number
    817
    """
    found = SPELLING.fullmatch(text.strip())
    if found is None:
        raise InvalidCursor(f"{text[:80]!r} is no cursor: take it from the manifest of the last export")
    return Cursor(found["identity"], int(found["number"]))


def check_cursor(after: Cursor, now: Cursor) -> None:
    """Raise InvalidCursor for a cursor that says nothing about this index: what came since cannot be told.

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
