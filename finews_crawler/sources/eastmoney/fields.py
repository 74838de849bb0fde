"""The keys that Eastmoney's JSON has for each field, and their values. Source: upstream.md, "Channels"."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from finews_crawler.content.dates import parse_published_at
from finews_crawler.content.decoding import one_line, replace_lone_surrogates
from finews_crawler.content.info_code import normalise_info_code
from finews_crawler.exceptions import InvalidInfoCode

# In order of preference. Each of the three list formats has its own keys; GetNewsText may use any of them.
TITLE = ("title", "simtitle")
PUBLISHED_AT = ("showtime", "datetime")
MEDIA_NAME = ("from", "medianame")
INFO_CODE = ("infoCode", "infocode", "code", "id")
DIGEST = ("digest", "simdigest")
PUBLIC_URL = ("url_w",)
TEXT = ("text",)
CONTENT = ("content",)


def raw_value(row: Mapping[str, Any], names: tuple[str, ...]) -> str:
    """Return the first non-empty value among *names* as text; '' if none is a string or an integer.

    >>> raw_value({"title": "", "simtitle": "标题"}, TITLE)
    '标题'
    >>> raw_value({"id": 202205262391921712}, INFO_CODE)
    '202205262391921712'
    >>> raw_value({"title": ["a", "list"]}, TITLE)
    ''
    """
    for name in names:
        value = row.get(name)
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if isinstance(value, str) and value.strip():
            return replace_lone_surrogates(value)
    return ""


def line(row: Mapping[str, Any], names: tuple[str, ...]) -> str:
    """Return a field as one line without control characters."""
    return one_line(raw_value(row, names))


def moment(row: Mapping[str, Any], names: tuple[str, ...]) -> datetime | None:
    """Return a time in Beijing, aware, to the second; None if no value among *names* is one."""
    for name in names:
        parsed = parse_published_at(raw_value(row, (name,)))
        if parsed:
            return parsed
    return None


def info_code(row: Mapping[str, Any]) -> str:
    """Return the infoCode of a row. Raises InvalidInfoCode with the first non-empty value if none is one.

    >>> info_code({"code": "600999", "id": 202205262391921712})
    'NW202205262391921712'
    """
    for name in INFO_CODE:
        try:
            return normalise_info_code(raw_value(row, (name,)))
        except InvalidInfoCode:
            continue
    return normalise_info_code(raw_value(row, INFO_CODE))
