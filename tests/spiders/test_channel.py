"""The channel spider against lists that are good, empty, changed or refused."""

from __future__ import annotations

import json

import pytest

from finews_crawler.testing.origin.server import running_origin
from tests.support.scrapy_command import Run, Scrapy

ALL_WELL, SOME_FAILED, BLOCKED, CHANGED_SHAPE, NOT_WRITABLE = 0, 3, 4, 5, 6


def crawl_with(scrapy: Scrapy, *arguments: str, fault: str = "", articles: int = 12) -> Run:
    with running_origin(articles, seed=2, faults=[fault] if fault else []) as origin:
        return scrapy.at(origin.url)("crawl", "channel", *arguments)


@pytest.mark.parametrize("fault", ["", "gbk", "bom", "jsonp", "5xx-once", "429"])
def test_answers_in_any_wrapping_give_the_same_posts(scrapy: Scrapy, fault: str) -> None:
    plain = scrapy.into(scrapy.data.with_name("plain"))
    assert crawl_with(plain).status == ALL_WELL
    run = crawl_with(scrapy, fault=fault)
    assert run.status == ALL_WELL, run.log
    posts = {path.name: path.read_bytes() for path in plain.posts.iterdir()}
    assert {path.name: path.read_bytes() for path in scrapy.posts.iterdir()} == posts


def test_no_news_is_a_quiet_day(scrapy: Scrapy) -> None:
    run = crawl_with(scrapy, fault="no-news")
    assert run.status == ALL_WELL, run.log
    assert "found 0" in run.log
    assert not scrapy.data.exists()


def test_a_changed_shape_is_not_a_quiet_day(scrapy: Scrapy) -> None:
    run = crawl_with(scrapy, "-a", "channels=media", fault="changed-shape")
    assert run.status == CHANGED_SHAPE
    assert "changed_shape: channel media at" in run.log
    assert "no key 'nodeList'" in run.log
    (sample,) = (scrapy.data / "samples").iterdir()
    assert f"; kept: {sample}" in run.log
    assert "nodeList" not in json.loads(sample.read_bytes())


def test_a_sample_that_cannot_be_kept_is_a_fault_of_the_archive(scrapy: Scrapy) -> None:
    scrapy.data.mkdir()
    (scrapy.data / "samples").write_text("in the way")
    run = crawl_with(scrapy, "-a", "channels=media", fault="changed-shape")
    assert run.status == NOT_WRITABLE
    assert "samples could not be written" in run.log


def test_a_page_instead_of_a_list_is_a_refusal(scrapy: Scrapy) -> None:
    run = crawl_with(scrapy, "-a", "channels=rolling", fault="html-list")
    assert run.status == BLOCKED
    assert "blocked: channel rolling at" in run.log


def test_an_empty_body_is_a_failure_that_the_next_run_makes_good(scrapy: Scrapy) -> None:
    run = crawl_with(scrapy, fault="missing=4")
    assert run.status == SOME_FAILED
    assert "failed 3" in run.log
    kept = [json.loads(line) for line in (scrapy.data / "rejected.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [record["reason"] for record in kept] == ["missing"] * 3
    run = crawl_with(scrapy)
    assert run.status == ALL_WELL, run.log
    assert "new 3," in run.log
    assert len(list(scrapy.posts.iterdir())) == 12


def test_only_the_channels_asked_for(scrapy: Scrapy) -> None:
    with running_origin(12, seed=2) as origin:
        scrapy.at(origin.url)("crawl", "channel", "-a", "channels=rolling,market:38", "-a", "count=5")
        asked = origin.stats()["paths"]
        listed = [article for article in origin.articles if {"rolling", "market:38"} & article.channels]
    assert asked["/web/webapi"] == 1
    assert asked["/information/newmarket/web/webapi"] == 1
    assert 0 < len(list(scrapy.posts.iterdir())) <= len(listed)


def test_days_are_inclusive_and_rule_out_before_the_request(scrapy: Scrapy) -> None:
    with running_origin(400, seed=2) as origin:
        days = sorted({article.showtime[:10] for article in origin.articles})
        assert len(days) > 1
        wanted = [article for article in origin.articles if article.showtime[:10] == days[-1]]
        run = scrapy.at(origin.url)("crawl", "channel", "-a", f"since={days[-1]}", "-a", "count=500")
        assert run.status == ALL_WELL, run.log
        names = {path.name[:10] for path in scrapy.posts.iterdir()}
        asked = origin.stats()["paths"]["/NewsData/GetNewsText.do"]
    assert names == {days[-1]}
    assert len(list(scrapy.posts.iterdir())) == len(wanted)
    assert asked <= len(wanted) + 1  # the rolling row without a time can only be judged by its article


def test_a_limit_asks_for_so_many_and_the_next_run_for_the_next(scrapy: Scrapy) -> None:
    with running_origin(12, seed=2) as origin:
        crawl = scrapy.at(origin.url)
        for held in (5, 10, 12, 12):
            run = crawl("crawl", "channel", "-a", "limit=5")
            assert run.status == ALL_WELL, run.log
            assert len(list(scrapy.posts.iterdir())) == held
        assert origin.stats()["paths"]["/NewsData/GetNewsText.do"] == 12


def test_a_medium_found_later_turns_the_rolling_post_into_its_own(scrapy: Scrapy) -> None:
    with running_origin(40, seed=2) as origin:
        both = {article.info_code for article in origin.articles if {"rolling", "media"} <= article.channels}
        crawl = scrapy.at(origin.url)
        # GetNewsText names the medium of these as well; the rolling list alone does not.
        crawl("crawl", "channel", "-a", "channels=rolling")
        asked = origin.stats()["paths"]["/NewsData/GetNewsText.do"]
        run = crawl("crawl", "channel", "-a", "channels=rolling,media")
        assert run.status == ALL_WELL, run.log
        fetched = origin.stats()["paths"]["/NewsData/GetNewsText.do"] - asked
        media_only = [article for article in origin.articles if article.channels == {"media"}]
    assert fetched == len(media_only)
    names = [path.name for path in scrapy.posts.iterdir()]
    assert all(sum(code[2:] in name for name in names) == 1 for code in both)
