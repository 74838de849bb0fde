"""Rows of the index that ``reindex`` compares a group of posts with, read by two queries for the whole group."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from finews_crawler.archive.entries import IndexEntry
from finews_crawler.archive.index import Index, Owner
from finews_crawler.exceptions import DamagedRow

T = TypeVar("T")


class KnownRows:
    """Rows with one of *post_paths* or *info_codes*, until something is written. Others are read from the index."""

    def __init__(self, index: Index, post_paths: Iterable[str] = (), info_codes: Iterable[str] = ()) -> None:
        self._index = index
        self._owners = _read_each(index.owners_of, post_paths)
        self._entries = _read_each(index.get_each, info_codes)

    def owner_of(self, post_path: str) -> Owner | None:
        """Return the row whose post has this path. Raises as ``Index.owner_of``."""
        return self._owners[post_path] if post_path in self._owners else self._index.owner_of(post_path)

    def get(self, info_code: str) -> IndexEntry | None:
        """Return the entry of an article. Raises as ``Index.get``."""
        return self._entries[info_code] if info_code in self._entries else self._index.get(info_code)


def _read_each(read: Callable[[list[str]], Mapping[str, T]], keys: Iterable[str]) -> dict[str, T | None]:
    """Return the row of each key; none if one is damaged, so that each is read by itself."""
    readable = [key for key in keys if key.isprintable()]
    if not readable:
        return {}
    try:
        found = read(readable)
    except DamagedRow:
        return {}
    return {key: found.get(key) for key in readable}
