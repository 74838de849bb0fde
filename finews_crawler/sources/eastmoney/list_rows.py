"""Rows of Eastmoney's lists: all of them are JSON objects, each with the key of an article."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from finews_crawler.exceptions import InvalidInfoCode, InvalidJson
from finews_crawler.items import Article, Rejection
from finews_crawler.sources.eastmoney.fields import info_code, raw_value
from finews_crawler.sources.json_response import load_object
from finews_crawler.sources.outcome import Outcome, ParsedList, outcome_of
from finews_crawler.sources.source import ListSurface, row_text

LONGEST_CODE = 80
"""Characters of an invalid infoCode in a rejection."""

ReadFields = Callable[[Mapping[str, Any], str], Mapping[str, object]]
"""Takes a row and its infoCode; returns the fields of ``Article`` that the list gives."""


def load_list(body: bytes) -> dict[str, Any] | ParsedList:
    """Return the object in a response body, or the outcome of a body without one."""
    try:
        return load_object(body)
    except InvalidJson as error:
        return ParsedList(outcome_of(error), detail=str(error))


def parse_rows(
    rows: Sequence[Any], channel: ListSurface, code_names: Sequence[str], read_fields: ReadFields
) -> ParsedList:
    """Return the articles of a list; a list without rows is a day without news, or the end of the list.

    *code_names*: keys of the infoCode; the first valid one counts. Rows without one are rejections.
    """
    if not rows:
        return ParsedList(Outcome.NO_NEWS)
    result = ParsedList(Outcome.ARTICLES)
    for row in rows:
        read = _read_row(row, channel, code_names, read_fields)
        if isinstance(read, Article):
            result.articles.append(read)
        else:
            result.rejections.append(read)
    # Single rows may be broken; a list in which no row has an infoCode has renamed the key.
    if not result.articles and not any(rejection.info_code for rejection in result.rejections):
        return ParsedList(Outcome.CHANGED_SHAPE, detail=f"no infoCode in any of {len(rows)} rows")
    return result


def _read_row(
    row: Any, channel: ListSurface, code_names: Sequence[str], read_fields: ReadFields
) -> Article | Rejection:
    if not isinstance(row, dict):
        return Rejection("", "bad_row", f"a row of channel {channel.name} is no object", row_text(row))
    try:
        key = info_code(row, code_names)
    except InvalidInfoCode as error:
        code = raw_value(row, *code_names)[:LONGEST_CODE]
        return Rejection(code, "bad_info_code", f"channel {channel.name}: {error}", row_text(row))
    return channel.article(row, key, **read_fields(row, key))
