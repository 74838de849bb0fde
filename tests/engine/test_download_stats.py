"""`engine.download_stats`: the stats are those of Scrapy's middleware."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.stats import DownloaderStats
from scrapy.http import Response
from scrapy.settings import Settings
from scrapy.spiders import Spider
from scrapy.statscollectors import MemoryStatsCollector
from scrapy.utils.request import request_httprepr

from finews_crawler.engine.download_stats import DirectDownloaderStats, request_size

NAMES = st.sampled_from(["Accept", "accept", "X-One", "Cookie"])
HEADERS = st.lists(st.tuples(NAMES, st.text(st.characters(max_codepoint=127, min_codepoint=32), max_size=20)))
HOSTS = ("http://a.test", "https://A.test:8443", "http://u:p@a.test", "http://[::1]:80", "http://127.0.0.1")
PATHS = st.text("/a;?#=&é@:%.", max_size=12)


@given(
    st.sampled_from([f"{host}/" for host in HOSTS]),
    PATHS,
    HEADERS,
    st.sampled_from(["GET", "POST"]),
    st.binary(max_size=5),
)
def test_the_size_of_a_request_is_that_of_its_bytes(
    place: str, path: str, headers: list[tuple[str, str]], method: str, body: bytes
) -> None:
    request = Request(place + path, method=method, headers=headers, body=body)
    assert request_size(request) == len(request_httprepr(request))


@pytest.mark.parametrize("url", [f"{host}{rest}" for host in HOSTS for rest in ("", "?b", "#c", "?")])
def test_the_size_of_a_request_without_path_is_that_of_its_bytes(url: str) -> None:
    request = Request(url)
    assert request_size(request) == len(request_httprepr(request))


@pytest.mark.parametrize("status", [200, 404, 599])
@given(HEADERS, st.binary(max_size=5))
def test_stats_are_those_of_scrapys_middleware(status: int, headers: list[tuple[str, str]], body: bytes) -> None:
    request, response = Request("http://a.test/b?c"), Response("http://a.test", status, headers=headers, body=body)
    crawler = Crawler(Spider, Settings())
    counted = []
    for middleware in (DirectDownloaderStats, DownloaderStats):
        stats = MemoryStatsCollector(crawler)
        middleware(stats).process_request(request)
        assert middleware(stats).process_response(request, response) is response
        counted.append(stats.get_stats())
    assert counted[0] == counted[1]
