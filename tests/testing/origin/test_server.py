from __future__ import annotations

import ssl
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlsplit

import pytest

from finews_crawler.exceptions import UnknownFault
from finews_crawler.testing.origin.articles import generate
from finews_crawler.testing.origin.server import running_origin
from tests.support.certificates import self_signed
from tests.support.http_client import fetch, text_path


def test_stats_count_paths_without_their_query_and_not_themselves() -> None:
    with running_origin(3) as origin:
        for path in ("/web/webapi?type=45&count=1", "/web/webapi?type=102&count=1", "/_stats", "/", "/nothing%20here"):
            fetch(origin.url + path)
        expected = {"total": 4, "paths": {"/web/webapi": 2, "/": 1, "/nothing here": 1}}
        assert origin.stats() == expected
        assert fetch(f"{origin.url}/_stats").json == expected


def test_traffic_records_requests_and_times() -> None:
    before = time.monotonic()
    with running_origin(3, latency_ms=50, faults=["soft-ban"]) as origin:
        article = text_path(origin.articles[0])
        for path in ("/robots.txt", article, "/_stats", article):
            fetch(origin.url + path)
        arrivals = origin.traffic.arrivals
    code = origin.articles[0].info_code
    path = "/NewsData/GetNewsText.do"
    assert [(arrival.path, arrival.id) for arrival in arrivals] == [("/robots.txt", ""), (path, code), (path, code)]
    moments = [arrival.time for arrival in arrivals]
    assert [later - earlier >= 0.05 for earlier, later in pairwise(moments)] == [True, True]
    assert before <= moments[0] <= moments[-1] <= time.monotonic()


def test_the_origin_serves_https_with_a_certificate(tmp_path: Path) -> None:
    certificate = tmp_path / "certificate.pem"
    with running_origin(3, ssl_context=self_signed(certificate), faults=["drip=1"]) as origin:
        assert urlsplit(origin.url).scheme == "https"
        article = origin.url + text_path(origin.articles[0])
        trusting = ssl.create_default_context(cafile=str(certificate))
        assert fetch(article, context=trusting).json["text"] == origin.articles[0].text_html
        with pytest.raises(URLError, match="CERTIFICATE_VERIFY_FAILED"):
            fetch(article, context=ssl.create_default_context())


def test_the_origin_listens_on_loopback_and_stops_with_the_block() -> None:
    before = set(threading.enumerate())  # of which those of other tests may end meanwhile
    with running_origin(1) as origin:
        assert urlsplit(origin.url).hostname == "127.0.0.1"
        assert fetch(f"{origin.url}/robots.txt").status == 200
        assert set(threading.enumerate()) - before
    assert set(threading.enumerate()) - before == set()
    with pytest.raises(URLError):
        fetch(f"{origin.url}/robots.txt")


def test_the_origin_stops_when_the_block_raises() -> None:
    with pytest.raises(RuntimeError, match="mine"), running_origin(1) as origin:
        raise RuntimeError("mine")
    with pytest.raises(URLError):
        fetch(origin.url)


def test_a_port_in_use_and_an_unknown_fault_are_errors() -> None:
    with running_origin(1) as origin, pytest.raises(OSError), running_origin(1, port=urlsplit(origin.url).port or 0):
        pass
    with pytest.raises(UnknownFault), running_origin(1, faults=["nope"]):
        pass


def test_latency_precedes_every_response() -> None:
    with running_origin(1, latency_ms=150) as origin:
        started = time.monotonic()
        fetch(f"{origin.url}/robots.txt")
        assert time.monotonic() - started >= 0.15


def test_given_articles_replace_the_generated_ones() -> None:
    articles = generate(40, 3)[30:]
    with running_origin(articles=articles) as origin:
        assert origin.articles == articles
        assert fetch(f"{origin.url}/NewsData/GetNewsText.do?id={articles[0].info_code}").json["text"]


def test_concurrent_requests_are_served() -> None:
    with running_origin(50) as origin, ThreadPoolExecutor(16) as pool:
        urls = [f"{origin.url}/NewsData/GetNewsText.do?id={a.info_code}" for a in origin.articles] * 4
        assert all(answer.json["text"] for answer in pool.map(fetch, urls))
        assert origin.stats()["total"] == len(urls)
