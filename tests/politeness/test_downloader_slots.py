"""`politeness.downloader_slots`: no more requests at a time than the concurrency of their slot."""

from __future__ import annotations

from finews_crawler.testing.origin.server import running_origin
from tests.support.scrapy_command import Scrapy

CONCURRENCY, SECONDS = 8, 0.6
"""In these, also a busy machine sends as many requests as it may."""


def test_a_slot_without_delay_has_as_many_requests_at_a_time_as_its_concurrency(scrapy: Scrapy) -> None:
    with running_origin(24, latency_ms=1000 * SECONDS) as origin:
        run = scrapy.at(origin.url)("crawl", "channel", "-a", "count=24")
        assert run.summaries()[0]["new"] == 24, run.log
        times = [arrival.time for arrival in origin.traffic.arrivals]
    # Each response comes that much later than its request, and only then another request takes its place.
    at_a_time = [sum(first <= time < first + SECONDS for time in times) for first in times]
    assert max(at_a_time) == CONCURRENCY
