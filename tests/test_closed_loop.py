"""Closed loop: what a channel crawl archived, rendered by the real Jekyll, is crawled back into the same posts."""

from __future__ import annotations

import re
from pathlib import Path

from crawling import CLOSED_PORT, Scrapy
from jekyll_site import NEEDS_JEKYLL, build_site, serving

from finews_crawler.origin.articles import OriginArticle
from finews_crawler.origin.server import running_origin
from finews_crawler.text.info_code import info_code_in_url

ARTICLES = 500
BETWEEN_BLOCKS = re.compile(rb">\n <")


def read_posts(scrapy: Scrapy) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in scrapy.posts.iterdir()}


@NEEDS_JEKYLL
def test_archive_pages_give_back_the_posts_they_were_rendered_from(scrapy: Scrapy, tmp_path: Path) -> None:
    with running_origin(ARTICLES, seed=11) as origin:
        run = scrapy.at(origin.url)("crawl", "channel", "-a", f"count={ARTICLES}")
        assert run.status == 0, run.log
        articles = {article.info_code: article for article in origin.articles}
    first = read_posts(scrapy)
    assert len(first) == ARTICLES

    again = scrapy.into(tmp_path / "again")
    with serving(build_site(scrapy.data / "site", tmp_path)) as archive_url:
        run = again.at(archive_url, FINEWS_SHARE_URL=CLOSED_PORT)("crawl", "category", "-a", "all=1")
        assert f"new {ARTICLES}," in run.log, run.log
    second = read_posts(again)

    assert second.keys() == first.keys()
    assert {name for name in first if second[name] != first[name]} == names_without_separators(articles, first)
    # Those differ in the white space between blocks, which the rendering erased, and in nothing else.
    assert {name: BETWEEN_BLOCKS.sub(b"><", post) for name, post in second.items()} == {
        name: BETWEEN_BLOCKS.sub(b"><", post) for name, post in first.items()
    }


def names_without_separators(articles: dict[str, OriginArticle], posts: dict[str, bytes]) -> set[str]:
    """The posts whose body has nothing between its paragraphs, where the source document has a line break."""
    codes = {name: info_code_in_url(name.rpartition("-")[2]) or "" for name in posts}
    return {name for name, code in codes.items() if not articles[code].separator}
