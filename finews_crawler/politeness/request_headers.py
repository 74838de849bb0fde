"""Downloader middleware that gives requests the headers of the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.downloadermiddlewares.httpcompression import ACCEPTED_ENCODINGS
from scrapy.http import Headers

from finews_crawler.utils.crawler import CrawlerComponent

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler


class RequestHeaders(CrawlerComponent):
    """DEFAULT_REQUEST_HEADERS, User-Agent and Accept-Encoding, for which Scrapy has a middleware each.

    They normalise names and values for each request; here that is done once.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        settings = crawler.settings
        given = dict(settings["DEFAULT_REQUEST_HEADERS"])
        headers = Headers({name: value for name, value in given.items() if value is not None})
        if settings["USER_AGENT"]:
            headers.setdefault("User-Agent", settings["USER_AGENT"])
        if settings.getbool("COMPRESSION_ENABLED"):
            headers.setdefault("Accept-Encoding", b", ".join(ACCEPTED_ENCODINGS))
        self.headers: list[tuple[bytes, list[bytes]]] = list(headers.items())

    def process_request(self, request: Request) -> None:
        headers = request.headers
        for name, values in self.headers:
            # A list for each request, since Headers.appendlist changes it.
            dict.setdefault(headers, name, list(values))
