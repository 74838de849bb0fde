"""Counts of requests and responses, and of their bytes, without making the bytes to be counted."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from scrapy.downloadermiddlewares.stats import DownloaderStats, get_status_size
from scrapy.utils.request import request_httprepr

if TYPE_CHECKING:
    from scrapy import Request, Spider
    from scrapy.http import Headers, Response

UNUSUAL = frozenset("#;?")
"""Characters of a path and query that Scrapy may leave out."""
USER_OR_IPV6 = frozenset("@[")
END_OF_LINE = len("\r\n")
REQUEST_LINE = len("  HTTP/1.1\r\n")
HOST_LINE = len("Host: \r\n")
RESPONSE_LINES = 4
status_size = lru_cache(maxsize=64)(get_status_size)
"""Length of a status with its reason, which Scrapy looks up through two modules of Twisted."""


class DirectDownloaderStats(DownloaderStats):
    """Scrapy's middleware, with the same stats."""

    def process_request(self, request: Request, spider: Spider | None = None) -> None:
        stats = self.stats
        stats.inc_value("downloader/request_count")
        stats.inc_value(f"downloader/request_method_count/{request.method}")
        stats.inc_value("downloader/request_bytes", request_size(request))

    def process_response(self, request: Request, response: Response, spider: Spider | None = None) -> Response:
        stats = self.stats
        stats.inc_value("downloader/response_count")
        stats.inc_value(f"downloader/response_status_count/{response.status}")
        size = len(response.body) + headers_size(response.headers) + status_size(response.status) + RESPONSE_LINES
        # Scrapy counts one end of line for each name, not for each value.
        names, values = len(response.headers), sum(map(len, dict.values(response.headers)))
        stats.inc_value("downloader/response_bytes", size - END_OF_LINE * (values - names))
        return response


def request_size(request: Request) -> int:
    """Return the length of a request as ``scrapy.utils.request.request_httprepr`` makes it."""
    netloc, slash, path = request.url.partition("://")[2].partition("/")
    is_unusual = (
        path.endswith("?") or UNUSUAL.intersection(path.replace("?", "", 1)) or USER_OR_IPV6.intersection(netloc)
    )
    if is_unusual or not slash:
        return len(request_httprepr(request))
    host = len(netloc.partition(":")[0])
    headers = headers_size(request.headers) + END_OF_LINE if request.headers else 0
    request_line = len(request.method) + len(path) + 1 + REQUEST_LINE
    return request_line + HOST_LINE + host + headers + END_OF_LINE + len(request.body)


def headers_size(headers: Headers) -> int:
    """Return the length of the lines of *headers*, without the end of the last one."""
    size = -END_OF_LINE
    for name, values in dict.items(headers):
        for value in values:
            size += len(name) + len(": ") + len(value) + END_OF_LINE
    return size
