"""The order in which the archive's lists are read, one after another."""

from __future__ import annotations

import heapq
import re
from collections.abc import Iterable
from datetime import date

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
