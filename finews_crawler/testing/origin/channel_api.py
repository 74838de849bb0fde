"""The channels: rolling lists as JSON, newest first. Each channel spells the same fields its own way."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from itertools import islice

from finews_crawler.testing.origin.articles import OriginArticle
from finews_crawler.testing.origin.json_encoding import to_json

DEFAULT_COUNT = 100
LARGEST_COUNT = 500
COUNT = re.compile(r"[0-9]{1,9}")

Row = dict[str, str]


def rolling_row(article: OriginArticle) -> Row:
    """A row of ``rolling``: no medium, but a digest and the public URL.

    >>> from finews_crawler.testing.origin.articles import generate
    >>> sorted(rolling_row(generate(1, 1)[0]))
    ['digest', 'id', 'infoCode', 'showtime', 'title', 'url_w']
    """
    return {
        "id": article.info_code[2:],
        "infoCode": article.info_code,
        "title": "" if article.blank_row else article.title,
        "showtime": "" if article.blank_row else article.showtime,
        "digest": article.digest,
        "url_w": article.url_w,
    }


def media_row(article: OriginArticle) -> Row:
    """A row of ``media``: ``infocode`` in lower case, the medium as ``from``."""
    return {
        "infocode": article.info_code,
        "title": article.title,
        "simtitle": article.simtitle,
        "simdigest": article.simdigest,
        "showtime": article.showtime,
        "from": article.media_name,
    }


def market_row(article: OriginArticle) -> Row:
    """A row of ``market``: the time as ``datetime``, the medium as ``medianame``, no digest."""
    return {
        "infoCode": article.info_code,
        "title": article.title,
        "datetime": article.showtime,
        "medianame": article.media_name,
    }


# The query that asks for a list → the channel, the key its rows are under, how a row is spelt.
LISTS: dict[tuple[str, str], tuple[str, str, Callable[[OriginArticle], Row]]] = {
    ("type", "102"): ("rolling", "records", rolling_row),
    ("type", "45"): ("media", "nodeList", media_row),
    ("marketType", "37"): ("market:37", "record", market_row),
    ("marketType", "38"): ("market:38", "record", market_row),
    ("marketType", "39"): ("market:39", "record", market_row),
}
LIST_KEYS = frozenset(key for _, key, _ in LISTS.values())


def by_channel(articles: Iterable[OriginArticle]) -> dict[str, list[OriginArticle]]:
    """Sort *articles* into their channels, in their own order."""
    shelves: dict[str, list[OriginArticle]] = {channel: [] for channel, _, _ in LISTS.values()}
    for article in articles:
        for channel in article.channels:
            shelves[channel].append(article)
    return shelves


def list_json(shelves: Mapping[str, list[OriginArticle]], parameter: str, query: Mapping[str, str]) -> bytes:
    """Answer one list request; a type nobody has heard of is answered with an empty object.

    >>> list_json(by_channel([]), "type", {"type": "45"})
    b'{"nodeList":[]}'
    >>> list_json(by_channel([]), "marketType", {"marketType": "99"})
    b'{}'
    """
    asked_for = LISTS.get((parameter, query.get(parameter, "")))
    if asked_for is None:
        return to_json({})
    channel, key, row = asked_for
    return to_json({key: [row(article) for article in islice(shelves[channel], row_count(query.get("count", "")))]})


def row_count(asked_for: str) -> int:
    """Return how many rows to give: *asked_for*, up to 500.

    >>> row_count("30"), row_count("9999"), row_count(""), row_count("many")
    (30, 500, 100, 100)
    """
    return min(int(asked_for), LARGEST_COUNT) if COUNT.fullmatch(asked_for) else DEFAULT_COUNT
