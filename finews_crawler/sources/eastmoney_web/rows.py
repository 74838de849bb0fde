"""Rows of today's lists: all of them are JSON objects with a list of objects, each with the key of an article."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from finews_crawler.content.decoding import one_line
from finews_crawler.exceptions import InvalidInfoCode, InvalidJson
from finews_crawler.items import Article, Rejection
from finews_crawler.sources.eastmoney.fields import info_code, raw_value
from finews_crawler.sources.json_response import load_object
from finews_crawler.sources.outcome import Outcome, ParsedList
from finews_crawler.sources.source import ListSurface, row_text

LONGEST_DETAIL = 80
"""Characters of an answer in a log line."""
FIRST_CODES = ("code", "Art_Code", "infoCode", "newsid", "id")
"""Keys of the infoCode in all lists; the first valid one counts."""

ReadFields = Callable[[Mapping[str, Any], str], dict[str, object]]
"""Takes a row and its infoCode; returns the fields of ``Article`` that the list gives."""
PageAfter = Callable[[Mapping[str, Any], int], str]
"""Takes ``data`` of an answer and its number of rows; returns ``{page}`` of the next older rows, or ''."""


def parse_data(
    body: bytes, channel: ListSurface, list_key: str, read_fields: ReadFields, page_after: PageAfter
) -> ParsedList:
    """Parse a list in the envelope ``{"code": "1", "message": "success", "data": {list_key: […], …}}``. Never raises.

    ``data: null`` is ``no_data``, whatever the code: upstream sends it now and then. Its code and message are in the
    detail, since upstream may have a reason, such as a parameter that it misses.
    """
    answer = load_list(body)
    if isinstance(answer, ParsedList):
        return answer
    data = answer.get("data")
    if "data" in answer and data is None:
        code, message = (one_line(raw_value(answer, name))[:LONGEST_DETAIL] for name in ("code", "message"))
        return ParsedList(Outcome.NO_DATA, detail=f"'data' is null (code {code!r}, message {message!r})")
    rows = data.get(list_key) if isinstance(data, dict) else None
    if not isinstance(data, dict) or not isinstance(rows, list):
        return no_list(answer, list_key)
    found = parse_rows(rows, channel, read_fields)
    if found.outcome is Outcome.ARTICLES:
        found.next_page = page_after(data, len(rows))
    return found


def load_list(body: bytes) -> dict[str, Any] | ParsedList:
    """Return the object in a response body, or the outcome of a body without one."""
    try:
        return load_object(body)
    except InvalidJson as error:
        return ParsedList(Outcome.BLOCKED if error.is_page else Outcome.CHANGED_SHAPE, detail=str(error))


def no_list(answer: Mapping[str, Any], list_key: str) -> ParsedList:
    """Return the outcome of an object without the list that it should have."""
    start = one_line(row_text(answer))[:LONGEST_DETAIL]
    return ParsedList(Outcome.CHANGED_SHAPE, detail=f"no list {list_key!r} in the answer: {start}")


def parse_rows(rows: list[Any], channel: ListSurface, read_fields: ReadFields) -> ParsedList:
    """Return the articles of a list; a list without rows is a day without news, or the end of the list."""
    if not rows:
        return ParsedList(Outcome.NO_NEWS)
    result = ParsedList(Outcome.ARTICLES)
    for row in rows:
        read = _read_row(row, channel, read_fields)
        if isinstance(read, Article):
            result.articles.append(read)
        else:
            result.rejections.append(read)
    # Single rows may be broken; a list in which no row has an infoCode has renamed the key.
    if not result.articles and not any(rejection.info_code for rejection in result.rejections):
        return ParsedList(Outcome.CHANGED_SHAPE, detail=f"no infoCode in any of {len(rows)} rows")
    return result


def _read_row(row: Any, channel: ListSurface, read_fields: ReadFields) -> Article | Rejection:
    if not isinstance(row, dict):
        return Rejection("", "bad_row", f"a row of channel {channel.name} is no object", row_text(row))
    try:
        key = info_code(row, FIRST_CODES)
    except InvalidInfoCode as error:
        code = raw_value(row, *FIRST_CODES)[:80]
        return Rejection(code, "bad_info_code", f"channel {channel.name}: {error}", row_text(row))
    return channel.article(row, key, **read_fields(row, key))


def page_after_counted(data: Mapping[str, Any], rows: int) -> str:
    """Return the number of the next page from ``page_index``, ``page_size`` and ``totle_hits``; '' after the last one.

    Without a number of hits, a page that is full has a next one. *rows*: rows of this page.

    >>> page_after_counted({"page_index": 1, "page_size": 20, "totle_hits": 5000}, rows=20)
    '2'
    >>> page_after_counted({"page_index": 250, "page_size": 20, "totle_hits": 5000}, rows=20)
    ''
    """
    page, size, hits = (_whole_number(raw_value(data, name)) for name in ("page_index", "page_size", "totle_hits"))
    if not (page and size):
        return ""
    return str(page + 1) if (page * size < hits if hits else rows >= size) else ""


def _whole_number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def page_of(info_code: str) -> str:
    """Return the public URL of an article, for the lists that do not give it: their rows have it by this rule."""
    return f"http://finance.eastmoney.com/a/{info_code[2:]}.html"
