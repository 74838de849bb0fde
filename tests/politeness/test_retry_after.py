"""`politeness.retry_after`, `robotstxt`: an overloaded host is paused, and gets requests more slowly afterwards."""

from __future__ import annotations

import time
from email.utils import formatdate

import pytest

from finews_crawler.politeness.unreachable_hosts import FAILURES_IN_A_ROW
from tests.support.scrapy_command import Scrapy
from tests.support.scripted_server import Answer
from tests.support.scripted_share_site import ALL_WELL, BLOCKED, SOME_FAILED, counts, share
from tests.support.stats_dump import STATS_DUMP, stats_of

CONCURRENT = 8
UNDER_WAY = 2.0
"""Seconds after which requests that were sent before the refusal was read have arrived, on a busy machine too."""


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("form", ["seconds", "date"])
def test_retry_after_is_waited_for(scrapy: Scrapy, status: int, form: str) -> None:
    wait, refused_at = 3.0, []

    def refuse(nth: int) -> Answer | None:
        if nth != 10:
            return None
        refused_at.append(time.monotonic())
        # A date has whole seconds: it may be up to one second too early.
        header = f"{wait:g}" if form == "seconds" else formatdate(time.time() + wait + 1, usegmt=True)
        return Answer(status=status, headers={"Retry-After": header})

    run, site = share(scrapy, refuse, number=20)
    assert run.status == ALL_WELL, run.log
    assert counts(run)["new"] == 20
    since = [at - refused_at[0] for at in site.times]
    assert not [at for at in since if UNDER_WAY < at < wait]
    assert [at for at in since if at >= wait]


def test_a_host_gets_requests_more_slowly_after_a_429(scrapy: Scrapy) -> None:
    over = []

    def refuse(nth: int) -> Answer | None:
        if nth != 10:
            return None
        over.append(time.monotonic() + 1)
        return Answer(status=429, headers={"Retry-After": "1"})

    run, site = share(scrapy, refuse, "-s", "FINEWS_BACKOFF_SECONDS=0.1", number=30)
    assert run.status == ALL_WELL, run.log
    # A busy machine may receive a request later than it was sent, but none earlier: not before the end of the pause,
    # and the delay after the one before it. Without a delay, all of them would come in a tenth of a second.
    after = [at - over[0] for at in site.times if at >= over[0]]
    assert after[-1] >= 0.05 * len(after)
    assert len(after) >= 5


@pytest.mark.parametrize(("refusal", "status", "word"), [(429, BLOCKED, "blocked"), (503, SOME_FAILED, "unreachable")])
def test_a_host_that_requires_too_long_a_wait_is_closed(scrapy: Scrapy, refusal: int, status: int, word: str) -> None:
    too_long = Answer(status=refusal, headers={"Retry-After": "3600"})
    run, site = share(scrapy, lambda nth: too_long if nth > 5 else None, *STATS_DUMP)
    assert run.status == status
    assert stats_of(run)[f"finews/hosts/closed/{word}"] == stats_of(run)["log_count/ERROR"] == 1
    assert f"{word}: {site.url[7:]} requires a wait of 3600 s, longer than FINEWS_LONGEST_WAIT=300; no fur" in run.log
    assert (counts(run)["new"], counts(run)["failed"]) == (5, 15)
    assert len(site.asked) <= 1 + 5 + 2 * CONCURRENT


def test_an_invalid_retry_after_is_ignored(scrapy: Scrapy) -> None:
    odd = {"Retry-After": "\x1b[2Jsoon"}
    run, _ = share(scrapy, lambda nth: Answer(status=503, headers=odd) if nth == 3 else None)
    assert run.status == ALL_WELL, run.log
    assert "\x1b" not in run.log


def test_a_storm_of_server_errors_closes_the_host(scrapy: Scrapy) -> None:
    run, site = share(scrapy, lambda nth: Answer(status=503) if nth > 10 else None, *STATS_DUMP, number=60)
    assert run.status == SOME_FAILED
    assert (counts(run)["new"], counts(run)["failed"]) == (10, 50)
    assert len(site.asked) <= 1 + 10 + FAILURES_IN_A_ROW + 2 * CONCURRENT
    assert stats_of(run)["finews/hosts/closed/unreachable"] == stats_of(run)["log_count/ERROR"] == 1


def test_waits_double_while_a_host_refuses(scrapy: Scrapy) -> None:
    run, site = share(
        scrapy, lambda nth: Answer(status=503) if nth < 5 else None, "-s", "FINEWS_BACKOFF_SECONDS=0.3", number=1
    )
    assert run.status == SOME_FAILED  # after three requests
    first, second = (site.times[n + 1] - site.times[n] for n in (1, 2))
    assert first >= 0.3
    assert second >= 0.6


@pytest.mark.parametrize("rule", [b"Crawl-delay: 0.3", b"Request-rate: 10/3"])
def test_the_delay_of_robots_txt_is_applied(scrapy: Scrapy, rule: bytes) -> None:
    robots = b"User-agent: *\n" + rule + b"\nDisallow: /private\n"
    run, site = share(scrapy, lambda nth: None, number=8, robots=robots)
    assert run.status == ALL_WELL, run.log
    assert site.times[-1] - site.times[0] >= 0.3 * (len(site.times) - 2)


def test_a_delay_longer_than_the_longest_wait_closes_the_host(scrapy: Scrapy) -> None:
    run, site = share(scrapy, lambda nth: None, *STATS_DUMP, number=8, robots=b"User-agent: *\nCrawl-delay: 3600\n")
    assert run.status == BLOCKED
    assert stats_of(run)["finews/hosts/closed/blocked"] == 1
    assert site.asked == ["/robots.txt"]
