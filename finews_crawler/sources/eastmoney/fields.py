"""The keys that Eastmoney's JSON has for each field, and their values. Source: upstream.md, "Channels"."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from finews_crawler.content.dates import parse_published_at
from finews_crawler.content.decoding import one_line, replace_lone_surrogates
from finews_crawler.content.info_code import info_code_in_url, normalise_info_code
from finews_crawler.exceptions import InvalidInfoCode

# In order of preference. Each of the three list formats has its own keys; GetNewsText may use any of them.
TITLE = ("title", "simtitle")
PUBLISHED_AT = ("showtime", "datetime")
MEDIA_NAME = ("from", "medianame")
INFO_CODE = ("infoCode", "infocode", "code", "id")
DIGEST = ("digest", "simdigest")


def raw_value(row: Mapping[str, Any], *names: str) -> str:
    """Return the first non-empty value among *names* as text; '' if none is a string or an integer.

    >>> raw_value({"title": "", "simtitle": "标题"}, *TITLE)
    '标题'
    >>> raw_value({"id": 202205262391921712}, *INFO_CODE)
    '202205262391921712'
    >>> raw_value({"title": ["a", "list"]}, *TITLE)
    ''
    """
    for name in names:
        value = row.get(name)
        if isinstance(value, str):
            if value.strip():
                return replace_lone_surrogates(value)
        elif isinstance(value, int) and not isinstance(value, bool):
            return str(value)
    return ""


def list_fields(row: Mapping[str, Any]) -> dict[str, str | datetime | None]:
    """Return the fields that lists give, '' or None for a missing one: text as one line, the time aware, to the second.

    >>> list_fields({"title": "标题", "showtime": "", "datetime": "2022-05-18 16:48:06"})["published_at"].isoformat()
    '2022-05-18T16:48:06+08:00'
    """
    times = (parse_published_at(raw_value(row, name)) for name in PUBLISHED_AT)
    return {
        "title": one_line(raw_value(row, *TITLE)),
        "published_at": next(filter(None, times), None),
        "media_name": one_line(raw_value(row, *MEDIA_NAME)),
        "digest": one_line(raw_value(row, *DIGEST)),
        "public_url": one_line(raw_value(row, "url_w")),
    }


def info_code(row: Mapping[str, Any], names: Iterable[str] = INFO_CODE) -> str:
    """Return the infoCode of a row, the first valid one among *names*.

    Raises InvalidInfoCode with the first non-empty value if none is one.

    >>> info_code({"code": "600999", "id": 202205262391921712})
    'NW202205262391921712'
    """
    for name in names:
        with suppress(InvalidInfoCode):
            return normalise_info_code(raw_value(row, name))
    return normalise_info_code(raw_value(row, *names))


def other_article(names: Iterable[str], requested: str) -> str:
    """Return the infoCode that a response names if it is another article's than *requested*; '' if not, or if it names
    none.

    *names*: values that may be infoCodes, or URLs with one; the first one counts. Letters do not matter, since not all
    surfaces have them.

    >>> other_article(["", "1", "http://finance.eastmoney.com/a/202205262391921712.html"], "NW202205182383638060")
    'NW202205262391921712'
    >>> other_article(["202205182383638060"], "AN202205182383638060")
    ''
    """
    code = next(filter(None, map(info_code_in_url, names)), "")
    return code if code[2:] != requested[2:] else ""
