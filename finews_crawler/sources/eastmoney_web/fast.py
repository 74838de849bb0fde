"""getFastNewsList: the 7×24 list as JSON, newest rows first, with a cursor. Source: upstream-today.md, "7×24".

Its rows are those of 2022's ``rolling``: the title may be repeated in lenticular brackets at the start of ``summary``,
which is the digest as sent, and there is no outlet. The brackets at the end of a summary name one more often than not,
but also an author, a section or a disclaimer; the posts of 2022 did not take it from there, and the article has it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from finews_crawler.content.dates import parse_published_at
from finews_crawler.content.decoding import one_line
from finews_crawler.sources.eastmoney.fields import raw_value
from finews_crawler.sources.eastmoney_web.rows import article_url, parse_data
from finews_crawler.sources.outcome import ParsedList
from finews_crawler.sources.source import ListSurface

# fastColumn 102 is the whole list. Without req_trace it is 403; the value does not matter (see columns.PATH).
PATH = "/comm/web/getFastNewsList?client=web&biz=web_724&fastColumn=102&sortEnd={page}&pageSize={count}&req_trace=1"
MAX_COUNT = 200
VOLATILE = frozenset({"pinglun_Num", "share", "titleColor"})
"""Numbers of comments and shares, and emphasis."""
GIVES = ("title", "published_at", "digest", "public_url")


def cursor_before(moment: datetime) -> str:
    """Return ``sortEnd`` for the rows before a time: microseconds since 1970, as ``realSort`` of each row.

    >>> cursor_before(datetime.fromisoformat("2026-06-16T14:09:57+08:00"))
    '1781590197000000'
    """
    return f"{int(moment.timestamp())}000000"


def parse_fast(body: bytes, channel: ListSurface) -> ParsedList:
    """Parse the rows of one cursor. Never raises.

    ``next_page`` is ``sortEnd`` of the response as sent, which may fail to advance: ``ListSurface.page_after`` checks.
    """
    return parse_data(body, channel, "fastNewsList", _read_fields, lambda data, _: raw_value(data, "sortEnd"))


def _read_fields(row: Mapping[str, Any], info_code: str) -> dict[str, object]:
    return {
        "title": one_line(raw_value(row, "title")),
        "published_at": parse_published_at(raw_value(row, "showTime")),
        "digest": one_line(raw_value(row, "summary")),
        "public_url": article_url(info_code),
    }
