"""A request with its finished response, which the faults may replace."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

from finews_crawler.sources import CHANNELS
from finews_crawler.sources.eastmoney import news_text, share_page

NEWS_TEXT_PATH, SHARE_PATH = news_text.PATH, share_page.PATH
LIST_PATHS = frozenset(urlsplit(channel.path).path for channel in CHANNELS.values())
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

    @property
    def path(self) -> str:
        """Path of the request, without the query."""
        return self.request.path

    @property
    def is_robots(self) -> bool:
        """True for robots.txt, which all sites share."""
        return self.path == ROBOTS_PATH

    @property
    def is_list(self) -> bool:
        """True for a channel's list."""
        return self.path in LIST_PATHS

    @property
    def is_article(self) -> bool:
        """True for an article's JSON."""
        return self.path == NEWS_TEXT_PATH

    @property
    def is_share(self) -> bool:
        """True for every path of the share site."""
        return self.path in {NEWS_TEXT_PATH, SHARE_PATH}

    @property
    def is_archive(self) -> bool:
        """True for every path of the archive site: the paths that no other surface has."""
        return not (self.is_list or self.is_share or self.is_robots)

    @property
    def body(self) -> bytes:
        """Bytes of the response."""
        return self.response.body if isinstance(self.response.body, bytes) else b""

    def with_body(self, body: bytes, content_type: str = JSON_TYPE) -> web.Response:
        """Return the response with another body, still declared as UTF-8."""
        return web.Response(body=body, status=self.response.status, content_type=content_type, charset="utf-8")

    def json_object(self) -> dict[str, Any]:
        """Return the JSON object in the body; an empty one if recorded bytes are not a JSON object."""
        try:
            value = json.loads(self.body)
        except (ValueError, RecursionError):
            return {}
        return value if isinstance(value, dict) else {}


def json_response(body: bytes) -> web.Response:
    """Return a response of JSON that is encoded already."""
    return web.Response(body=body, content_type=JSON_TYPE, charset="utf-8")
