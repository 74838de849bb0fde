"""A request with its finished response, which the faults may replace."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

from finews_crawler.content.info_code import info_code_in_url
from finews_crawler.sources import CHANNELS
from finews_crawler.sources.eastmoney import news_text, share_page
from finews_crawler.sources.eastmoney_web import fast, security, web_article
from finews_crawler.sources.eastmoney_web.ban_signs import ARTICLE_PAGE
from finews_crawler.testing.origin.json_encoding import read_object

NEWS_TEXT_PATH, SHARE_PATH = news_text.PATH, share_page.PATH
LIST_PATHS = tuple(
    re.compile(re.sub(r"\\{\w+\\}", "[^/_]*", re.escape(path)))
    for path in dict.fromkeys(urlsplit(surface.path).path for surface in (*CHANNELS.values(), security.SURFACE))
)
"""Paths of all lists; that of one may contain its number of rows, and a page."""
FAST_PATH = urlsplit(fast.PATH).path
ROBOTS_PATH = "/robots.txt"
STATS_PATH = "/_stats"
JSON_TYPE = "application/json"


@dataclass(frozen=True, slots=True)
class Exchange:
    """*nth* counts the requests for this path, from 1; *ordinal* is its article's place in the whole list, or 0."""

    request: web.Request
    response: web.Response
    nth: int
    ordinal: int = 0
    nth_article: int = 0
    """Number of this request among those for articles, on whatever surface, from 1; 0 for a path that is no article."""

    @property
    def path(self) -> str:
        return self.request.path

    def is_first(self) -> bool:
        """Return True for the first request of a path. Not for robots.txt: a refusal of it forbids the whole site."""
        return self.nth == 1 and not self.is_robots()

    def is_robots(self) -> bool:
        return self.path == ROBOTS_PATH

    def is_list(self) -> bool:
        return any(path.fullmatch(self.path) for path in LIST_PATHS)

    def is_fast(self) -> bool:
        """Return True for the 7×24 list of today."""
        return self.path == FAST_PATH

    def is_article(self) -> bool:
        """Return True for an article on any of its surfaces: GetNewsText, today's JSON, today's page."""
        return is_article_path(self.path)

    def is_web_article(self) -> bool:
        """Return True for today's JSON of an article."""
        return self.path.startswith(web_article.PATH)

    def is_json(self) -> bool:
        return self.is_list() or self.path == NEWS_TEXT_PATH or self.is_web_article()

    def is_share(self) -> bool:
        return self.path in {NEWS_TEXT_PATH, SHARE_PATH}

    def is_archive(self) -> bool:
        """Return True for the paths that no other surface has."""
        return not (self.is_list() or self.is_share() or self.is_robots() or self.is_of_today())

    def is_of_today(self) -> bool:
        """Return True for an article by one of today's surfaces, JSON or page."""
        return self.is_web_article() or bool(ARTICLE_PAGE.fullmatch(self.path))

    @property
    def body(self) -> bytes:
        return self.response.body if isinstance(self.response.body, bytes) else b""

    def with_body(self, body: bytes, content_type: str = JSON_TYPE) -> web.Response:
        """Return the response with another body, still declared as UTF-8."""
        return web.Response(body=body, status=self.response.status, content_type=content_type, charset="utf-8")

    def json_object(self) -> dict[str, Any]:
        """Return the JSON object in the body, that of a list without its JSONP or JavaScript; an empty one for other
        bytes, such as those of a malformed recording."""
        body = self.body
        if self.is_list():
            body = body[body.find(b"{") : body.rfind(b"}") + 1]
        return read_object(body) or {}

    def rows(self) -> Iterator[dict[str, Any]]:
        """Yield the rows of a list in any format; none of one that is not JSON."""
        for rows in lists_in(self.json_object()):
            yield from (row for row in rows if isinstance(row, dict))


def is_article_path(path: str) -> bool:
    """Return True for the path of an article.

    >>> [is_article_path(path) for path in (NEWS_TEXT_PATH, f"{web_article.PATH}202205182383638060", FAST_PATH)]
    [True, True, False]
    """
    return path == NEWS_TEXT_PATH or path.startswith(web_article.PATH) or bool(ARTICLE_PAGE.fullmatch(path))


def requested_article(request: web.Request) -> str:
    """Return the infoCode of the requested article: the ``id`` of the query, or else that in the path; or ''."""
    return request.query.get("id", "") or info_code_in_url(str(request.rel_url)) or ""


def lists_in(value: dict[str, Any]) -> Iterator[list[Any]]:
    """Yield the lists of an answer: 2022's are beside its other keys, today's in ``data``."""
    for inner in value.values():
        if isinstance(inner, list):
            yield inner
        elif isinstance(inner, dict):
            yield from lists_in(inner)


def json_response(body: bytes) -> web.Response:
    """Return a response of JSON that is encoded already."""
    return web.Response(body=body, content_type=JSON_TYPE, charset="utf-8")
