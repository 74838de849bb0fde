"""Index entries of articles that are looked up one by one in a known order, read many at a time."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from finews_crawler.archive.entries import IndexEntry
from finews_crawler.archive.index import Index
from finews_crawler.exceptions import DamagedRow

READ_AT_ONCE = 100
"""Entries in memory at most: about a megabyte. Ten times as many are not read faster."""


class ExpectedEntries:
    """Entries of the articles that were announced. Each is given once, and none that was written since it was read."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._to_come: dict[str, None] = {}
        self._read: dict[str, IndexEntry | None] = {}

    def expect(self, info_codes: Iterable[str]) -> None:
        """Announce articles. Those that were announced before and not taken are forgotten."""
        self._to_come = dict.fromkeys(info_codes)
        self._read.clear()

    def take(self, info_code: str) -> IndexEntry | None:
        """Return the entry of an article; None for one that was not announced, is not there or has a damaged row.

        Raises UnusableIndex.
        """
        if info_code in self._to_come:
            self._read_next(info_code)
        return self._read.pop(info_code, None)

    def forget(self, info_codes: Iterable[str]) -> None:
        """Forget the entries of articles that were written."""
        for info_code in info_codes:
            self._read.pop(info_code, None)

    def _read_next(self, info_code: str) -> None:
        del self._to_come[info_code]
        codes = [info_code, *islice(self._to_come, READ_AT_ONCE - 1)]
        for code in codes[1:]:
            del self._to_come[code]
        try:
            self._read = dict(self._index.get_each(codes))
        except DamagedRow:  # one of them, whose article fails when it is looked up alone
            self._read = {}
