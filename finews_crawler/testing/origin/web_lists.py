"""Today's lists: columns and the 7×24 list, newest first, with the quirks of upstream-today.md.

An article is in the 7×24 list if it was in 2022's ``rolling``, and in columns if it has an outlet: in one of those that
are polled by default, and in some of the others.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from finews_crawler.content.dates import parse_published_at
from finews_crawler.sources.eastmoney_web.channels import COLUMNS_OF_TODAY
from finews_crawler.testing.origin.articles import ROLLING, OriginArticle
from finews_crawler.testing.origin.text_generator import BOARDS, COMPANIES

MOST_HITS = 5000
"""Rows that a column reaches back, and no further."""
MOST_ROWS = 200
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
POLLED = tuple(column.number for column in COLUMNS_OF_TODAY if column.is_polled)
OTHERS = tuple(column.number for column in COLUMNS_OF_TODAY if not column.is_polled)
CHOICE = 344
"""The column that repeats a choice of the others."""
NUMBER = re.compile(r"[0-9]{1,9}")
CURSOR = re.compile(r"[0-9]{1,20}")


def columns_of(article: OriginArticle) -> frozenset[int]:
    """Return the columns of an article; none without an outlet."""
    if not article.media_name:
        return frozenset()
    number = int(article.info_code[-10:])
    found = {POLLED[number % len(POLLED)], OTHERS[number % len(OTHERS)]}
    return frozenset(found | {CHOICE} if number % 4 == 0 else found)


def real_sort(article: OriginArticle) -> int:
    """Return ``realSort``: microseconds since 1970, whose last six digits are 0 and the end of the code.

    >>> from finews_crawler.testing.origin.articles import generate
    >>> newest = generate(1, 1)[0]
    >>> newest.info_code, real_sort(newest)
    ('NW202205262391995116', 1653580798095116)
    """
    shown = parse_published_at(article.showtime)
    # A recording may have any time: it comes first, as it does in 2022's lists.
    seconds = int(shown.timestamp()) if shown else 9_999_999_999
    return seconds * 1_000_000 + int(article.info_code[-5:])


class WebLists:
    """The articles of today's lists, each newest first."""

    def __init__(self, articles: Iterable[OriginArticle]) -> None:
        self.articles = list(articles)

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

    def column_page(self, query: Mapping[str, str]) -> dict[str, object]:
        """Return ``data`` of a page of a column."""
        page, size = whole(query.get("page_index"), 1), min(whole(query.get("page_size"), DEFAULT_ROWS), MOST_ROWS)
        listed = self._column(query)[:MOST_HITS]
        rows = [column_row(article) for article in listed[max(page - 1, 0) * size : page * size]]
        return {"page_index": page, "list": rows, "totle_hits": len(listed), "page_size": size}

    def _column(self, query: Mapping[str, str]) -> Sequence[OriginArticle]:
        if not COLUMN_PARAMETERS.issuperset(query):
            return ()
        listed = self.columns.get(whole(query.get("column"), 0), [])
        return sorted(listed, key=lambda item: item.info_code[-2:]) if query.get("order") == HEAT else listed

    def fast_page(self, query: Mapping[str, str]) -> dict[str, object]:
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


def column_row(article: OriginArticle) -> dict[str, object]:
    number, summary = article.info_code[2:], article.digest if ROLLING in article.channels else article.simdigest
    home = 1000 + POLLED[int(article.info_code[-10:]) % len(POLLED)]
    return {
        "summary": summary,
        "image": "",
        "code": number,
        "np_dst": "CMS",
        "showTime": article.showtime,
        "uniqueUrl": article.url_w,
        "title": article.title,
        "mediaName": article.media_name,
        "url": f"http://finance.eastmoney.com/news/{home},{number}.html",
    }


def fast_row(article: OriginArticle) -> dict[str, object]:
    tickers = [*(company for company, _ in COMPANIES), *BOARDS]
    return {
        "summary": article.digest,
        "code": article.info_code[2:],
        "titleColor": 3 if article.info_code.endswith("9") else 0,
        "realSort": str(real_sort(article)),
        "showTime": article.showtime,
        "title": article.title,
        "stockList": [f"{ticker.market}.{ticker.code}" for ticker in tickers if ticker.name in article.title],
        "image": [],
        "pinglun_Num": int(article.info_code[-2:]),
        "share": int(article.info_code[-1]),
    }


def whole(text: str | None, default: int) -> int:
    """Return the number in a query parameter; *default* for a missing or broken one."""
    return int(text) if text and NUMBER.fullmatch(text) else default
