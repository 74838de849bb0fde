"""Crawls of an origin with each of its faults: exit status, articles archived, requests sent."""

from __future__ import annotations

import pytest

from finews_crawler.testing.origin.server import running_origin
from tests.support.scrapy_command import Scrapy
from tests.support.scripted_share_site import ALL_WELL, BLOCKED, SOME_FAILED, counts

ARTICLES = 40
FEW = 5 + 2 * 8
"""Requests after which a ban is detected, and requests in flight meanwhile."""
REDIRECTED = FEW + 8
"""A redirect frees its slot before its target is refused, so a further eight may be sent on a busy machine."""
FAULTS = {
    # fault: exit status, articles archived, maximum of article requests
    "429=1": (ALL_WELL, 40, 41),
    "429-date=1": (ALL_WELL, 40, 41),
    "503-wait=1": (ALL_WELL, 40, 41),
    "503-storm=10": (SOME_FAILED, 10, 10 + 6 + 2 * 8),
    "soft-ban=10": (BLOCKED, 10, 10 + 20),
    "challenge=10": (BLOCKED, 10, 10 + 20),
    "login": (BLOCKED, 0, REDIRECTED),
    "refused=451": (BLOCKED, 10, 10 + 20),
    "redirect-private": (BLOCKED, 0, REDIRECTED),
    "redirect-metadata": (BLOCKED, 0, REDIRECTED),
    "redirect-file": (BLOCKED, 0, REDIRECTED),
    "redirect-port": (BLOCKED, 0, REDIRECTED),
    "redirect-loop": (BLOCKED, 0, 6 * FEW),
    "slow-drip": (SOME_FAILED, 0, 6 + 2 * 8),
    "endless": (SOME_FAILED, 0, 6 + 2 * 8),
    "endless-headers": (SOME_FAILED, 0, 6 + 2 * 8),
    "reset": (SOME_FAILED, 0, 6 + 2 * 8),
    "wrong-length": (SOME_FAILED, 0, 6 + 2 * 8),
    "gzip-bomb": (SOME_FAILED, 0, 40),
    "brotli-bomb": (SOME_FAILED, 0, 40),
    "deep-json": (SOME_FAILED, 0, 40),
    "gbk": (ALL_WELL, 40, 40),
    "terminal": (SOME_FAILED, 38, 41),
    "validators": (ALL_WELL, 40, 40),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_crawl_with_fault(scrapy: Scrapy, fault: str) -> None:
    status, new, most = FAULTS[fault]
    with running_origin(ARTICLES, seed=5, faults=[fault]) as origin:
        run = scrapy.at(origin.url)("crawl", "channel", "-s", "DOWNLOAD_TIMEOUT=2")
        requests = origin.stats()["paths"].get("/NewsData/GetNewsText.do", 0)
    assert run.status == status, run.log
    assert counts(run)["new"] == new
    assert requests <= most
    assert "Traceback" not in run.log
    assert "\x1b" not in run.log


@pytest.mark.parametrize(("fault", "new"), [("refused", 10), ("soft-ban=10", 10), ("soft-ban", 0)])
def test_a_crawl_with_the_default_hosts_is_blocked(scrapy: Scrapy, fault: str, new: int) -> None:
    with running_origin(ARTICLES, seed=5, faults=[fault]) as origin:
        run = scrapy.at_today(origin.url)("crawl", "channel")
    assert run.status == BLOCKED, run.log
    assert counts(run)["new"] == new
