"""`spiders.category`: categories by slug, outlet or URL; all categories; archived copies of lost articles."""

from __future__ import annotations

import dataclasses

import pytest

from finews_crawler.archive.archive import Archive
from finews_crawler.articles.links import PostUrls
from finews_crawler.config.data_directory import DataDirectory
from finews_crawler.content.slug import slug
from finews_crawler.items import Article
from finews_crawler.testing.origin.articles import generate
from finews_crawler.testing.origin.server import running_origin
from tests.support.scrapy_command import Scrapy
from tests.support.stats_dump import STATS_DUMP, stats_of

ALL_WELL, SOME_FAILED, BLOCKED = 0, 3, 4


def held(scrapy: Scrapy) -> dict[str, Article]:
    archive = Archive(DataDirectory(scrapy.data), PostUrls())
    codes = [path.stem[-18:] for path in scrapy.posts.iterdir()]
    articles = [archive.get(f"NW{code}") for code in codes]
    archive.close()
    return {article.info_code: article for article in articles if article}


@pytest.mark.parametrize("spelling", ["slug", "medium", "address"])
def test_one_category_in_each_spelling(scrapy: Scrapy, spelling: str) -> None:
    with running_origin(100, seed=4) as origin:
        medium = next(article.media_name for article in origin.articles if "  " in article.media_name)
        posts = [article for article in origin.articles if article.on_archive]
        wanted = {article.info_code for article in posts if article.media_name == medium}
        address = f"http://finews.withounder.com/category/{slug(medium)}.html"
        name = {"slug": slug(medium), "medium": medium, "address": address}[spelling]
        run = scrapy.at(origin.url)("crawl", "category", "-a", f"category={name}")
    assert run.status == ALL_WELL, run.log
    articles = held(scrapy)
    assert articles.keys() == wanted
    assert {article.media_name for article in articles.values()} == {medium}


def test_outlets_that_differ_in_case_are_two(scrapy: Scrapy) -> None:
    with running_origin(300, seed=4) as origin:
        run = scrapy.at(origin.url)("crawl", "category", "-a", "category=Techweb")
        wanted = {article.info_code for article in origin.articles if article.media_name == "Techweb"}
    assert run.status == ALL_WELL, run.log
    assert held(scrapy).keys() == wanted


ODD_NAMES = [
    "a/b",
    "a:b",
    ".a",
    "a://b",
    "robots.txt",
    "媒体.",
    "重庆在线",
    "中青在线",
    "é",
    "Ａ股",
    "nul",
    "http://x.cn/y",
]


@pytest.mark.parametrize("given", ["all=1", f"category={','.join(ODD_NAMES[:-1])}"])
def test_outlets_with_names_that_are_unsafe_or_have_one_slug_are_reached(scrapy: Scrapy, given: str) -> None:
    articles = [
        dataclasses.replace(
            one, media_name=ODD_NAMES[at % len(ODD_NAMES)], channels=frozenset({"media"}), on_archive=True
        )
        for at, one in enumerate(generate(2 * len(ODD_NAMES), 1))
    ]
    with running_origin(articles=articles) as origin:
        run = scrapy.at(origin.url)("crawl", "category", "-a", given)
    assert run.status == ALL_WELL, run.log
    wanted = {one.info_code: one.media_name for one in articles if "all" in given or one.media_name != ODD_NAMES[-1]}
    assert {code: one.media_name for code, one in held(scrapy).items()} == wanted


def test_all_categories_have_each_article_once(scrapy: Scrapy) -> None:
    with running_origin(150, seed=4) as origin:
        run = scrapy.at(origin.url)("crawl", "category", "-a", "all=1")
        wanted = {article.info_code: article for article in origin.articles if article.on_archive}
        requests = origin.stats()["paths"]
    assert run.status == ALL_WELL, run.log
    articles = held(scrapy)
    assert articles.keys() == wanted.keys()
    assert len(list(scrapy.posts.iterdir())) == len(wanted)
    # An article of an outlet that is in the rolling list too has two archive posts; the outlet's is read.
    assert {code: article.media_name for code, article in articles.items()} == {
        code: article.media_name for code, article in wanted.items()
    }
    assert requests["/NewsData/GetNewsText.do"] == len(wanted)


