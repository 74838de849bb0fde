"""Today's lists, with and without an envelope, and the pages of those that count them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from finews_crawler.content.decoding import one_line
from finews_crawler.sources.eastmoney.fields import raw_value
from finews_crawler.sources.eastmoney.list_rows import ReadFields, load_list, parse_rows
from finews_crawler.sources.outcome import Outcome, ParsedList
from finews_crawler.sources.source import ListSurface, row_text

LONGEST_DETAIL = 80
"""Characters of an answer in a log line."""
CODE_NAMES = ("code", "Art_Code", "infoCode", "newsid", "id")
"""Keys of the infoCode in all lists."""

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
        return _no_list(answer, list_key)
    found = parse_rows(rows, channel, CODE_NAMES, read_fields)
    if found.outcome is Outcome.ARTICLES:
        found.next_page = page_after(data, len(rows))
    return found


def parse_object(body: bytes, channel: ListSurface, list_key: str, read_fields: ReadFields) -> ParsedList:
    """Parse a list without an envelope, ``{list_key: […], …}``. Never raises."""
    answer = load_list(body)
    if isinstance(answer, ParsedList):
        return answer
    rows = answer.get(list_key)
    if not isinstance(rows, list):
        return _no_list(answer, list_key)
    return parse_rows(rows, channel, CODE_NAMES, read_fields)


def _no_list(answer: Mapping[str, Any], list_key: str) -> ParsedList:
    """Return the outcome of an object without the list that it should have."""
    start = one_line(row_text(answer))[:LONGEST_DETAIL]
    return ParsedList(Outcome.CHANGED_SHAPE, detail=f"no list {list_key!r} in the answer: {start}")


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


def article_url(info_code: str) -> str:
    """Return the public URL of an article, for the lists that do not give it: their rows have it by this rule."""
    return f"http://finance.eastmoney.com/a/{info_code[2:]}.html"
