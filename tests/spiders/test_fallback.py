"""`spiders.article_spider`: the surfaces of a body, one after the other, on a site with the JSON and the page."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.support.scrapy_command import CLOSED_PORT, Scrapy
from tests.support.scripted_server import Answer, Site, scripted_site
from tests.support.stats_dump import STATS_DUMP, stats_of

ALL_WELL, SOME_FAILED, CHANGED_SHAPE = 0, 3, 5
CODES = [f"NW20260914{number:010d}" for number in range(1, 11)]
PARAGRAPH = "<p>\u3000\u3000港区八月吞吐量创新高。</p>"
HTML = {"Content-Type": "text/html; charset=utf-8"}
PAGE = f"""<html><head><meta charset="utf-8"><title>港区</title></head><body><div class="contentwrap">
<div class="title">港区八月吞吐量</div>
<div class="tipbox"><div class="infos"><div>2026年09月14日 16:48</div><div>来源：海港晨报</div></div></div>
<div id="ContentBody">{PARAGRAPH}</div></div></body></html>""".encode()
ARTICLE = {
    "Art_Title": "港区八月吞吐量",
    "Art_ShowTime": "2026/09/14 16:48:06",
    "Art_Media_Name": "海港晨报",
    "Art_Content": PARAGRAPH,
}
GOOD = Answer(json.dumps({"data": ARTICLE, "errorcode": 0, "success": 1}, ensure_ascii=False).encode())
GONE = Answer(b'{"data": null, "errorcode": 0, "success": 1}')
OTHER_SHAPE = Answer(b'{"article": {}, "success": 0}')


def site_of(
    answers: Callable[[int], Answer | None], without_page: frozenset[int] = frozenset()
) -> Callable[[str], Answer | None]:
    """Return a script: *answers* maps an article's number to the response with its JSON, None for 404."""

    def script(path: str) -> Answer | None:
        number = int("".join(filter(str.isdigit, path.partition("?")[0]))[-10:] or 0)
        if path.startswith("/kuaixun/"):
            return of_article(answers(number), number)
        return of_article(Answer(PAGE, headers=HTML), number) if path.startswith("/a/") and has_page(number) else None

    def has_page(number: int) -> bool:
        return number not in without_page

    return script


def of_article(answer: Answer | None, number: int) -> Answer | None:
    """Return a response with the number of its article in it: one for several articles would be a cache's mistake."""
    if answer is None:
        return None
    return replace(answer, body=answer.body.replace("港区".encode(), f"港区{number}".encode()))


def pages(site: Site) -> set[int]:
    """Return the numbers of the articles whose page was requested."""
    return {int(path.removesuffix(".html")[-10:]) for path in site.asked if path.startswith("/a/")}


def share(scrapy: Scrapy, number: int) -> tuple[str, ...]:
    return ("crawl", "share", "-a", f"info_code={','.join(CODES[:number])}", *STATS_DUMP)


def test_the_page_is_asked_for_what_the_json_does_not_have(scrapy: Scrapy) -> None:
    answers = {1: GOOD, 2: GONE, 4: OTHER_SHAPE, 5: GONE, 6: Answer(status=403), 7: Answer(status=500), 8: GOOD}
    with scripted_site(site_of(answers.get, frozenset({5}))) as site:
        run = scrapy.at_today(site.url)(*share(scrapy, 8))
    (counts,) = run.summaries()
    assert (counts["found"], counts["new"], counts["failed"]) == (8, 5, 3), run.log
    # Not after a refusal or a server error: the host would be evaded.
    assert pages(site) == {2, 3, 4, 5}
    assert run.status == SOME_FAILED
    (rejected,) = map(json.loads, (scrapy.data / "rejected.jsonl").read_text(encoding="utf-8").splitlines())
    assert (rejected["info_code"], rejected["reason"]) == (CODES[4], "missing")
    assert rejected["detail"].endswith("; web_page: HTTP status 404")
    assert rejected["detail"].startswith("web_article: missing, ")
    assert stats_of(run)["finews/fallback/web_article"] == 4


ADVERT = '<p><a href="https://acttg.eastmoney.com/x"><img src="//a.cn/1.jpg" class="em_handle_adv_close"></a></p>'


@pytest.mark.parametrize("content", [ADVERT, "<p>\u3000\u3000</p>", '<p class="em_media">（文章来源：海港晨报）</p>'])
def test_an_article_whose_text_is_to_come_is_not_archived_without_it(scrapy: Scrapy, content: str) -> None:
    answer = Answer(json.dumps({"data": {**ARTICLE, "Art_Content": content}}).encode())
    answers = {1: answer, 2: GOOD}
    with scripted_site(site_of(answers.get, frozenset({1, 2}))) as site:
        crawl = scrapy.at_today(site.url)
        run = crawl(*share(scrapy, 2))
        assert (run.summaries()[0]["failed"], run.status) == (1, SOME_FAILED), run.log
        answers[1] = GOOD
        assert crawl(*share(scrapy, 2)).summaries()[0]["new"] == 1


def test_an_article_of_something_else_than_text_is_rejected(scrapy: Scrapy) -> None:
    video = Answer(
        json.dumps({"data": {**ARTICLE, "Art_Content": '<p><video src="//v.cn/1.mp4"></video></p>'}}).encode()
    )
    with scripted_site(site_of(lambda _: video)) as site:
        run = scrapy.at_today(site.url)(*share(scrapy, 1))
    assert run.summaries()[0]["rejected"] == 1, run.log
    assert "no_body" in (scrapy.data / "rejected.jsonl").read_text(encoding="utf-8")


def test_another_format_is_reported_once_and_fails_the_run_if_it_lasts(scrapy: Scrapy) -> None:
    with scripted_site(site_of(lambda number: GOOD if number == 1 else OTHER_SHAPE)) as site:
        run = scrapy.at_today(site.url)(*share(scrapy, 2))
        assert run.status == ALL_WELL, run.log
        assert len(list((scrapy.data / "samples").iterdir())) == 1
        run = scrapy.at_today(site.url)(*share(scrapy, 6))
    assert run.status == CHANGED_SHAPE, run.log
    assert run.summaries()[0]["new"] == 4
    assert run.log.count("changed_shape: web_article at ") == 1
    assert len(list(scrapy.posts.iterdir())) == 6


def test_the_page_replaces_a_host_that_does_not_respond(scrapy: Scrapy) -> None:
    with scripted_site(site_of(lambda _: GOOD)) as site:
        run = scrapy.at_today(site.url, FINEWS_ARTICLE_URL=CLOSED_PORT)(*share(scrapy, 10))
    assert run.summaries()[0]["new"] == 10, run.log
    assert run.status == SOME_FAILED
    assert run.log.count("cannot be reached") == 1


def test_a_host_that_was_closed_for_server_errors_is_not_replaced(scrapy: Scrapy) -> None:
    with scripted_site(site_of(lambda _: Answer(status=503))) as site:
        run = scrapy.at_today(site.url)(*share(scrapy, 10))
    assert run.summaries()[0]["failed"] == 10, run.log
    assert pages(site) == set()
