"""getListInfo: the news of one security as JSONP, in pages. Source: upstream-today.md, "A security's news"."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from finews_crawler.content.dates import parse_published_at
from finews_crawler.content.decoding import one_line
from finews_crawler.sources.eastmoney.fields import raw_value
from finews_crawler.sources.eastmoney_web.rows import article_url, page_after_counted, parse_data
from finews_crawler.sources.outcome import ParsedList
from finews_crawler.sources.source import ListSurface

# Constant where upstream's own page puts the time (see columns.PATH). type 1 is news, 2 would be notices.
PATH = (
    "/comm/wap/getListInfo?cb=callback&client=wap&type=1&mTypeAndCode={code}&pageSize={{count}}&pageIndex={{page}}"
    "&callback=callback&_=1"
)
GIVES = ("title", "published_at", "media_name", "public_url")
EXAMPLE = "1.600050"


def parse_security(body: bytes, channel: ListSurface) -> ParsedList:
    """Parse one page of a security's news. Never raises."""
    return parse_data(body, channel, "list", _read_fields, page_after_counted)


def _read_fields(row: Mapping[str, Any], info_code: str) -> dict[str, object]:
    return {
        "title": one_line(raw_value(row, "Art_Title")),
        "published_at": parse_published_at(raw_value(row, "Art_ShowTime")),
        "media_name": one_line(raw_value(row, "Art_MediaName")),
        "public_url": one_line(raw_value(row, "Art_Url")) or article_url(info_code),
    }


SURFACE = ListSurface(
    name="security",
    host_setting="FINEWS_COLUMNS_URL",
    path=PATH.format(code=EXAMPLE),
    parse=parse_security,
    gives=GIVES,
    # As the other lists of today (see channels).
    precedence=dict.fromkeys(GIVES, 7),
    max_count=200,
    first_page="1",
    volatile=frozenset({"Art_VideoCount"}),
    is_next_counted=True,
)
"""The list as ``Source.others`` has it, of one security; ``security_list`` returns that of another."""


def security_list(code: str) -> ListSurface:
    """Return the list of the security with a market code, one of ``symbols.market_codes``.

    >>> security_list("0.002572").url("http://127.0.0.1", 20, "3")  # doctest: +NORMALIZE_WHITESPACE
    'http://127.0.0.1/comm/wap/getListInfo?cb=callback&client=wap&type=1&mTypeAndCode=0.002572&pageSize=20&pageIndex=3&callback=callback&_=1'
    """
    return dataclasses.replace(SURFACE, path=PATH.format(code=code))
