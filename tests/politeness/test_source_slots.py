"""`politeness.source_slots`: all hosts of a source have one pace, also through a proxy."""

from __future__ import annotations

import pytest
from scrapy import Request
from scrapy.utils.test import get_crawler

from finews_crawler.config.model import HOST_SETTINGS
from finews_crawler.politeness.source_slots import SourceSlots
from tests.support.scrapy_command import Scrapy
from tests.support.scripted_server import Answer, Site, code_in, scripted_site
from tests.support.scripted_share_site import ALL_WELL, CODES, news_text

LOOPBACK = {"127.0.0.1": {"delay": 0.001}, "localhost": {"delay": 0.001}}
TWO_SOURCES = {
    "FINEWS_SHARE_URL": "http://articles.test",
    "FINEWS_CHANNELS_URL": "https://lists.test:8443/api",
    "FINEWS_ARCHIVE_URL": "http://archive.test",
}
DELAY = 0.6
"""Half of it is how late the first request may arrive; two hosts with a pace of their own would save a whole one."""


def slot_of(url: str, meta: dict[str, str] | None = None, **settings: object) -> str | None:
    """Return the slot that SourceSlots gives a request, by *settings* and no other hosts."""
    crawler = get_crawler(settings_dict={**dict.fromkeys(HOST_SETTINGS, ""), **settings})
    request = Request(url, meta=meta)
    SourceSlots(crawler).process_request(request)
    return request.meta.get("download_slot")


@pytest.mark.parametrize(
    ("url", "slot"),
    [
        ("http://articles.test/NewsData/GetNewsText.do", "articles.test"),
        ("https://lists.test:8443/robots.txt", "articles.test"),
        ("http://ARTICLES.test/", "articles.test"),
        ("http://archive.test/feed.xml", "archive.test"),
        ("http://proxy.test/", None),
    ],
)
def test_hosts_of_one_source_share_a_slot(url: str, slot: str | None) -> None:
    assert slot_of(url, **TWO_SOURCES) == slot


def test_a_request_that_was_redirected_has_the_slot_of_its_own_host() -> None:
    before = {"download_slot": "articles.test"}
    assert slot_of("http://archive.test/", before, **TWO_SOURCES) == "archive.test"
    assert slot_of("http://127.0.0.1/", before, **TWO_SOURCES) is None


def test_a_host_that_download_slots_names_has_a_slot_of_its_own() -> None:
    hosts = {**TWO_SOURCES, "FINEWS_CHANNELS_URL": "http://127.0.0.1:8000", "DOWNLOAD_SLOTS": LOOPBACK}
    assert slot_of("http://127.0.0.1:8000/", **hosts) is None  # Scrapy's own: the name of the host
    assert slot_of("http://articles.test/", **hosts) == "articles.test"


def through_proxy(scrapy: Scrapy, *arguments: str) -> Site:
    """Crawl two lists of one host and an article of another; the proxy responds for both."""
    row = f'{{"infocode": "{CODES[0]}", "title": "标题", "showtime": "2022-05-18 16:48:06", "from": "海港晨报"}}'

    def script(url: str) -> Answer | None:
        if code_in(url):
            return Answer(news_text(code_in(url)))
        return Answer(f'{{"nodeList": [{row}], "records": []}}'.encode()) if "/web/" in url or "api" in url else None

    with scripted_site(script) as proxy:
        crawl = scrapy.at("", FINEWS_CHANNELS_URL="http://lists.test", FINEWS_SHARE_URL="http://articles.test")
        crawl.environment.update(http_proxy=proxy.url, no_proxy="")
        run = crawl("crawl", "channel", "-a", "channels=media", *arguments)
    assert run.status == ALL_WELL, run.log
    return proxy


def test_requests_through_a_proxy_keep_one_pace(scrapy: Scrapy) -> None:
    slow = ("-s", f"DOWNLOAD_DELAY={DELAY}", "-s", "DOWNLOAD_DELAY_JITTER=0", "-s", "AUTOTHROTTLE_ENABLED=0")
    proxy = through_proxy(scrapy, *slow)
    hosts = [url.split("/")[2] for url in proxy.asked]
    assert hosts == ["lists.test", "lists.test", "articles.test", "articles.test"]
    # Between hosts as between the requests to one; a request may arrive later than it was sent, and the next not.
    assert proxy.times[-1] - proxy.times[0] >= DELAY * (len(hosts) - 1) - DELAY / 2
