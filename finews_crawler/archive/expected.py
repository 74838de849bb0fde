"""Articles that are looked up one by one in a known order: what the index has of them is read many at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from typing import Any, Generic, TypeVar

from finews_crawler.archive.entries import IndexEntry
from finews_crawler.archive.index import Index
from finews_crawler.archive.listed import Listed
from finews_crawler.exceptions import DamagedRow

READ_AT_ONCE = 100
"""Entries in memory at most: about a megabyte. Ten times as many are not read faster."""
STATES_AT_ONCE = 1000
"""The same for what needs no entry. One query for each article takes ten times as long."""

Value = TypeVar("Value")


class ExpectedArticles:
    """State of the articles that were announced. Each is given once, and none that was written since it was read."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._hashes: dict[str, str] = {}
        self._listed = _ReadAhead(self._read_listed, STATES_AT_ONCE)
        self._entries = _ReadAhead(self._read_entries, READ_AT_ONCE)
        self._archived = _ReadAhead(self._read_archived, STATES_AT_ONCE)
        self._rejected = _ReadAhead(self._read_rejected, STATES_AT_ONCE)

    @property
    def _all(self) -> tuple[_ReadAhead[Any], ...]:
        return self._listed, self._entries, self._archived, self._rejected

    def expect(self, listings: Iterable[tuple[str, str]]) -> None:
        """Announce articles, by infoCode and hash of their list's row, '' without one.

        Those that were announced before and not taken are forgotten.
        """
        self._hashes = dict(listings)
        for ahead in self._all:
            ahead.expect(self._hashes)

    def listed(self, info_code: str) -> Listed | None:
        """Return an article as lists show it, also one that was not announced; None for one that is not archived.

        Raises UnusableIndex.
        """
        found = self._listed.take(info_code)
        return found[0] if found else self._index.get_listed([info_code]).get(info_code)

    def take(self, info_code: str) -> IndexEntry | None:
        """Return the entry of an article; None for one that was not announced, is not there or has a damaged row.

        Raises UnusableIndex.
        """
        found = self._entries.take(info_code)
        return found[0] if found else None

    def get(self, info_code: str) -> IndexEntry | None:
        """Return what ``Index.get`` does, also for an article that was not announced. Raises as it does."""
        found = self._entries.take(info_code)
        return found[0] if found else self._index.get(info_code)

    def contains(self, info_code: str) -> bool:
        """Return what ``Index.contains`` does, also for an article that was not announced. Raises as it does."""
        found = self._archived.take(info_code)
        return self._index.contains(info_code) if found is None else found

    def was_rejected(self, info_code: str, listing_hash: str) -> bool:
        """Return what ``Index.was_rejected`` does, also for an article that was not announced. Raises as it does."""
        found = self._rejected.take(info_code) if self._hashes.get(info_code) == listing_hash else None
        return self._index.was_rejected(info_code, listing_hash) if found is None else found

    def pass_over(self, info_code: str) -> None:
        """Do not read the entry of an article together with others: it is not needed, or before its turn."""
        self._entries.pass_over(info_code)

    def forget(self, info_codes: Iterable[str]) -> None:
        """Forget what was read of articles that were written."""
        codes = list(info_codes)
        for ahead in self._all:
            ahead.forget(codes)

    def forget_all(self) -> None:
        """Forget what was read, and not yet given: it remains announced."""
        for ahead in self._all:
            ahead.forget_all()

    def _read_listed(self, codes: list[str]) -> Mapping[str, tuple[Listed | None]]:
        found = self._index.get_listed(codes)
        return {code: (found.get(code),) for code in codes}

    def _read_entries(self, codes: list[str]) -> Mapping[str, tuple[IndexEntry | None]]:
        try:
            entries = self._index.get_each(codes)
            return {code: (entries.get(code),) for code in codes}
        except DamagedRow:  # one of them, whose article fails when it is looked up alone
            return {}

    def _read_archived(self, codes: list[str]) -> Mapping[str, bool]:
        archived = self._index.contains_each(codes)
        return {code: code in archived for code in codes}

    def _read_rejected(self, codes: list[str]) -> Mapping[str, bool]:
        rejected = self._index.were_rejected((code, self._hashes[code]) for code in codes)
        return {code: code in rejected for code in codes}


class _ReadAhead(Generic[Value]):
    """Values by infoCode, of which the next ones are read together."""

    def __init__(self, read: Callable[[list[str]], Mapping[str, Value]], at_once: int) -> None:
        self._read_each = read
        self._at_once = at_once
        self._to_come: dict[str, None] = {}
        self._read: dict[str, Value] = {}

    def expect(self, info_codes: Iterable[str]) -> None:
        self._to_come = dict.fromkeys(info_codes)
        self._read.clear()

    def take(self, info_code: str) -> Value | None:
        if info_code in self._to_come:
            self._read_next(info_code)
        return self._read.pop(info_code, None)

    def pass_over(self, info_code: str) -> None:
        self._to_come.pop(info_code, None)
        self._read.pop(info_code, None)

    def forget(self, info_codes: Iterable[str]) -> None:
        for info_code in info_codes:
            self._read.pop(info_code, None)

    def forget_all(self) -> None:
        self._to_come = {**dict.fromkeys(self._read), **self._to_come}
        self._read.clear()

    def _read_next(self, info_code: str) -> None:
        del self._to_come[info_code]
        codes = [info_code, *islice(self._to_come, self._at_once - 1)]
        for code in codes[1:]:
            del self._to_come[code]
        self._read = dict(self._read_each(codes))
