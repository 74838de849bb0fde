"""`spiders.security`: the news of single securities."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from finews_crawler.exceptions import ArgumentError
from finews_crawler.sources.eastmoney_web import security
from finews_crawler.spiders.security import SecurityArguments
from finews_crawler.testing.origin.dataset import Dataset
from finews_crawler.testing.origin.server import running_origin
from tests.support.scrapy_command import CLOSED_PORT, Scrapy

ALL_WELL, ARGUMENTS = 0, 2
SYMBOLS = {"609801.SH": "1.609801", "BK0493": "90.BK0493"}


def test_the_news_of_securities_are_archived(scrapy: Scrapy) -> None:
    with running_origin(200, seed=2) as origin:
        lists = Dataset(origin.articles, {}).web_lists
        wanted = set()
        for code in SYMBOLS.values():
            page = lists.security_page({"mTypeAndCode": code, "pageSize": "200", "pageIndex": "1"})
            wanted |= {row["Art_Code"] for row in page["list"]}
        crawl = scrapy.at_today(origin.url)
        run = crawl("crawl", "security", "-a", f"symbol={','.join(SYMBOLS)}", "-a", "since=2022-05-01", "-a", "count=5")
        assert run.status == ALL_WELL, run.log
        archived = {path.stem[-18:] for path in scrapy.posts.iterdir()}
        assert wanted
        assert archived == wanted
        assert "security 609801.SH (1.609801) ends at 2022-05-2" in run.log
        requests = origin.stats()["paths"][urlsplit(security.PATH).path]
        run = crawl("crawl", "security", "-a", "symbol=609801.SH")
        assert run.status == ALL_WELL, run.log
        assert origin.stats()["paths"][urlsplit(security.PATH).path] == requests + 1


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({}, "give symbol=…"),
        ({"symbol": " , "}, "give symbol=…"),
        ({"symbol": "600050"}, "symbol must be a symbol such as 600050.SH"),
        ({"symbol": "600050.SH", "channels": "fast"}, "unknown argument 'channels'"),
        ({"symbol": "600050.SH", "count": "0"}, "count must be"),
    ],
)
def test_arguments_in_an_unknown_form_are_named(given: dict[str, str], reason: str) -> None:
    with pytest.raises(ArgumentError, match=reason):
        SecurityArguments.parse(given)


def test_an_unknown_symbol_ends_the_command_before_the_first_request(scrapy: Scrapy) -> None:
    run = scrapy.at_today(CLOSED_PORT)("crawl", "security", "-a", "symbol=UNICOM")
    assert run.status == ARGUMENTS
    assert "symbol must be a symbol such as 600050.SH" in run.log
    assert "for example: finews crawl security -a symbol=600050.SH" in run.log
