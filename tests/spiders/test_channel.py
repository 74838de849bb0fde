"""`spiders.channel` on lists that are good, empty, changed or refused."""

from __future__ import annotations

import json

import pytest

from finews_crawler.testing.origin.server import running_origin
from tests.support.scrapy_command import Run, Scrapy
from tests.support.stats_dump import STATS_DUMP, stats_of

ALL_WELL, SOME_FAILED, BLOCKED, CHANGED_SHAPE, NOT_WRITABLE = 0, 3, 4, 5, 6


def crawl_with(scrapy: Scrapy, *arguments: str, fault: str = "", articles: int = 12) -> Run:
    with running_origin(articles, seed=2, faults=[fault] if fault else []) as origin:
        return scrapy.at(origin.url)("crawl", "channel", *arguments)


@pytest.mark.parametrize("fault", ["", "gbk", "bom", "jsonp", "5xx-once", "429"])
def test_encoding_wrapping_and_retries_do_not_change_the_posts(scrapy: Scrapy, fault: str) -> None:
    plain = scrapy.into(scrapy.data.with_name("plain"))
    assert crawl_with(plain).status == ALL_WELL
    run = crawl_with(scrapy, fault=fault)
    assert run.status == ALL_WELL, run.log
    posts = {path.name: path.read_bytes() for path in plain.posts.iterdir()}
    assert {path.name: path.read_bytes() for path in scrapy.posts.iterdir()} == posts


def test_an_empty_list_is_not_an_error(scrapy: Scrapy) -> None:
    run = crawl_with(scrapy, fault="no-news")
    assert run.status == ALL_WELL, run.log
    assert run.summaries()[0]["found"] == 0
    assert not scrapy.data.exists()


def test_a_changed_format_is_reported_with_a_sample(scrapy: Scrapy) -> None:
    run = crawl_with(scrapy, "-a", "channels=media", fault="changed-shape")
    assert run.status == CHANGED_SHAPE
    (sample,) = (scrapy.data / "samples").iterdir()
    (error,) = [line for line in run.log.splitlines() if str(sample) in line]
    assert "channel media" in error
    assert "nodeList" not in json.loads(sample.read_bytes())


def test_a_sample_that_cannot_be_stored_is_an_archive_error(scrapy: Scrapy) -> None:
    scrapy.data.mkdir()
    (scrapy.data / "samples").write_text("in the way")
    run = crawl_with(scrapy, "-a", "channels=media", fault="changed-shape")
    assert run.status == NOT_WRITABLE


def test_a_page_instead_of_a_list_is_a_ban(scrapy: Scrapy) -> None:
    run = crawl_with(scrapy, "-a", "channels=rolling", *STATS_DUMP, fault="html-list")
    assert run.status == BLOCKED
    assert stats_of(run)["finews/lists/blocked"] == 1


def test_a_missing_body_is_a_failure_and_requested_again(scrapy: Scrapy) -> None:
    run = crawl_with(scrapy, fault="missing=4")
    assert run.status == SOME_FAILED
    assert run.summaries()[0]["failed"] == 3
    rejected = [json.loads(line) for line in (scrapy.data / "rejected.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [record["reason"] for record in rejected] == ["missing"] * 3
    run = crawl_with(scrapy)
    assert run.status == ALL_WELL, run.log
    assert run.summaries()[0]["new"] == 3
    assert len(list(scrapy.posts.iterdir())) == 12


def test_only_the_given_channels_are_polled(scrapy: Scrapy) -> None:
    with running_origin(12, seed=2) as origin:
        scrapy.at(origin.url)("crawl", "channel", "-a", "channels=rolling,market:38", "-a", "count=5")
        requests = origin.stats()["paths"]
        listed = [article for article in origin.articles if {"rolling", "market:38"} & article.channels]
    assert requests["/web/webapi"] == 1
    assert requests["/information/newmarket/web/webapi"] == 1
    assert 0 < len(list(scrapy.posts.iterdir())) <= len(listed)


def test_days_are_inclusive_and_checked_before_the_request(scrapy: Scrapy) -> None:
    with running_origin(400, seed=2) as origin:
        days = sorted({article.showtime[:10] for article in origin.articles})
        assert len(days) > 1
        wanted = [article for article in origin.articles if article.showtime[:10] == days[-1]]
        run = scrapy.at(origin.url)("crawl", "channel", "-a", f"since={days[-1]}", "-a", "count=500")
        assert run.status == ALL_WELL, run.log
        names = {path.name[:10] for path in scrapy.posts.iterdir()}
        requests = origin.stats()["paths"]["/NewsData/GetNewsText.do"]
    assert names == {days[-1]}
    assert len(list(scrapy.posts.iterdir())) == len(wanted)
    assert requests <= len(wanted) + 1  # a rolling row without a time: only its article has the day


def test_a_limit_fetches_that_many_and_the_next_run_the_next_ones(scrapy: Scrapy) -> None:
    with running_origin(12, seed=2) as origin:
        crawl = scrapy.at(origin.url)
        for archived in (5, 10, 12, 12):
            run = crawl("crawl", "channel", "-a", "limit=5")
            assert run.status == ALL_WELL, run.log
            assert len(list(scrapy.posts.iterdir())) == archived
        assert origin.stats()["paths"]["/NewsData/GetNewsText.do"] == 12


def test_an_outlet_found_later_moves_the_rolling_post(scrapy: Scrapy) -> None:
    with running_origin(40, seed=2) as origin:
        both = {article.info_code for article in origin.articles if {"rolling", "media"} <= article.channels}
        crawl = scrapy.at(origin.url)
        # GetNewsText has the outlet of these as well; the rolling list alone does not.
        crawl("crawl", "channel", "-a", "channels=rolling")
        requests = origin.stats()["paths"]["/NewsData/GetNewsText.do"]
        run = crawl("crawl", "channel", "-a", "channels=rolling,media")
        assert run.status == ALL_WELL, run.log
        fetched = origin.stats()["paths"]["/NewsData/GetNewsText.do"] - requests
        media_only = [article for article in origin.articles if article.channels == {"media"}]
    assert fetched == len(media_only)
    names = [path.name for path in scrapy.posts.iterdir()]
    assert all(sum(code[2:] in name for name in names) == 1 for code in both)
