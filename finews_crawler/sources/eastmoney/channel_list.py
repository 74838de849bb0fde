"""A channel's list: bytes in, the articles it names out."""

from __future__ import annotations

from finews_crawler.content.decoding import one_line
from finews_crawler.sources.eastmoney import fields
from finews_crawler.sources.eastmoney.list_rows import load_list, parse_rows
from finews_crawler.sources.outcome import Outcome, ParsedList
from finews_crawler.sources.source import ListSurface

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
    answer = load_list(body)
    if isinstance(answer, ParsedList):
        return answer
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
    return parse_rows(rows, channel, fields.INFO_CODE, lambda row, _: fields.list_fields(row))