@pytest.mark.parametrize(("fault", "status"), [("share-down", SOME_FAILED), ("soft-ban", BLOCKED)])
def test_an_archived_copy_is_marked_in_origins(scrapy: Scrapy, fault: str, status: int) -> None:
    with running_origin(30, seed=4, faults=[fault]) as origin:
        # Two hosts, as upstream: a ban by the share site closes the share site only.
        crawl = scrapy.at(origin.url, FINEWS_ARCHIVE_URL=origin.url.replace("127.0.0.1", "localhost"))
        for _ in range(2):
            assert crawl("crawl", "category", "-a", "all=1").status == status
    articles = held(scrapy)
    assert all(article.is_stand_in for article in articles.values())
    assert articles
    for article in articles.values():
        body = "text_html" if article.media_name else "content_html"
        assert article.origins[body] == "archive_page"
        assert "/20" in article.source_url


def test_the_share_site_is_preferred_when_it_responds(scrapy: Scrapy) -> None:
    with running_origin(30, seed=4) as origin:
        scrapy.at(origin.url)("crawl", "category", "-a", "all=1")
    assert {article.origins["content_html"] for article in held(scrapy).values()} == {"news_text"}


def test_the_feed_is_a_list(scrapy: Scrapy) -> None:
    with running_origin(30, seed=4) as origin:
        run = scrapy.at(origin.url)("crawl", "category", "-a", f"category={origin.url}/feed.xml")
    assert run.status == ALL_WELL, run.log
    assert 0 < len(held(scrapy)) <= 10


def test_days_are_read_from_the_urls(scrapy: Scrapy) -> None:
    with running_origin(300, seed=4) as origin:
        days = sorted({article.showtime[:10] for article in origin.articles})
        run = scrapy.at(origin.url)("crawl", "category", "-a", "all=1", "-a", f"until={days[0]}")
        requests = origin.stats()["paths"]["/NewsData/GetNewsText.do"]
    assert run.status == ALL_WELL, run.log
    assert {path.name[:10] for path in scrapy.posts.iterdir()} == {days[0]}
    assert requests == len(list(scrapy.posts.iterdir()))


def test_an_archive_site_that_is_down_is_a_failure(scrapy: Scrapy) -> None:
    with running_origin(10, seed=4, faults=["archive-down"]) as origin:
        run = scrapy.at(origin.url)("crawl", "category", "-a", "all=1", *STATS_DUMP)
    assert run.status == SOME_FAILED
    assert stats_of(run)["finews/faults/unreachable"] > 0


def test_a_lost_article_among_others_is_not_requested_again(scrapy: Scrapy) -> None:
    with running_origin(60, seed=4, faults=["missing=7"]) as origin:
        crawl = scrapy.at(origin.url)
        crawl("crawl", "category", "-a", "all=1")
        lost = [article for article in held(scrapy).values() if article.source_url.endswith(".html")]
        requests = origin.stats()["paths"]["/NewsData/GetNewsText.do"]
        crawl("crawl", "category", "-a", "all=1")
        requests_again = origin.stats()["paths"]["/NewsData/GetNewsText.do"] - requests
    assert requests_again == sum(article.is_stand_in for article in lost) < len(lost)


def test_a_refetch_while_the_share_site_is_down_keeps_original_bodies(scrapy: Scrapy) -> None:
    with running_origin(20, seed=4) as origin:
        scrapy.at(origin.url)("crawl", "category", "-a", "all=1")
    files = {path.name: path.read_bytes() for path in scrapy.posts.iterdir()}
    with running_origin(20, seed=4, faults=["share-down"]) as origin:
        scrapy.at(origin.url)("crawl", "category", "-a", "all=1", "-a", "refetch=1")
    assert not any(article.is_stand_in for article in held(scrapy).values())
    assert {path.name: path.read_bytes() for path in scrapy.posts.iterdir()} == files
