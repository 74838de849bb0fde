"""Closed loop: an archive is built as a site and served, and crawling that site gives the same posts."""

from __future__ import annotations

from pathlib import Path

from finews_crawler.testing.origin.server import running_origin
from tests.support.jekyll_site import NEEDS_JEKYLL, serving
from tests.support.scrapy_command import CLOSED_PORT, Scrapy

ARTICLES = 500


def read_posts(scrapy: Scrapy) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in scrapy.posts.iterdir()}


@NEEDS_JEKYLL
def test_crawling_the_built_site_gives_the_same_posts(scrapy: Scrapy, tmp_path: Path) -> None:
    with running_origin(ARTICLES, seed=11) as origin:
        run = scrapy.at(origin.url)("crawl", "channel", "-a", f"count={ARTICLES}")
        assert run.status == 0, run.log
    first = read_posts(scrapy)
    assert len(first) == ARTICLES
    assert scrapy("site", "build").status == 0

    again = scrapy.into(tmp_path / "again")
    with serving(scrapy.data / "_site") as archive_url:
        run = again.at(archive_url, FINEWS_SHARE_URL=CLOSED_PORT)("crawl", "category", "-a", "all=1")
        assert f"new {ARTICLES}," in run.log, run.log
    second = read_posts(again)

    assert second.keys() == first.keys()
    assert {name for name in first if second[name] != first[name]} == set()
