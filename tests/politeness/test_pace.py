"""`politeness.pace`, `host_state`: pauses and limits of a slot that several hosts share."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import pytest
from scrapy import Request, Spider
from scrapy.core.downloader import Slot
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.statscollectors import MemoryStatsCollector

from finews_crawler.politeness import host_state, pace
from finews_crawler.politeness.host_state import HostRegistry
from finews_crawler.politeness.throttle import Throttle
from finews_crawler.stats import FailureReason

SLOT, USUAL = "lists.test", 2
LISTS = Request("http://lists.test/", meta={"download_slot": SLOT})
ARTICLES = Request("http://articles.test/", meta={"download_slot": SLOT})


@pytest.fixture
def slot() -> Slot:
    return Slot(USUAL, 0.5, 0.5)


@pytest.fixture
def hosts(slot: Slot) -> HostRegistry:
    crawler = Crawler(Spider)
    crawler.stats = MemoryStatsCollector(crawler)
    downloader = SimpleNamespace(
        slots={SLOT: slot},
        per_slot_settings={},
        ip_concurrency=0,
        domain_concurrency=USUAL,
        get_slot_key=lambda request: request.meta["download_slot"],
    )
    crawler.engine = SimpleNamespace(downloader=downloader)  # type: ignore[assignment]
    return HostRegistry(crawler)


def suspect(hosts: HostRegistry, request: Request, *, is_suspect: bool = True) -> None:
    hosts.limit_to_one(request, hosts.of(request.url), is_suspect=is_suspect)


def test_a_slot_is_limited_while_one_of_its_hosts_is_suspect(hosts: HostRegistry, slot: Slot) -> None:
    suspect(hosts, LISTS)
    suspect(hosts, ARTICLES)
    suspect(hosts, LISTS, is_suspect=False)
    assert slot.concurrency == 1
    assert hosts.paces.has_suspects(SLOT)
    suspect(hosts, ARTICLES, is_suspect=False)
    assert slot.concurrency == USUAL
    assert not hosts.paces.has_suspects(SLOT)


def test_the_next_run_of_a_replay_knows_no_suspects(hosts: HostRegistry, slot: Slot) -> None:
    suspect(hosts, LISTS)
    hosts.reset()
    assert slot.concurrency == USUAL
    assert not hosts.paces.has_suspects(SLOT)
    assert not hosts.known


def test_a_closed_host_does_not_limit_the_others(hosts: HostRegistry, slot: Slot) -> None:
    suspect(hosts, ARTICLES)
    hosts.close(hosts.of(ARTICLES.url), FailureReason.BLOCKED, "refused")
    suspect(hosts, ARTICLES)  # a response that was under way
    assert slot.concurrency == USUAL


def test_a_slot_that_scrapy_has_dropped_is_limited_again(hosts: HostRegistry) -> None:
    suspect(hosts, ARTICLES)
    slots = hosts.crawler.engine.downloader.slots
    slots[SLOT] = fresh = Slot(USUAL, 0.5, 0.5)
    suspect(hosts, ARTICLES)
    assert fresh.concurrency == 1


def test_the_longer_of_two_pauses_counts(
    hosts: HostRegistry, slot: Slot, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    paused: list[float] = []
    monkeypatch.setattr(pace.slots, "pause_slot", lambda downloader, slot, seconds: paused.append(seconds))
    for request, seconds in ((LISTS, 60.0), (ARTICLES, 5.0), (ARTICLES, 90.0)):
        hosts.pause(request, seconds, "responded with 503")
    assert paused == [60.0, 90.0]
    assert hosts.paces.is_paused(LISTS)
    assert [record.args for record in caplog.records] == [
        ("lists.test", "responded with 503", 60.0),
        ("articles.test", "responded with 503", 90.0),
    ]


def test_a_ban_fails_the_queued_requests_of_its_host_only(hosts: HostRegistry, slot: Slot) -> None:
    turns = [asyncio.Future[None](loop=asyncio.new_event_loop()) for _ in range(2)]
    slot.queue.extend(zip((LISTS, ARTICLES), turns, strict=True))  # type: ignore[arg-type]
    hosts.close(hosts.of(ARTICLES.url), FailureReason.BLOCKED, "refused")
    assert str(turns[1].exception()) == "refused"
    assert [request for request, _ in slot.queue] == [LISTS]


def throttled_by(hosts: HostRegistry, request: Request) -> None:
    """Let AutoThrottle adjust the delay to a fast response."""
    hosts.crawler.settings.set("AUTOTHROTTLE_ENABLED", True)
    hosts.crawler.extensions = SimpleNamespace(middlewares=[hosts])  # type: ignore[assignment]
    throttle = Throttle(hosts.crawler)
    throttle._spider_opened(Spider("toy"))
    request.meta["download_latency"] = 0.01
    throttle._response_downloaded(Response(request.url), request, Spider("toy"))


def test_a_slot_does_not_get_faster_while_a_host_of_it_is_suspect(hosts: HostRegistry, slot: Slot) -> None:
    slot.delay = 4
    suspect(hosts, ARTICLES)
    throttled_by(hosts, LISTS)
    assert slot.delay == 4
    suspect(hosts, ARTICLES, is_suspect=False)
    throttled_by(hosts, LISTS)
    assert 2 <= slot.delay < 3


@pytest.fixture
def bodies(hosts: HostRegistry, monkeypatch: pytest.MonkeyPatch) -> HostRegistry:
    """Hosts of which ``json.test`` is asked for an article first, then ``pages.test``."""
    settings = {"FINEWS_ARTICLE_URL": "http://json.test", "FINEWS_SHARE_URL": "http://pages.test"}
    hosts.crawler.settings.update(settings)
    surfaces = tuple(SimpleNamespace(host_setting=name) for name in settings)
    monkeypatch.setattr(host_state, "article_surfaces", lambda info_code, urls: surfaces if info_code else ())
    return hosts


def article(url: str) -> Request:
    return Request(url, meta={"info_code": "NW202205182383638060"})


JSON, PAGE = article("http://json.test/api/202205182383638060"), article("http://pages.test/a/202205182383638060.html")


def test_a_ban_by_the_first_host_of_articles_holds_for_the_hosts_behind_it(bodies: HostRegistry) -> None:
    bodies.close(bodies.of(JSON.url), FailureReason.BLOCKED, "refused")
    assert str(bodies.closed_for(JSON)) == str(bodies.closed_for(PAGE)) == "refused"
    for other in (Request("http://pages.test/a/czqyw.html"), LISTS, article("http://archive.test/a-copy")):
        assert bodies.closed_for(other) is None


def test_a_host_that_is_down_does_not_close_the_hosts_behind_it(bodies: HostRegistry) -> None:
    bodies.close_unreachable(bodies.of(JSON.url), "connection refused", is_silent=True)
    assert bodies.closed_for(JSON)
    assert bodies.closed_for(PAGE) is None


def test_a_ban_by_a_later_host_of_articles_is_its_own(bodies: HostRegistry) -> None:
    bodies.close(bodies.of(PAGE.url), FailureReason.BLOCKED, "refused")
    assert bodies.closed_for(PAGE)
    assert bodies.closed_for(JSON) is None
