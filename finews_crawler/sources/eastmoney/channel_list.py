"""A channel's list: bytes in, the articles it names out."""

from __future__ import annotations

from typing import Any

from finews_crawler.content.decoding import one_line
from finews_crawler.exceptions import InvalidInfoCode, InvalidJson
from finews_crawler.items import Article, Rejection
from finews_crawler.sources.eastmoney import fields
from finews_crawler.sources.json_response import load_object
from finews_crawler.sources.outcome import Outcome, ParsedList
from finews_crawler.sources.source import ListSurface, row_text

LONGEST_KEY = 40
"""Characters of a key in a log line: upstream may name its keys at any length."""


def parse_channel_list(body: bytes, channel: ListSurface) -> ParsedList:
    """Parse a list of *channel*. Never raises.

    A list is a JSON object with its rows under ``channel.list_key``. Without rows it is a day without news; without any
    key at all, or as a page, it is a ban; without this key, or in rows without an infoCode, it has a new format.

    >>> from finews_crawler.sources.eastmoney.channels import CHANNELS
    >>> row = b'{"infocode": "NW202205182383638060", "title": "A", "showtime": "2022-05-18 16:48:06", "from": "B"}'
    >>> parse_channel_list(b'{"nodeList": [' + row + b']}', CHANNELS["media"]).articles[0].media_name
    'B'
    >>> parse_channel_list(b'{"nodeList": []}', CHANNELS["media"]).outcome.value
    'no_news'
    >>> parse_channel_list(b'{"items": []}', CHANNELS["media"]).detail
    "no key 'nodeList' (keys: items)"
    """
    try:
        answer = load_object(body)
    except InvalidJson as error:
        return ParsedList(Outcome.BLOCKED if error.is_page else Outcome.CHANGED_SHAPE, detail=str(error))
    if not answer:
        return ParsedList(Outcome.BLOCKED, detail="an empty object where a list was promised")
    if channel.list_key not in answer:
        keys = one_line(", ".join(key[:LONGEST_KEY] for key in list(answer)[:10]))
        return ParsedList(Outcome.CHANGED_SHAPE, detail=f"no key {channel.list_key!r} (keys: {keys})")
    rows = answer[channel.list_key]
    if rows is None or rows in ("", []):
        return ParsedList(Outcome.NO_NEWS)
    if not isinstance(rows, list):
        return ParsedList(Outcome.CHANGED_SHAPE, detail=f"key {channel.list_key!r} holds no list")
    return _read_rows(rows, channel)


def _read_rows(rows: list[Any], channel: ListSurface) -> ParsedList:
    result = ParsedList(Outcome.ARTICLES)
    for row in rows:
        read = _read_row(row, channel)
        if isinstance(read, Article):
            result.articles.append(read)
        else:
            result.rejections.append(read)
    # Single rows may be broken; a list in which no row has an infoCode has renamed the key.
    if all(not rejection.info_code for rejection in result.rejections) and not result.articles:
        return ParsedList(Outcome.CHANGED_SHAPE, detail=f"no key 'infoCode' in any of {len(rows)} rows")
    return result


def _read_row(row: Any, channel: ListSurface) -> Article | Rejection:
    if not isinstance(row, dict):
        return Rejection("", "bad_row", f"a row of channel {channel.name} is no object", row_text(row))
    try:
        info_code = fields.info_code(row)
    except InvalidInfoCode as error:
        code = fields.raw_value(row, *fields.INFO_CODE)
        return Rejection(code[:80], "bad_info_code", f"channel {channel.name}: {error}", row_text(row))
    return channel.article(row, info_code, **fields.list_fields(row))
