"""Frontier of the category spider: the queue of lists, and the progress by which a category may end early."""

from __future__ import annotations

import heapq
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from finews_crawler.content.slug import EMNEWS_SLUG
from finews_crawler.sources.finews_site.category_links import month_link
from finews_crawler.utils.compact_set import CompactSet

ROLLING_LIST = re.compile(rf"/(?:category/)?{EMNEWS_SLUG}(?:\.html|/.*)?")


class ListQueue:
    """Queue of the paths of lists, each returned once: category pages, then month pages, newest first.

    In this order a limit cuts off the oldest articles. The rolling list and its months come last, so that an article
    that is also in an outlet's category is read from the outlet's post.

    >>> queue = ListQueue(["/emnews/", "/category/a/2022-04.html", "/category/b/2022-05.html", "/category/b.html"])
    >>> queue.add(["/category/b.html", "/category/emnews/2022-06.html"])
    >>> [queue.next() for _ in range(len(queue))]  # doctest: +NORMALIZE_WHITESPACE
    ['/category/b.html', '/category/b/2022-05.html', '/category/a/2022-04.html', '/emnews/',
     '/category/emnews/2022-06.html']
    """

    def __init__(self, paths: Iterable[str] = ()) -> None:
        self._waiting: list[tuple[bool, int, int, str]] = []
        self._met: set[str] = set()
        self.add(paths)

    def add(self, paths: Iterable[str]) -> None:
        for path in paths:
            if path not in self._met:
                month, is_rolling = month_link(path), bool(ROLLING_LIST.fullmatch(path))
                age = (date.max - month.first_day).days if month else 0
                # len(_met) keeps the order of equal entries.
                heapq.heappush(self._waiting, (is_rolling, age, len(self._met), path))
                self._met.add(path)

    def next(self) -> str:
        return heapq.heappop(self._waiting)[-1]

    def __len__(self) -> int:
        return len(self._waiting)


ARCHIVED_IN_A_ROW = 100
"""Archived articles in a row, newest first, after which the rest of a category is skipped. One would not do: lists are
reordered, and an article may be listed late."""
READ_ALL_EVERY = timedelta(days=7)
"""Interval after which all lists of a category are read again, since an older month may have changed."""


@dataclass
class CategoryProgress:
    """Progress of one run in the lists of one category: its page, then its months, newest first."""

    path: str
    was_whole: bool = False
    """True if a run within READ_ALL_EVERY read all lists and archived all articles. Otherwise nothing is skipped: a
    backfill that broke off has the newest articles as well."""
    is_whole: bool = True
    """True as long as this run has read each list."""
    archived_in_a_row: int = 0
    met: CompactSet = field(default_factory=CompactSet)
    """Paths of the posts in its lists so far, without those of its months, which share none with each other. On another
    of its lists they are not counted again."""

    @property
    def may_end(self) -> bool:
        """True if its further lists can be skipped.

        >>> [CategoryProgress("/category/a.html", whole, archived_in_a_row=100).may_end for whole in (True, False)]
        [True, False]
        """
        return self.was_whole and self.archived_in_a_row >= ARCHIVED_IN_A_ROW
