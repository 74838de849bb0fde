"""Today's lists: columns, the 7×24 list in three forms, and a security's news, with upstream's quirks.

An article is in the 7×24 list if it was in 2022's ``rolling``, and in columns if it has an outlet: in one of those that
are polled by default, and in some of the others.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from finews_crawler.testing.origin.articles import ROLLING, OriginArticle
from finews_crawler.testing.origin.web_rows import (
    Row,
    column_row,
    columns_of,
    fast_row,
    live_row,
    pc_row,
    real_sort,
    securities_of,
    security_row,
)

MOST_HITS = 5000
"""Rows that a column reaches back, and no further."""
MOST_LIVES = 2000
"""Rows that the older 7×24 list reaches back; upstream's three to five months have more."""
MOST_ROWS = 200
MOST_LIVES_OF_A_PAGE = 100
MOST_PC_ROWS = 20
DEFAULT_ROWS = 20
WHOLE_LIST = "102"
HEAT = "1"
COLUMN_PARAMETERS = frozenset(
    (
        *("client", "biz", "column", "order", "needInteractData", "page_index", "page_size", "req_trace", "fields"),
        *("types", "callback", "cb", "_"),
    )
)
"""Parameters of a column; any other one, such as a misspelt one, gives an empty list."""
NUMBER = re.compile(r"[0-9]{1,9}")
CURSOR = re.compile(r"[0-9]{1,20}")


class WebLists:
    """The articles of today's lists, each newest first."""

    def __init__(self, articles: Iterable[OriginArticle]) -> None:
        # News only: 2022's surfaces had announcements and reports too.
        self.articles = [article for article in articles if article.info_code.startswith("NW")]

    @cached_property
    def columns(self) -> dict[int, list[OriginArticle]]:
        shelves: dict[int, list[OriginArticle]] = {}
        for article in self.articles:
            for number in columns_of(article):
                shelves.setdefault(number, []).append(article)
        return shelves

    @cached_property
    def fast(self) -> list[OriginArticle]:
        return sorted((item for item in self.articles if ROLLING in item.channels), key=real_sort, reverse=True)

    def column_page(self, query: Mapping[str, str]) -> Row:
        """Return ``data`` of a page of a column."""
        page, size = whole(query.get("page_index"), 1), min(whole(query.get("page_size"), DEFAULT_ROWS), MOST_ROWS)
        listed = self._column(query)[:MOST_HITS]
        rows = [column_row(article) for article in part(listed, page, size)]
        return {"page_index": page, "list": rows, "totle_hits": len(listed), "page_size": size}

    def _column(self, query: Mapping[str, str]) -> Sequence[OriginArticle]:
        if not COLUMN_PARAMETERS.issuperset(query):
            return ()
        listed = self.columns.get(whole(query.get("column"), 0), [])
        return sorted(listed, key=lambda item: item.info_code[-2:]) if query.get("order") == HEAT else listed

    def fast_page(self, query: Mapping[str, str]) -> Row:
        """Return ``data`` of the 7×24 list behind a cursor; a cursor that is no number is the newest end."""
        size, cursor = min(whole(query.get("pageSize"), DEFAULT_ROWS), MOST_ROWS), query.get("sortEnd", "")
        before = int(cursor) if CURSOR.fullmatch(cursor) else None
        listed = [item for item in self._fast(query) if before is None or real_sort(item) < before]
        rows = [fast_row(article) for article in listed[:size]]
        end = str(rows[-1]["realSort"]) if rows else cursor
        return {"sortEnd": end, "index": 1, "total": len(listed), "size": size, "fastNewsList": rows}

    def _fast(self, query: Mapping[str, str]) -> Sequence[OriginArticle]:
        if query.get("fastColumn") == WHOLE_LIST:
            return self.fast
        return [article for article in self.fast if article.info_code[-1] == "0"]

    def live_page(self, size: int, page: int) -> list[Row]:
        """Return a page of the older 7×24 list; each one behind the last repeats it."""
        size, lives = max(1, min(size, MOST_LIVES_OF_A_PAGE)), self.fast[:MOST_LIVES]
        last = max(1, -(-len(lives) // size))
        return [live_row(article) for article in part(lives, min(page, last), size)]

    def pc_page(self, query: Mapping[str, str]) -> list[Row]:
        """Return a page of the desktop client's list."""
        size = min(whole(query.get("pagesize"), MOST_PC_ROWS), MOST_PC_ROWS)
        return [pc_row(article) for article in part(self.fast, whole(query.get("pageNumber"), 1), size)]

    def security_page(self, query: Mapping[str, str]) -> Row:
        """Return ``data`` of a page of a security's news; an unknown security has none."""
        size, page = min(whole(query.get("pageSize"), DEFAULT_ROWS), MOST_ROWS), whole(query.get("pageIndex"), 1)
        listed = [item for item in self.articles if query.get("mTypeAndCode") in securities_of(item)]
        rows = [security_row(article) for article in part(listed, page, size)]
        return {"page_index": page, "list": rows, "totle_hits": len(listed), "page_size": size}


def part(listed: Sequence[OriginArticle], page: int, size: int) -> Sequence[OriginArticle]:
    """Return a page, counted from 1."""
    return listed[max(page - 1, 0) * size : max(page, 1) * size]


def whole(text: str | None, default: int) -> int:
    """Return the number in a query parameter; *default* for a missing or broken one."""
    return int(text) if text and NUMBER.fullmatch(text) else default
