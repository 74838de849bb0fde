"""Decompression, with a retry of what cannot be decompressed: it was cut off or damaged on the way.

Scrapy retries a response that breaks off, but passes an exception of its decompression to the spider.
"""

from __future__ import annotations

import zlib
from gzip import BadGzipFile
from typing import TYPE_CHECKING

from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.exceptions import ResponseDataLossError

if TYPE_CHECKING:
    from scrapy import Request, Spider
    from scrapy.crawler import Crawler
    from scrapy.http import Response

DAMAGED = (EOFError, BadGzipFile, zlib.error)


class Decompression(HttpCompressionMiddleware):
    """Scrapy's middleware; raises ResponseDataLossError once the retries are used up."""

    def __init__(self, *, crawler: Crawler) -> None:
        super().__init__(crawler=crawler)
        self.crawler = crawler

    def process_request(self, request: Request, spider: Spider | None = None) -> None:
        """Do nothing: RequestHeaders sets Accept-Encoding."""

    def process_response(
        self, request: Request, response: Response, spider: Spider | None = None
    ) -> Request | Response:
        if "Content-Encoding" not in response.headers:
            return response
        try:
            return super().process_response(request, response)
        except DAMAGED as error:
            assert self.crawler.spider is not None  # noqa: S101 (it sent the request)
            again = get_retry_request(request, spider=self.crawler.spider, reason="not decompressed")
            if again is None:
                raise ResponseDataLossError(f"the response cannot be decompressed: {error}") from error
            return again
