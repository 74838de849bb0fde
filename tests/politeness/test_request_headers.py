"""`politeness.request_headers`: requests have the headers that Scrapy's own middlewares would give them."""

from __future__ import annotations

from typing import Any

import pytest
from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.defaultheaders import DefaultHeadersMiddleware
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.downloadermiddlewares.useragent import UserAgentMiddleware
from scrapy.statscollectors import MemoryStatsCollector

from finews_crawler.politeness.request_headers import RequestHeaders

SCRAPYS = (DefaultHeadersMiddleware, UserAgentMiddleware, HttpCompressionMiddleware)


@pytest.mark.parametrize("headers", [{}, {"accept": "a/b"}, {"USER-AGENT": "other", "Accept-Encoding": ""}])
@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"USER_AGENT": "finews/1 (中)", "DEFAULT_REQUEST_HEADERS": {"accept": ["a", b"b"], "X-None": None}},
        {"USER_AGENT": "", "DEFAULT_REQUEST_HEADERS": {"user-agent": "given"}},
    ],
)
def test_headers_and_their_order_are_those_of_scrapys_middlewares(
    headers: dict[str, str], settings: dict[str, Any]
) -> None:
    crawler = Crawler(Spider, settings)
    ours, scrapys = (Request("http://a.test/", headers=headers) for _ in range(2))
    RequestHeaders(crawler).process_request(ours)
    crawler.stats = MemoryStatsCollector(crawler)
    for middleware in SCRAPYS:
        middleware.from_crawler(crawler).process_request(scrapys)
    assert list(ours.headers.items()) == list(scrapys.headers.items())


def test_no_encoding_is_accepted_without_decompression() -> None:
    request = Request("http://a.test/")
    RequestHeaders(Crawler(Spider, {"COMPRESSION_ENABLED": False})).process_request(request)
    assert "Accept-Encoding" not in request.headers


def test_requests_share_no_values() -> None:
    headers, requests = RequestHeaders(Crawler(Spider)), [Request("http://a.test/") for _ in range(2)]
    for request in requests:
        headers.process_request(request)
    requests[0].headers.appendlist("Accept", "x/y")
    assert len(requests[1].headers.getlist("Accept")) == 1
