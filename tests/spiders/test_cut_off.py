"""Responses that end early, in every way in which that can happen, are requested again and then counted as failed."""

from __future__ import annotations

import gzip
import json
from collections import Counter

from tests.support.scrapy_command import Scrapy
from tests.support.scripted_server import Answer, code_in, scripted_site
from tests.support.scripted_share_site import CODES, news_text
from tests.support.stats_dump import STATS_DUMP, stats_of

ALL_WELL, SOME_FAILED = 0, 3
KEYS = {"type=102": "records", "type=45": "nodeList", "=37": "record", "=38": "record", "=39": "record"}
CLOSE = {"Connection": "close"}


def list_of(number: int, key: str) -> bytes:
    row = {"infoCode": CODES[number], "title": "海川电子中标", "showtime": "2022-05-18 16:48:06", "from": "海港晨报"}
    return json.dumps({key: [row]}, ensure_ascii=False).encode()


def cut_off(number: int, body: bytes) -> Answer:
    """Return the first half of a response, in the way of its *number*."""
    half = body[: len(body) // 2]
    zipped = gzip.compress(body)
    return (
        Answer(half),
        Answer(zipped[: len(zipped) * 2 // 3], headers={"Content-Encoding": "gzip"}),
        Answer(half, headers={"Content-Length": str(len(body)), **CLOSE}),
        Answer(b"%x\r\n%b\r\n" % (len(half), half), headers={"Transfer-Encoding": "chunked", **CLOSE}),
        Answer(half, headers=CLOSE),
    )[number]


class CutOffSite:
    """Lists and articles, of which the first *times* responses for each URL are cut off."""

    def __init__(self, times: int) -> None:
        self.times = times
        self.requests: Counter[str] = Counter()

    def __call__(self, path: str) -> Answer | None:
        self.requests[path] += 1
        is_whole = self.requests[path] > self.times
        if code := code_in(path):
            return Answer(news_text(code) if is_whole else news_text(code)[:-9])
        for number, (query, key) in enumerate(KEYS.items()):
            if query in path:
                body = list_of(number, key)
                return Answer(body, headers={"ETag": '"1"'}) if is_whole else cut_off(number, body)
        return None


def test_responses_that_are_cut_off_are_requested_again(scrapy: Scrapy) -> None:
    site = CutOffSite(times=1)
    with scripted_site(site) as served:
        run = scrapy.at(served.url)("crawl", "channel", *STATS_DUMP)
    assert run.status == ALL_WELL, run.log
    assert run.summaries()[0]["new"] == len(KEYS), run.log
    del site.requests["/robots.txt"]
    assert set(site.requests.values()) == {2}
    assert stats_of(run)["finews/articles_cut_off"] == len(KEYS)
    assert "finews/lists/changed_shape" not in stats_of(run)


def test_lists_that_stay_cut_off_have_failed_and_not_changed(scrapy: Scrapy) -> None:
    site = CutOffSite(times=99)
    with scripted_site(site) as served:
        crawl = scrapy.at(served.url)
        run = crawl("crawl", "channel", *STATS_DUMP)
        assert run.status == SOME_FAILED, run.log
        stats = stats_of(run)
        # The others are errors of the connection.
        assert 3 <= stats["finews/lists/cut_off"] == stats["finews/lists/cut_off_repeated"] / 3 <= 4
        assert not (scrapy.data / "samples").exists()
        site.times = 0
        run = crawl("crawl", "channel", *STATS_DUMP)
    assert run.status == ALL_WELL, run.log
    assert run.summaries()[0]["new"] == len(KEYS)


def test_an_article_that_stays_cut_off_has_failed_and_is_requested_by_the_next_run(scrapy: Scrapy) -> None:
    site = CutOffSite(times=4)
    arguments = ("crawl", "share", "-a", f"info_code={CODES[0]}", *STATS_DUMP)
    with scripted_site(site) as served:
        crawl = scrapy.at(served.url)
        run = crawl(*arguments)
        assert (run.status, stats_of(run)["finews/failed/cut_off"]) == (SOME_FAILED, 1), run.log
        run = crawl(*arguments)
    assert (run.status, run.summaries()[0]["new"]) == (ALL_WELL, 1), run.log


def page_with(*posts: str) -> bytes:
    rows = "".join(f'<li><a href="/haigangchenbao/2022/05/18/{code}.html">题</a></li>' for code in posts)
    return f'<!DOCTYPE html><html><body><section><h2 id="甲">甲</h2><ul>{rows}</ul></section></body></html>'.encode()


def test_a_page_of_the_archive_site_that_is_cut_off_is_requested_again(scrapy: Scrapy) -> None:
    requests: Counter[str] = Counter()
    whole, times = page_with(*CODES[:4]), [1]

    def script(path: str) -> Answer | None:
        requests[path] += 1
        if path.startswith("/category/"):
            is_whole = requests[path] > times[0]
            return Answer(whole if is_whole else whole[: whole.index(CODES[2].encode())])
        return Answer(news_text(code_in(path))) if code_in(path) else None

    arguments = ("crawl", "category", "-a", "category=haigangchenbao")
    with scripted_site(script) as site:
        run = scrapy.at(site.url)(*arguments)
        assert (run.status, run.summaries()[0]["new"]) == (ALL_WELL, 4), run.log
        assert requests["/category/haigangchenbao.html"] == 2
        times[0] = 99
        scrapy = scrapy.into(scrapy.data.with_name("other"))
        run = scrapy.at(site.url)(*arguments)
    assert "cut_off: archive list at " in run.log
    assert (run.status, run.summaries()[0]["new"]) == (SOME_FAILED, 2)
    assert not (scrapy.data / "samples").exists()
