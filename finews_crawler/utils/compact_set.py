"""A set of strings that share all but a number, such as infoCodes and the paths of posts, in little memory.

A long crawl remembers each article that it has found. In a ``set``, an infoCode takes 120 bytes; here it takes 6.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left, insort

SIX_DIGITS = re.compile(r"(.*)([0-9]{6})([^0-9]*)", re.ASCII | re.DOTALL)
"""The last ones: in an infoCode they count the articles of a day, approximately."""


class CompactSet:
    """Keeps the last six digits of a string apart, in a sorted array for each different rest.

    An array has a million entries at most. A string that does not end in six digits, and characters that are none,
    is kept as it is.

    >>> codes = CompactSet()
    >>> codes.add("NW202205262391921712")
    >>> "NW202205262391921712" in codes, "AN202205262391921712" in codes
    (True, False)
    """

    def __init__(self) -> None:
        self._numbers: dict[str, array[int]] = {}
        self._others: set[str] = set()

    def add(self, text: str) -> None:
        rest, number = _split(text)
        if number is None:
            self._others.add(text)
            return
        numbers = self._numbers.get(rest)
        if numbers is None:
            self._numbers[rest] = array("I", [number])
        elif not _contains(numbers, number):
            insort(numbers, number)

    def remove(self, text: str) -> bool:
        """Return False if *text* was not there."""
        rest, number = _split(text)
        if number is None:
            was_there = text in self._others
            self._others.discard(text)
            return was_there
        numbers = self._numbers.get(rest, array("I"))
        if not _contains(numbers, number):
            return False
        del numbers[bisect_left(numbers, number)]
        if not numbers:
            del self._numbers[rest]
        return True

    def __contains__(self, text: str) -> bool:
        rest, number = _split(text)
        return text in self._others if number is None else _contains(self._numbers.get(rest, ()), number)

    def __len__(self) -> int:
        return len(self._others) + sum(map(len, self._numbers.values()))

    def __bool__(self) -> bool:
        return bool(self._numbers or self._others)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, CompactSet):
            return NotImplemented
        return (self._numbers, self._others) == (other._numbers, other._others)

    __hash__ = None  # type: ignore[assignment]


def _split(text: str) -> tuple[str, int | None]:
    """Return the rest of *text* and its number. One digit of the rest has the place of the number: no two texts agree.

    >>> _split("/2022/05/26/NW202205262391921712.html")
    ('/2022/05/26/NW2022052623910.html', 921712)
    """
    found = SIX_DIGITS.fullmatch(text)
    if found is None:
        return text, None
    before, number, after = found.groups()
    return f"{before}0{after}", int(number)


def _contains(numbers: array[int] | tuple[()], number: int) -> bool:
    place = bisect_left(numbers, number)
    return place < len(numbers) and numbers[place] == number
