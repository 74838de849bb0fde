"""A ban is told from a missing article, ends what is asked of its host, and the next run goes on."""

from __future__ import annotations

import pytest

from finews_crawler.testing.origin.server import running_origin
from tests.support.scrapy_command import Scrapy
from tests.support.scripted_server import Answer
from tests.support.scripted_share_site import ALL_WELL, BLOCKED, SOME_FAILED, counts, share

ARTICLE = "/NewsData/GetNewsText.do"
CHALLENGE = "<html><head><title>访问验证</title></head><body>请完成验证\x1b[2J</body></html>".encode()


def test_a_soft_ban_ends_the_run_and_the_next_one_goes_on(scrapy: Scrapy) -> None:
    with running_origin(200, seed=12, faults=["soft-ban=40"]) as origin:
        run = scrapy.at(origin.url)("crawl", "channel", "-a", "count=200")
        asked = origin.stats()["paths"][ARTICLE]
    assert run.status == BLOCKED
    assert asked <= 40 + 20
    assert len(list(scrapy.posts.iterdir())) == 40
    assert run.log.count("no more is asked of it in this run") == 1
    assert 'an article without a body; its first bytes: \'{"text":"","content":""}\'' in run.log
    with running_origin(200, seed=12) as origin:
        run = scrapy.at(origin.url)("crawl", "channel", "-a", "count=200")
        asked = origin.stats()["paths"][ARTICLE]
    assert run.status == ALL_WELL, run.log
    assert (counts(run)["new"], asked) == (160, 160)


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
def test_each_sign_of_a_ban_is_seen_and_said(scrapy: Scrapy, answer: Answer, sign: str) -> None:
    run, site = share(scrapy, lambda nth: answer if nth > 20 else None, number=60)
    assert run.status == BLOCKED
    assert counts(run)["new"] == 20
    assert counts(run)["failed"] == 40
    assert len(site.asked) <= 1 + 20 + 20
    assert sign in run.log
    assert "\x1b" not in run.log


def test_a_host_that_gives_nothing_at_all_is_believed_less(scrapy: Scrapy) -> None:
    run, site = share(scrapy, lambda nth: Answer(b"{}"), number=60)
    assert run.status == BLOCKED
    assert len(site.asked) <= 1 + 5 + 2 * 8


def test_its_own_errors_speak_neither_for_a_host_nor_against_it(scrapy: Scrapy) -> None:
    """Two such answers, then refusals only: a host that has given nothing yet."""
    run, site = share(scrapy, lambda nth: Answer(status=500) if nth < 3 else Answer(b"{}"), number=60)
    assert run.status == BLOCKED
    assert "refused 5 of the last 5 requests" in run.log
    assert len(site.asked) <= 1 + 2 + 5 + 2 * 8


@pytest.mark.parametrize("every", [1, 3])
def test_missing_articles_are_missing_articles(scrapy: Scrapy, every: int) -> None:
    """One of twenty, or every third."""
    missing = {7} if every == 1 else set(range(3, 61, 3))
    run, _ = share(scrapy, lambda nth: Answer(b'{"text": ""}') if nth in missing else None, number=60)
    assert run.status == SOME_FAILED
    assert (counts(run)["new"], counts(run)["failed"]) == (60 - len(missing), len(missing))


def test_a_ban_of_one_host_leaves_the_others_alone(scrapy: Scrapy) -> None:
    """Banned from the share site, the archive is read on: its copies stand in."""
    with running_origin(60, seed=12, faults=["soft-ban"]) as origin:
        own_name = origin.url.replace("127.0.0.1", "localhost")
        run = scrapy.at(origin.url, FINEWS_ARCHIVE_URL=own_name)("crawl", "category", "-a", "all=1")
        asked = origin.stats()["paths"]
    assert run.status == BLOCKED
    assert asked[ARTICLE] <= 5 + 2 * 8
    assert counts(run)["new"] > 40
