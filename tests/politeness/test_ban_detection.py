"""`politeness.ban_detection`: a ban differs from a missing article, closes its host, and the next run continues."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from scrapy import Request
from scrapy.http import Response
from scrapy.utils.test import get_crawler

from finews_crawler.config.model import HOST_SETTINGS
from finews_crawler.politeness import ban_detection
from finews_crawler.politeness.ban_detection import (
    MAX_LOST_IN_A_ROW,
    REFUSED_AT_FIRST,
    REFUSED_OF_LAST,
    BanDetection,
    record_response,
    repeated_sign,
)
from finews_crawler.politeness.host_state import HostRegistry, HostState
from finews_crawler.requests import INFO_CODE, MAY_BE_LOST
from finews_crawler.testing.origin.server import running_origin
from tests.support.scrapy_command import Scrapy
from tests.support.scripted_server import Answer
from tests.support.scripted_share_site import ALL_WELL, BLOCKED, CODES, SOME_FAILED, counts, news_text, share
from tests.support.stats_dump import STATS_DUMP, stats_of

ARTICLE = "/NewsData/GetNewsText.do"
CONCURRENT = 8
CHALLENGE = "<html><head><title>访问验证</title></head><body>请完成验证\x1b[2J</body></html>".encode()


def test_a_soft_ban_ends_the_run_and_the_next_run_continues(scrapy: Scrapy) -> None:
    with running_origin(200, seed=12, faults=["soft-ban=40"]) as origin:
        run = scrapy.at(origin.url)("crawl", "channel", "-a", "count=200", *STATS_DUMP)
        requests = origin.stats()["paths"][ARTICLE]
    assert run.status == BLOCKED
    assert requests <= 40 + 20
    assert len(list(scrapy.posts.iterdir())) == 40
    assert stats_of(run)["finews/hosts/closed/blocked"] == 1
    (error,) = [line for line in run.log.splitlines() if "no further requests to it in this run" in line]
    assert 'an article without a body; its first bytes: \'{"text":"","content":""}\'' in error
    with running_origin(200, seed=12) as origin:
        run = scrapy.at(origin.url)("crawl", "channel", "-a", "count=200")
        requests = origin.stats()["paths"][ARTICLE]
    assert run.status == ALL_WELL, run.log
    assert (counts(run)["new"], requests) == (160, 160)


@pytest.mark.parametrize(
    ("answer", "sign"),
    [
        (Answer(CHALLENGE), "a page where JSON was promised"),
        (Answer(b""), "an empty answer"),
        (Answer(b"{}"), "an article without a body"),
        *((Answer(b"<h1>no</h1>", status=status), f"HTTP status {status}") for status in (401, 403, 418, 451)),
    ],
    ids=["challenge", "nothing", "empty object", "401", "403", "418", "451"],
)
def test_each_ban_sign_closes_the_host_and_is_reported(scrapy: Scrapy, answer: Answer, sign: str) -> None:
    run, site = share(scrapy, lambda nth: answer if nth > 20 else None, number=60)
    assert run.status == BLOCKED
    assert counts(run)["new"] == 20
    assert counts(run)["failed"] == 40
    # Beside those that are under way when the twentieth refusal is seen: 41 without them, up to 45 if bodies are empty.
    assert len(set(site.asked)) <= 1 + 20 + 20 + CONCURRENT
    assert sign in run.log
    assert "\x1b" not in run.log


def test_a_host_without_any_good_response_is_closed_earlier(scrapy: Scrapy) -> None:
    run, site = share(scrapy, lambda nth: Answer(b"{}"), number=60)
    assert run.status == BLOCKED
    assert len(site.asked) <= 1 + 5 + 2 * 8


def test_server_errors_count_neither_as_good_nor_as_refused(scrapy: Scrapy) -> None:
    """Two server errors, then refused responses only, from a host that has not given a good response."""
    run, site = share(scrapy, lambda nth: Answer(status=500) if nth < 3 else Answer(b"{}"), number=60)
    assert run.status == BLOCKED
    assert "refused 5 of the last 5 requests" in run.log
    assert len(site.asked) <= 1 + 2 + 5 + 2 * 8


@pytest.mark.parametrize("every", [1, 3])
def test_missing_articles_are_not_a_ban(scrapy: Scrapy, every: int) -> None:
    """One of twenty, or every third."""
    missing = {7} if every == 1 else set(range(3, 61, 3))
    run, _ = share(scrapy, lambda nth: Answer(b'{"text": ""}') if nth in missing else None, number=60)
    assert run.status == SOME_FAILED
    assert (counts(run)["new"], counts(run)["failed"]) == (60 - len(missing), len(missing))


def test_a_ban_closes_one_host_and_not_the_others(scrapy: Scrapy) -> None:
    """After a ban by the share site, the archive site is still crawled, and its copies are used."""
    with running_origin(60, seed=12, faults=["soft-ban"]) as origin:
        own_name = origin.url.replace("127.0.0.1", "localhost")
        run = scrapy.at(origin.url, FINEWS_ARCHIVE_URL=own_name)("crawl", "category", "-a", "all=1")
        requests = origin.stats()["paths"]
    assert run.status == BLOCKED
    assert requests[ARTICLE] <= 5 + 2 * 8
    assert counts(run)["new"] > 40


def test_a_long_crawl_remembers_its_last_bodies_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ban_detection, "BODIES_REMEMBERED", 3)
    host, bodies = HostState("127.0.0.1"), [news_text(code, infoCode="") for code in CODES[:5]]

    def sign(code: str, body: bytes) -> str:
        return repeated_sign(host, f"http://127.0.0.1{ARTICLE}?id={code}", code, body)

    assert [sign(code, body) for code, body in zip(CODES, bodies, strict=False)] == [""] * 5
    assert list(host.articles.values()) == CODES[2:5]
    assert CODES[4] in sign(CODES[5], bodies[4])
    assert sign(CODES[5], bodies[0]) == ""


@pytest.mark.parametrize(("sees_all", "most"), [(True, REFUSED_AT_FIRST), (False, REFUSED_OF_LAST)])
def test_the_first_responses_of_one_process_among_others_are_no_ban(*, sees_all: bool, most: int) -> None:
    """The others may have had good ones: a cluster counts the first responses of all."""
    host = HostState("a.test")
    closed: list[int] = []
    hosts: Any = SimpleNamespace(
        sees_all_responses=sees_all,
        crawler=SimpleNamespace(stats=SimpleNamespace(inc_value=lambda name: None)),
        note_response=lambda host, *, is_good: host.responses.append(is_good),
        close=lambda *arguments: closed.append(len(host.responses)),
    )
    for _ in range(REFUSED_OF_LAST):
        record_response(hosts, host, "no 'data'")
    assert closed[0] == most


def test_a_missing_body_is_judged_by_the_responses_up_to_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not by those that come before its callback, which a replay has one at a time."""
    crawler = get_crawler(settings_dict={**dict.fromkeys(HOST_SETTINGS, ""), "FINEWS_SHARE_URL": "http://a.test"})
    hosts = HostRegistry(crawler)
    crawler.extensions = SimpleNamespace(middlewares=[hosts])  # type: ignore[assignment]
    monkeypatch.setattr(hosts, "limit_to_one", lambda *arguments, **options: None)
    detection = BanDetection(crawler)
    empty = b'{"text": ""}'
    bodies = [empty, news_text(CODES[1], infoCode=""), *[empty] * (MAX_LOST_IN_A_ROW + 1)]
    requests = [Request(f"http://a.test{ARTICLE}?id={code}", meta={INFO_CODE: code}) for code in CODES[: len(bodies)]]
    for request, body in zip(requests, bodies, strict=True):
        detection.response_downloaded(Response(request.url, body=body), request)
    judged = [request.meta[MAY_BE_LOST] for request in requests]
    assert judged == [False, True, *[True] * (MAX_LOST_IN_A_ROW - 1), False, False]
