"""`politeness.robotstxt`: what robots.txt forbids is not requested, and is reported once for each host."""

from __future__ import annotations

import json

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
