"""`spiders.web_category`: category pages of the web site, page by page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from finews_crawler.testing.origin.articles import OriginArticle, generate
from finews_crawler.testing.origin.server import running_origin
from finews_crawler.testing.origin.timestamps import SHOWTIME
from tests.support.scrapy_command import Scrapy

ALL_WELL, ARGUMENTS, SOME_FAILED = 0, 2, 3
URL = "https://finance.eastmoney.com/a/czqyw.html"
CRAWL = ("crawl", "category", "-a", f"category={URL}")


def pages_of(paths: dict[str, int]) -> dict[str, int]:
    return {path: number for path, number in paths.items() if path.startswith("/a/c")}


def test_pages_are_followed_to_the_last_one_and_then_only_the_first(scrapy: Scrapy) -> None:
    with running_origin(60, seed=2) as origin:
        listed = {article.info_code[2:] for article in origin.articles if article.media_name}
        crawl = scrapy.at_today(origin.url)
        run = crawl(*CRAWL)
        assert run.status == ALL_WELL, run.log
        assert {path.stem[-18:] for path in scrapy.posts.iterdir()} == listed
        pages = ["/a/czqyw.html", "/a/czqyw_2.html", "/a/czqyw_3.html", "/a/czqyw_4.html"]
        assert pages_of(origin.stats()["paths"]) == dict.fromkeys(pages, 1)
        run = crawl(*CRAWL)
        assert run.status == ALL_WELL, run.log
        assert pages_of(origin.stats()["paths"]) == {**dict.fromkeys(pages, 1), "/a/czqyw.html": 2}
        assert run.summaries()[0]["new"] == 0


def around_new_year(articles: list[OriginArticle]) -> Iterator[OriginArticle]:
    """Give the articles times from the evening of the second of January, each made an hour before it was shown."""
    shown = datetime(2026, 1, 2, 20)  # noqa: DTZ001 (local time in Beijing, as the origin has it)
    for number, article in enumerate(articles):
        made = shown - timedelta(hours=1)
        yield replace(article, info_code=f"NW{made:%Y%m%d}{9999999999 - number}", showtime=shown.strftime(SHOWTIME))
        shown -= timedelta(minutes=61)


def test_other_pages_of_the_web_site_are_no_categories(scrapy: Scrapy) -> None:
    for url in ("https://finance.eastmoney.com/", "https://finance.eastmoney.com/a/czqyw"):
        run = scrapy.at_today("http://127.0.0.1:1")("crawl", "category", "-a", f"category={url}")
        assert run.status == ARGUMENTS
        assert f"category must be a page such as {URL}" in run.log


def test_days_of_the_arguments_are_found_across_new_year(scrapy: Scrapy) -> None:
    articles = list(around_new_year([article for article in generate(150, seed=2) if article.media_name]))
    with running_origin(articles=articles) as origin:
        run = scrapy.at_today(origin.url)(*CRAWL, "-a", "since=2025-12-31", "-a", "until=2026-01-01")
        paths = origin.stats()["paths"]
    assert run.status == ALL_WELL, run.log
    wanted = {article.info_code[2:] for article in articles if "2025-12-31" <= article.showtime[:10] <= "2026-01-01"}
    names = {path.name[:10] for path in scrapy.posts.iterdir()}
    assert names == {"2025-12-31", "2026-01-01"}
    assert {path.stem[-18:] for path in scrapy.posts.iterdir()} == wanted
    assert any(code.startswith("20251231") for code in wanted if code)
    assert len(pages_of(paths)) == 4  # the last page with the thirtieth of December, not all six


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        (
            "https://finance.example.org/a/czqyw.html",
            "category must be on a host of eastmoney.com or of FINEWS_PAGE_URL",
        ),
        ("https://finance.eastmoney.com/yaowen.html", "a page such as https://finance.eastmoney.com/a/czqyw.html"),
    ],
)
def test_other_urls_are_refused_before_the_first_request(scrapy: Scrapy, url: str, reason: str) -> None:
    run = scrapy.at_today("http://127.0.0.1:1", FINEWS_ARCHIVE_URL="http://127.0.0.1:1")(
        "crawl", "category", "-a", f"category={url}"
    )
    assert run.status == ARGUMENTS, run.log
    assert reason in run.log


def test_a_category_that_does_not_exist_fails_the_run(scrapy: Scrapy) -> None:
    with running_origin(0) as origin:
        run = scrapy.at_today(origin.url)(*CRAWL)
    assert run.status == SOME_FAILED, run.log
    assert "HTTP status 404" in run.log
