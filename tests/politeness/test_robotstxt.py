"""`politeness.robotstxt`: what robots.txt forbids is not requested, and is reported once for each host."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from tests.support.scrapy_command import Run, Scrapy
from tests.support.scripted_server import Answer, Site, code_in, scripted_site
from tests.support.scripted_share_site import BLOCKED, CODES, counts, news_text
from tests.support.stats_dump import STATS_DUMP, stats_of

ROWS = [{"infocode": code, "title": "标题", "showtime": "2022-05-18 16:48:06", "from": "海港晨报"} for code in CODES]
LISTS = ("-a", "channels=media,rolling,market:37")
VALIDATOR = {"ETag": '"unchanged"'}


def crawl(scrapy: Scrapy, robots: str, times: int = 1) -> tuple[list[Run], Site]:
    """Crawl three lists of sixty articles from a host with *robots*."""

    def script(path: str) -> Answer | None:
        if path == "/robots.txt":
            return Answer(f"User-agent: *\n{robots}\n".encode())
        if code_in(path):
            return Answer(news_text(code_in(path)))
        return Answer(json.dumps({"nodeList": ROWS, "records": [], "record": []}).encode(), headers=VALIDATOR)

    with scripted_site(script) as site:
        runs = [scrapy.at(site.url)("crawl", "channel", *LISTS, *STATS_DUMP) for _ in range(times)]
    return runs, site


def problems(run: Run) -> list[str]:
    lines = [line for line in run.log.splitlines() if " ERROR: " in line or " WARNING: " in line]
    return [line for line in lines if "alarm forbidden: " not in line]


def test_forbidden_articles_are_one_line_and_status_4(scrapy: Scrapy) -> None:
    (run, again), site = crawl(scrapy, "Disallow: /NewsData/", times=2)
    for each in (run, again):
        assert each.status == BLOCKED
        (line,) = problems(each)
        assert f"forbidden: robots.txt of {site.url[7:]} forbids /NewsData/GetNewsText.do to this User-Agent" in line
        assert line.endswith("contact its owner, or set FINEWS_SHARE_URL to another host, or to '' for none")
        assert counts(each)["failed"] == len(CODES)
        assert stats_of(each)["finews/faults/forbidden"] == 1
        assert "finews/faults/blocked" not in stats_of(each)
    assert len([path for path in site.asked if path == "/robots.txt"]) == len(site.asked) - 2 * 3
    # The lists were good: unlike those of a run with a ban, they are in the cache, and requested conditionally.
    assert stats_of(again)["httpcache/invalidate"] == 3


@pytest.mark.parametrize(
    ("robots", "what"),
    [
        ("Disallow: /web/webapi", "/web/webapi"),
        ("Disallow: /", "/web/webapi, /information/newmarket/web/webapi, /NewsData/GetNewsText.do to"),
    ],
)
def test_forbidden_lists_are_one_line(scrapy: Scrapy, robots: str, what: str) -> None:
    (run,), site = crawl(scrapy, robots)
    assert run.status == BLOCKED
    (line,) = problems(run)
    assert f"forbids {what}" in line
    assert stats_of(run)["finews/faults/forbidden"] == 1
    assert "finews/faults/unreachable" not in stats_of(run)
    assert not [path for path in site.asked if path.startswith("/web/webapi")]


def lists_site(robots: Callable[[str], Answer | None]) -> AbstractContextManager[Site]:
    """Serve an empty list for every path, but for robots.txt and its redirects."""
    empty = Answer(json.dumps({"nodeList": [], "records": [], "record": []}).encode())
    return scripted_site(lambda path: robots(path) if "robots" in path else empty)


def crawl_lists(scrapy: Scrapy, site: Site, **settings: str) -> Run:
    fast = {"FINEWS_BACKOFF_SECONDS": "0.01", **settings}
    return scrapy.at(site.url, **fast)("crawl", "channel", *LISTS, *STATS_DUMP)


def lists_in(paths: list[str]) -> list[str]:
    return [path for path in paths if "robots" not in path]


@pytest.mark.parametrize("status", [500, 503, 429])
def test_a_host_whose_robots_txt_fails_gets_no_other_requests(scrapy: Scrapy, status: int) -> None:
    with lists_site(lambda path: Answer(status=status)) as site:
        run = crawl_lists(scrapy, site)
    assert run.status == BLOCKED
    assert lists_in(site.asked) == []
    errors = [line for line in run.log.splitlines() if " ERROR: " in line and "alarm " not in line]
    assert len(errors) == 1
    assert f"cannot be read, and so allows nothing (HTTP status {status})" in errors[0]
    assert stats_of(run)["finews/faults/forbidden"] == 1


@pytest.mark.parametrize(("hours", "is_used"), [(23, True), (25, False)])
def test_a_copy_of_robots_txt_is_used_for_a_day(scrapy: Scrapy, hours: int, *, is_used: bool) -> None:
    scrapy.posts.mkdir(parents=True)
    answers = [Answer(b"User-agent: *\nDisallow: /web/"), *[Answer(status=503)] * 3]
    with lists_site(lambda path: answers.pop(0)) as site:
        crawl_lists(scrapy, site)
        for copy in (scrapy.data / "cache" / "robots").iterdir():
            os.utime(copy, (time.time() - hours * 3600,) * 2)
        del site.asked[:]
        run = crawl_lists(scrapy, site)
    assert run.status == BLOCKED  # the copy forbids some of the lists
    assert bool(lists_in(site.asked)) is is_used
    assert not [path for path in site.asked if path.startswith("/web/")]
    assert stats_of(run).get("finews/robots/copies_used", 0) == is_used


@pytest.mark.parametrize("status", [404, 403, 410])
def test_a_missing_robots_txt_allows_everything(scrapy: Scrapy, status: int) -> None:
    with lists_site(lambda path: Answer(b"User-agent: *\nDisallow: /", status=status)) as site:
        run = crawl_lists(scrapy, site)
    assert (run.status, len(lists_in(site.asked))) == (0, 3)


@pytest.mark.parametrize(("number", "status", "lists"), [(2, 0, 3), (3, BLOCKED, 0)])
def test_a_robots_txt_that_cannot_be_decompressed_is_requested_twice_more(
    scrapy: Scrapy, number: int, status: int, lists: int
) -> None:
    damaged = Answer(b"User-agent: *\nDisallow:", headers={"Content-Encoding": "gzip"})
    answers = [*[damaged] * number, Answer(b"User-agent: *\nDisallow:")]
    with lists_site(lambda path: answers.pop(0)) as site:
        run = crawl_lists(scrapy, site)
    assert (run.status, len(lists_in(site.asked)), site.asked.count("/robots.txt")) == (status, lists, 3), run.log


def redirects(hops: int, end: Answer) -> Callable[[str], Answer]:
    """Return a script that redirects robots.txt *hops* times before *end*."""

    def script(path: str) -> Answer:
        number = int(path.rpartition("-")[2]) if "-" in path else 0
        return Answer(status=302, headers={"Location": f"/robots-{number + 1}"}) if number < hops else end

    return script


@pytest.mark.parametrize(("hops", "status", "lists"), [(5, BLOCKED, 1), (6, BLOCKED, 0)])
def test_redirects_of_robots_txt_are_followed_five_times(scrapy: Scrapy, hops: int, status: int, lists: int) -> None:
    end = Answer(b"User-agent: finews_crawler\nDisallow: /web/")
    with lists_site(redirects(hops, end)) as site:
        run = crawl_lists(scrapy, site)
    assert (run.status, len(lists_in(site.asked))) == (status, lists)


def test_a_redirect_to_another_host_of_a_source_is_followed(scrapy: Scrapy) -> None:
    with lists_site(lambda path: Answer(b"User-agent: *\nDisallow: /web/")) as other:
        elsewhere = Answer(status=301, headers={"Location": f"{other.url}/robots.txt"})
        with lists_site(lambda path: elsewhere) as site:
            run = crawl_lists(scrapy, site, FINEWS_ARCHIVE_URL=other.url)
    assert (run.status, len(lists_in(site.asked)), other.asked) == (BLOCKED, 1, ["/robots.txt"])


def test_a_redirect_to_an_unknown_host_allows_nothing(scrapy: Scrapy) -> None:
    elsewhere = Answer(status=301, headers={"Location": "http://127.0.0.1:9/robots.txt"})
    with lists_site(lambda path: elsewhere) as site:
        run = crawl_lists(scrapy, site)
    assert (run.status, lists_in(site.asked)) == (BLOCKED, [])
    assert stats_of(run)["finews/faults/forbidden"] == 1


def test_groups_of_other_names_do_not_apply(scrapy: Scrapy) -> None:
    groups = "".join(f"\nUser-agent: {name}\nAllow: /\n" for name in ("news", "archive", "finews", "once", "a"))
    with lists_site(lambda path: Answer(f"User-agent: *\nDisallow: /\n{groups}".encode())) as site:
        run = crawl_lists(scrapy, site, FINEWS_CONTACT="news@example.org")
    assert (run.status, lists_in(site.asked)) == (BLOCKED, [])
