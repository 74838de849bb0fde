"""`politeness.unreachable_hosts`: a host that is down gets a few requests, however many articles are queued."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from types import SimpleNamespace

import pytest
from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadConnectionRefusedError
from scrapy.http import Response
from scrapy.statscollectors import MemoryStatsCollector

from finews_crawler.politeness.host_state import HostRegistry
from finews_crawler.politeness.unreachable_hosts import FAILURES_IN_A_ROW, UnreachableHost
from finews_crawler.requests import HostClosed
from finews_crawler.testing.origin.server import running_origin
from tests.support.scrapy_command import Scrapy
from tests.support.stats_dump import STATS_DUMP, stats_of

CONCURRENT = 8


def test_an_unreachable_host_is_closed_after_six_failures(scrapy: Scrapy, tmp_path: Path) -> None:
    with socket.socket() as bound, running_origin(60, seed=9) as origin:
        # Bound and not listening: this port refuses connections, and no other process can take it.
        bound.bind(("127.0.0.1", 0))
        share_url = f"http://127.0.0.1:{bound.getsockname()[1]}"
        summary = tmp_path / "summary.json"
        run = scrapy.at(origin.url, FINEWS_SHARE_URL=share_url)(
            "crawl", "channel", "-s", f"FINEWS_SUMMARY_FILE={summary}", *STATS_DUMP
        )
        lists = origin.stats()["total"]
    counts = json.loads(summary.read_text(encoding="utf-8"))
    assert counts["exit_status"] == run.status == 3
    assert counts["failed"] == 60
    # robots.txt and the first articles, including requests in flight.
    assert counts["requests"] - lists <= FAILURES_IN_A_ROW + 2 * CONCURRENT
    assert stats_of(run)["finews/hosts/closed/unreachable"] == 1
    assert run.log.count("cannot be reached") == 1


def test_a_response_resets_the_count_of_failures() -> None:
    crawler = Crawler(Spider)
    crawler.stats = MemoryStatsCollector(crawler)
    crawler.engine = SimpleNamespace(downloader=SimpleNamespace(slots={}))  # type: ignore[assignment]
    hosts = HostRegistry(crawler)
    crawler.extensions = SimpleNamespace(middlewares=[hosts])  # type: ignore[assignment]
    watch, request = UnreachableHost(crawler), Request("http://127.0.0.1:8000/")
    for _ in range(3):
        for _ in range(FAILURES_IN_A_ROW - 1):
            watch.process_exception(request, DownloadConnectionRefusedError())
        watch.process_response(request, Response(request.url))
    hosts.check_open(request)
    for _ in range(FAILURES_IN_A_ROW - 1):
        watch.process_exception(request, DownloadConnectionRefusedError())
    watch.process_response(request, Response(request.url, status=502))
    with pytest.raises(HostClosed, match="HTTP status 502"):
        hosts.check_open(request)
    hosts.check_open(Request("http://127.0.0.1:9000/"))
