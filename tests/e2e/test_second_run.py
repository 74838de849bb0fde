"""A second crawl of unchanged sites requests the lists only, changes no file, and adds no row but its own."""

from __future__ import annotations

from finews_crawler.archive.poll_state import CATEGORIES
from finews_crawler.testing.origin.server import running_origin
from tests.support.scrapy_command import Scrapy

LISTS = 5


def test_a_second_channel_crawl_requests_the_lists_only(scrapy: Scrapy) -> None:
    with running_origin(120, seed=3) as origin:
        crawl = scrapy.at(origin.url)
        first = crawl("crawl", "channel")
        assert first.status == 0, first.log
        posts, requests = scrapy.snapshot(), origin.stats()["total"]
        assert len(list(scrapy.posts.glob("*.md"))) == 120

        second = crawl("crawl", "channel")
        assert second.status == 0, second.log
        assert origin.stats()["total"] - requests == LISTS + 1  # and robots.txt
        assert scrapy.snapshot() == posts


def test_an_archived_article_is_requested_by_no_spider(scrapy: Scrapy) -> None:
    with running_origin(30, seed=3) as origin:
        crawl = scrapy.at(origin.url)
        crawl("crawl", "channel")
        requests = origin.stats()["paths"]["/NewsData/GetNewsText.do"]
        files = scrapy.snapshot()
        assert crawl("crawl", "category", "-a", "all=1").status == 0
        assert crawl("crawl", "share", "-a", f"file={scrapy.posts}").status == 0
        assert origin.stats()["paths"]["/NewsData/GetNewsText.do"] == requests
        left = scrapy.snapshot()
        assert left.pop(f"cache/{CATEGORIES}"), "the time of the last complete crawl"
        assert left == files


def test_two_archives_of_the_same_site_are_the_same_bytes(scrapy: Scrapy) -> None:
    with running_origin(20, seed=5) as origin:
        scrapy.environment["PYTHONHASHSEED"] = "1"
        scrapy.at(origin.url)("crawl", "channel")
        other = scrapy.into(scrapy.data.with_name("other"))
        other.environment["PYTHONHASHSEED"] = "2"
        other.at(origin.url)("crawl", "channel", "-a", "channels=market:39,market:38,rolling,market:37,media")
    posts = {path.name: path.read_bytes() for path in scrapy.posts.iterdir()}
    assert posts == {path.name: path.read_bytes() for path in other.posts.iterdir()}


def test_refetch_requests_again_and_leaves_unchanged_posts(scrapy: Scrapy) -> None:
    with running_origin(10, seed=3) as origin:
        crawl = scrapy.at(origin.url)
        crawl("crawl", "channel")
        posts = {path: path.stat().st_mtime_ns for path in scrapy.posts.iterdir()}
        requests = origin.stats()["paths"]["/NewsData/GetNewsText.do"]
        assert crawl("crawl", "channel", "-a", "refetch=1").status == 0
        assert origin.stats()["paths"]["/NewsData/GetNewsText.do"] == 2 * requests
        assert {path: path.stat().st_mtime_ns for path in scrapy.posts.iterdir()} == posts


def test_refetch_archives_a_corrected_article(scrapy: Scrapy) -> None:
    with running_origin(10, seed=3) as origin:
        scrapy.at(origin.url)("crawl", "channel")
    before = {path.name: path.read_bytes() for path in scrapy.posts.iterdir()}
    with running_origin(10, seed=3, faults=["changed-article"]) as origin:
        crawl = scrapy.at(origin.url)
        assert crawl("crawl", "channel").status == 0
        assert {path.name: path.read_bytes() for path in scrapy.posts.iterdir()} == before
        assert crawl("crawl", "channel", "-a", "refetch=1").status == 0
    after = {path.name: path.read_bytes() for path in scrapy.posts.iterdir()}
    assert after.keys() == before.keys()
    assert all(after[name] != before[name] for name in before)


def test_a_deleted_post_is_restored(scrapy: Scrapy) -> None:
    with running_origin(10, seed=3) as origin:
        crawl = scrapy.at(origin.url)
        crawl("crawl", "channel")
        posts = {path: path.read_bytes() for path in scrapy.posts.iterdir()}
        requests = origin.stats()["paths"]["/NewsData/GetNewsText.do"]
        next(iter(posts)).unlink()
        run = crawl("crawl", "channel")
        assert run.status == 0, run.log
        assert origin.stats()["paths"]["/NewsData/GetNewsText.do"] == requests
    assert {path: path.read_bytes() for path in scrapy.posts.iterdir()} == posts
