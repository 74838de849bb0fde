"""Upstream corrects its articles: the post has the latest revision, the index has all of them."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from finews_crawler.archive.archive import Archive
from finews_crawler.articles.links import PostUrls
from finews_crawler.config.data_directory import DataDirectory
from finews_crawler.items import Article
from tests.support.scrapy_command import Run, Scrapy
from tests.support.scripted_server import Answer, Site, code_in, scripted_site

ALL_WELL = 0
CODE = "NW202205180000000001"
CHANNEL = ("crawl", "channel", "-a", "channels=media")


class Upstream:
    """A site with one article that a test can change."""

    def __init__(self) -> None:
        self.row = {"infocode": CODE, "title": "标题", "showtime": "2022-05-18 16:48:06", "from": "海港晨报"}
        self.text = "<p>\u3000\u3000港区五月吞吐量创新高。</p>"

    def answer(self, path: str) -> Answer | None:
        if path.startswith("/web/webapi"):
            return Answer(json.dumps({"nodeList": [self.row]}).encode())
        if code_in(path):
            return Answer(json.dumps({"infoCode": CODE, "text": self.text, "content": ""}).encode())
        return None


@pytest.fixture
def upstream() -> Upstream:
    return Upstream()


@pytest.fixture
def site(upstream: Upstream) -> Iterator[Site]:
    with scripted_site(upstream.answer) as running:
        yield running


def crawl(scrapy: Scrapy, site: Site, *arguments: str) -> dict[str, int]:
    run: Run = scrapy.at(site.url)(*CHANNEL, *arguments)
    assert run.status == ALL_WELL, run.log
    (counts,) = run.summaries()
    return {name: number for name, number in counts.items() if number and name != "found"}


def revisions(scrapy: Scrapy) -> list[Article]:
    """Return the earlier revisions of the article and the article, oldest first."""
    archive = Archive(DataDirectory(scrapy.data), PostUrls())
    article = archive.get(CODE)
    assert article
    found = [*archive.index.revisions(CODE), article]
    archive.close()
    return found


def test_a_corrected_body_is_a_revision(scrapy: Scrapy, site: Site, upstream: Upstream) -> None:
    assert crawl(scrapy, site) == {"new": 1}
    first = upstream.text
    upstream.text = "<p>\u3000\u3000更正：港区五月吞吐量持平。</p>"
    assert crawl(scrapy, site) == {"held": 1}
    assert crawl(scrapy, site, "-a", "refetch=1") == {"revised": 1}
    assert crawl(scrapy, site, "-a", "refetch=1") == {"held": 1}
    before, now = revisions(scrapy)
    assert (before.text_html, before.revision, before.revised_at) == (first, 0, None)
    assert (now.text_html, now.revision) == (upstream.text, 1)
    assert now.revised_at
    assert now.first_seen_at == before.first_seen_at
    (post,) = scrapy.posts.iterdir()
    assert "更正：港区五月吞吐量持平。" in post.read_text(encoding="utf-8")


def test_a_corrected_row_is_a_revision_and_moves_its_post(scrapy: Scrapy, site: Site, upstream: Upstream) -> None:
    crawl(scrapy, site)
    upstream.row = {**upstream.row, "title": "更正后的题"}
    assert crawl(scrapy, site) == {"revised": 1}
    upstream.row = {**upstream.row, "showtime": "2022-05-19 08:00:00"}
    assert crawl(scrapy, site) == {"revised": 1}
    assert crawl(scrapy, site) == {"held": 1}
    assert [(article.title, article.revision) for article in revisions(scrapy)] == [
        ("标题", 0),
        ("更正后的题", 1),
        ("更正后的题", 2),
    ]
    assert [post.name for post in scrapy.posts.iterdir()] == [f"2022-05-19-{CODE}.md"]


def test_a_field_that_was_missing_is_not_a_revision(scrapy: Scrapy, site: Site, upstream: Upstream) -> None:
    crawl(scrapy, site)
    upstream.row = {**upstream.row, "simdigest": "港区吞吐量摘要"}
    assert crawl(scrapy, site) == {"merged": 1}
    (article,) = revisions(scrapy)
    assert article.digest == "港区吞吐量摘要"


def test_two_nodes_that_disagree_in_turn_make_one_revision(scrapy: Scrapy, site: Site, upstream: Upstream) -> None:
    first, second = upstream.row, {**upstream.row, "title": "另一个节点的题", "showtime": "2022-05-19 08:00:00"}
    crawl(scrapy, site)
    upstream.row = second
    assert crawl(scrapy, site) == {"revised": 1}
    for row in (first, second, first):
        upstream.row = row
        assert crawl(scrapy, site) == {"held": 1}
    assert [post.name for post in scrapy.posts.iterdir()] == [f"2022-05-19-{CODE}.md"]
    upstream.row = {**first, "showtime": "2022-05-19 09:00:00"}
    assert crawl(scrapy, site) == {"revised": 1}
    assert revisions(scrapy)[-1].title == "标题"
