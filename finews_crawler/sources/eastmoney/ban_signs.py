"""Bans behind status 200: a page, an empty object, an article without a body, or another article.

Source: upstream.md, "GetNewsText.do": an article that is gone, blocked or unknown answers 200 without a body. So one
such answer is a missing article, and only many of them are a refusal.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qs, urlsplit

from finews_crawler.exceptions import InvalidJson
from finews_crawler.sources.ban_signs import REDIRECTS, status_sign
from finews_crawler.sources.eastmoney.channels import CHANNELS
from finews_crawler.sources.eastmoney.fields import INFO_CODE, other_article, raw_value
from finews_crawler.sources.eastmoney.news_text import PATH as NEWS_TEXT_PATH
from finews_crawler.sources.json_response import load_object
from finews_crawler.sources.outcome import OTHER_ARTICLE

CHANNEL_PATHS = frozenset(urlsplit(channel.path).path for channel in CHANNELS.values())

ARTICLE_URL = re.compile(rf"https?://[A-Za-z0-9.:-]+({re.escape(NEWS_TEXT_PATH)})\?id=(\w+)", re.ASCII)
"""The URL of an article's JSON as nearly all requests have it."""


def ban_sign(requested: str, responded: str, status: int, body: bytes) -> str | None:
    """Return the ban sign of a response, as ``sources.ban_signs.BanSign`` describes it.

    >>> article = "http://127.0.0.1/NewsData/GetNewsText.do?id=NW202205182383638060"
    >>> ban_sign(article, article, 200, b'{"text": ""}')
    'an article without a body'
    >>> ban_sign(article, "http://127.0.0.1/login", 200, b"<html>")
    "another page, '/login'"
    >>> ban_sign(article, article, 403, b"<h1>Forbidden</h1>")
    'HTTP status 403'
    >>> ban_sign(article, article, 200, b'{"text": "<p>A</p>"}'), ban_sign(article, article, 500, b"")
    ('', None)
    """
    path, code = _path_and_key(requested)
    if code and status in REDIRECTS:
        return f"HTTP status {status} that cannot be followed"
    if status != 200 or not (code or path in CHANNEL_PATHS):
        return status_sign(requested, responded, status, body)
    if code and responded != requested and _path_and_key(responded)[1] != code:
        return f"another page, {urlsplit(responded).path!r}"
    try:
        answer = load_object(body)
    except InvalidJson as error:
        return str(error) if error.is_page else None
    if code:
        return _article_sign(answer, code)
    return "" if answer else "an empty object where a list was promised"


def _article_sign(answer: Mapping[str, Any], code: str) -> str:
    if not raw_value(answer, "text", "content"):
        return "an article without a body"
    other = other_article((raw_value(answer, name) for name in INFO_CODE), code)
    return f"{OTHER_ARTICLE}, {other}" if other else ""


@lru_cache(maxsize=1)  # most responses have the URL that was requested
def _path_and_key(url: str) -> tuple[str, str]:
    """Return the path of a URL, and the infoCode in it if it is the URL of an article's JSON."""
    if article := ARTICLE_URL.fullmatch(url):
        return article[1], article[2]
    parts = urlsplit(url)
    is_article = parts.path.endswith(NEWS_TEXT_PATH)
    return parts.path, "".join(parse_qs(parts.query).get("id", [""])) if is_article else ""
