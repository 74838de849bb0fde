"""GetInfoList: the 7×24 list of the desktop client, in pages of twenty. Source: upstream-today.md, "PC client".

``updateTime`` is the time of the last change, in milliseconds: it gives way to any other surface's time.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from finews_crawler.content.dates import parse_published_at
from finews_crawler.content.decoding import one_line
from finews_crawler.sources.eastmoney.fields import raw_value
from finews_crawler.sources.eastmoney_web.rows import article_url, parse_object
from finews_crawler.sources.outcome import ParsedList
from finews_crawler.sources.source import ListSurface

# code 100 is the whole list; r is the time in the client's own requests (see columns.PATH).
PATH = "/pc_news/FastNews/GetInfoList?code=100&pageNumber={page}&pagesize={count}&condition=&r=1"
MAX_COUNT = 20
LIST_KEY = "items"


def parse_pc(body: bytes, channel: ListSurface) -> ParsedList:
    """Parse one page. Never raises."""
    return parse_object(body, channel, LIST_KEY, _read_fields)


def _read_fields(row: Mapping[str, Any], info_code: str) -> dict[str, object]:
    return {
        "title": one_line(raw_value(row, "title")),
        "published_at": parse_published_at(raw_value(row, "updateTime")),
        "digest": one_line(raw_value(row, "digest")),
        "public_url": article_url(info_code),
    }
