"""The channels: rolling lists as JSON, newest first. Each channel has its own keys for the same fields."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from urllib.parse import parse_qsl, urlsplit

from finews_crawler.sources.eastmoney.channels import CHANNELS, MAX_COUNT
from finews_crawler.sources.source import ListSurface
from finews_crawler.testing.origin.articles import OriginArticle
from finews_crawler.testing.origin.json_encoding import to_json

DEFAULT_COUNT = 100
COUNT = re.compile(r"[0-9]{1,9}")

Row = dict[str, str]


def rolling_row(article: OriginArticle) -> Row:
    return {
        "id": article.info_code[2:],
        "infoCode": article.info_code,
        "title": "" if article.blank_row else article.title,
        "showtime": "" if article.blank_row else article.showtime,
        "digest": article.digest,
        "url_w": article.url_w,
    }


def media_row(article: OriginArticle) -> Row:
    return {
        "infocode": article.info_code,
        "title": article.title,
        "simtitle": article.simtitle,
        "simdigest": article.simdigest,
        "showtime": article.showtime,
        "from": article.media_name,
    }


def market_row(article: OriginArticle) -> Row:
    return {
        "infoCode": article.info_code,
        "title": article.title,
        "datetime": article.showtime,
        "medianame": article.media_name,
    }


ROWS: dict[str, Callable[[OriginArticle], Row]] = {
    "rolling": rolling_row,
    "media": media_row,
    "market:37": market_row,
    "market:38": market_row,
    "market:39": market_row,
}
"""Format of a row of each channel. To mock a new channel, add a line."""


def by_channel(articles: Iterable[OriginArticle]) -> dict[str, list[OriginArticle]]:
    shelves: dict[str, list[OriginArticle]] = {name: [] for name in ROWS}
    for article in articles:
        for channel in article.channels:
            shelves[channel].append(article)
    return shelves


def requested_channel(path: str, query: Mapping[str, str]) -> ListSurface | None:
    """Return the channel that a request is for, whatever its ``count``; None for an unknown type.

    >>> requested_channel("/web/webapi", {"type": "45"}).name, requested_channel("/web/webapi", {"type": "99"})
    ('media', None)
    """
    for name in ROWS:
        url = urlsplit(CHANNELS[name].path)
        parameter, value = parse_qsl(url.query)[0]
        if (url.path, value) == (path, query.get(parameter)):
            return CHANNELS[name]
    return None


def list_json(shelves: Mapping[str, list[OriginArticle]], path: str, query: Mapping[str, str]) -> bytes:
    """Return the body of a list; an unknown type gets an empty object.

    >>> list_json(by_channel([]), "/information/newmarket/web/webapi", {"marketType": "99"})
    b'{}'
    """
    channel = requested_channel(path, query)
    if channel is None:
        return to_json({})
    articles = islice(shelves[channel.name], row_count(query.get("count", "")))
    return to_json({channel.list_key: [ROWS[channel.name](article) for article in articles]})


def row_count(count: str) -> int:
    """Return the number of rows for the query parameter *count*: 100 by default, at most 500.

    >>> row_count("30"), row_count("9999"), row_count(""), row_count("many")
    (30, 500, 100, 100)
    """
    return min(int(count), MAX_COUNT) if COUNT.fullmatch(count) else DEFAULT_COUNT
