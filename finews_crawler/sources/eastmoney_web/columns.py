"""getNewsByColumns: a column of the web site as JSON, newest rows first. Source: upstream-today.md, "Columns"."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from finews_crawler.content.dates import parse_published_at
from finews_crawler.content.decoding import one_line
from finews_crawler.sources.eastmoney.fields import raw_value
from finews_crawler.sources.eastmoney_web.rows import page_after_counted, parse_data
from finews_crawler.sources.outcome import ParsedList
from finews_crawler.sources.source import ListSurface

# req_trace is the time in upstream's own pages, and any value works: a constant one keeps the URL of a list the same,
# so that it can be requested conditionally, recorded and replayed.
# A misspelt parameter gives an empty list, not an error: a test compares the names with those of the origin.
PATH = (
    "/comm/web/getNewsByColumns?client=web&biz=web_news_col&column={column}&order=2&needInteractData=0"
    "&page_index={{page}}&page_size={{count}}&req_trace=1"
    "&fields=code,showTime,title,mediaName,summary,image,url,uniqueUrl,Np_dst"
)
MAX_COUNT = 200
"""Rows that upstream has returned at most."""


def parse_columns(body: bytes, channel: ListSurface) -> ParsedList:
    """Parse one page of a column. Never raises.

    >>> from finews_crawler.sources.eastmoney_web.channels import CHANNELS
    >>> data = b'{"page_index": 1, "list": [{"code": "202205182383638060"}], "totle_hits": 5000, "page_size": 1}'
    >>> read = parse_columns(b'{"code": "1", "message": "success", "data": ' + data + b'}', CHANNELS["columns:345"])
    >>> read.articles[0].info_code, read.next_page
    ('NW202205182383638060', '2')
    """
    return parse_data(body, channel, "list", _read_fields, page_after_counted)


def _read_fields(row: Mapping[str, Any], _: str) -> dict[str, object]:
    return {
        "title": one_line(raw_value(row, "title")),
        "published_at": parse_published_at(raw_value(row, "showTime")),
        "media_name": one_line(raw_value(row, "mediaName")),
        "digest": one_line(raw_value(row, "summary")),
        "public_url": one_line(raw_value(row, "uniqueUrl")),
    }
