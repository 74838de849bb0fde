"""Two hundred articles by 2022's surfaces and by today's, in both orders, and some by their pages."""

from __future__ import annotations

import pytest

from finews_crawler.testing.origin.server import running_origin
from tests.support.pairs import GENERATIONS, check_corrections, check_pair, crawl, posts_of, revised
from tests.support.scrapy_command import Scrapy


@pytest.mark.parametrize("first", GENERATIONS)
def test_the_other_surfaces_change_nothing(scrapy: Scrapy, first: str) -> None:
    check_pair(scrapy, 200, first)


@pytest.mark.parametrize("first", GENERATIONS)
def test_ten_articles_whose_text_differs_are_revised_and_no_others(scrapy: Scrapy, first: str) -> None:
    check_corrections(scrapy, 200, 10, first)


def test_pages_give_the_same_posts(scrapy: Scrapy) -> None:
    other = scrapy.into(scrapy.data.with_name("other"))
    with running_origin(60, seed=11) as origin:
        crawl(other, origin, "2022")
        crawl(scrapy, origin, "pages")
        archived = posts_of(scrapy)
        for generation in GENERATIONS:
            crawl(scrapy, origin, generation, "refetch=1")
    assert posts_of(scrapy) == archived
    assert not revised(scrapy)
    assert {name: post for name, (post, _) in archived.items()} == {
        name: post for name, (post, _) in posts_of(other).items()
    }
