"""What a run has read of one category, and where it may end: a list that is all held has nothing more to tell."""

from __future__ import annotations

import heapq
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from finews_crawler.content.slug import EMNEWS_SLUG
from finews_crawler.sources.finews_site.category_links import month_link

ROLLING_LIST = re.compile(rf"/(?:category/)?{EMNEWS_SLUG}(?:\.html|/.*)?")


class ListQueue:
    """Lists to be read, each once: every category page before the first month page, and of these the newest first, so
    that a limit cuts off the oldest. The rolling list and its months come after all others: an article that both it and
    a medium's category name is to be read from its medium's post.

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
                # Of two that are alike, the one that was named first.
                heapq.heappush(self._waiting, (is_rolling, age, len(self._met), path))
                self._met.add(path)

    def next(self) -> str:
        return heapq.heappop(self._waiting)[-1]

    def __len__(self) -> int:
        return len(self._waiting)


HELD_IN_A_ROW = 100
"""So many held articles, one after the other, newest first, end the reading of a category. Not the first held one:
lists reorder, and an article may come in late."""
READ_WHOLE_EVERY = timedelta(days=7)
"""An older month may have changed all the same."""


@dataclass
class CategoryProgress:
    """The lists of one category: its page, and those of its months, newest first."""

    path: str
    was_whole: bool = False
    """Whether a run not long ago has read all of its lists and held all that they named. Until then nothing is left
    out: a backfill that broke off holds the newest, too."""
    is_whole: bool = True
    """Whether this run has read each list so far."""
    held_in_a_row: int = 0
    met: set[str] = field(default_factory=set)
    """The paths of the posts that its lists have named: on a further list they are not found once more."""

    def take(self, *, is_held: bool) -> None:
        """One more row."""
        self.held_in_a_row = self.held_in_a_row + 1 if is_held else 0

    @property
    def may_end(self) -> bool:
        """Whether its further lists need not be asked for.

        >>> reading = CategoryProgress("/category/a.html", was_whole=True)
        >>> for _ in range(HELD_IN_A_ROW):
        ...     reading.take(is_held=True)
        >>> reading.may_end, CategoryProgress("/category/b.html", held_in_a_row=1000).may_end
        (True, False)
        """
        return self.was_whole and self.held_in_a_row >= HELD_IN_A_ROW
