"""`pipelines.unchanged`: an article that is found as it is archived is neither cleaned nor validated again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import NoReturn

import pytest
from scrapy.statscollectors import StatsCollector
from scrapy.utils.test import get_crawler

from finews_crawler.archive.archive import Lookup
from finews_crawler.archive.article_rows import ARTICLES
from finews_crawler.archive.entries import IndexEntry
from finews_crawler.articles.derive import derive
from finews_crawler.articles.links import PostUrls
from finews_crawler.articles.merge import merge
from finews_crawler.content import extraction
from finews_crawler.items import Article, article_from
from finews_crawler.pipelines import clean, validate
from finews_crawler.pipelines.clean import CleanPipeline
from finews_crawler.pipelines.validate import ValidatePipeline
from finews_crawler.utils.timezone import BEIJING

CODE = "NW202205262391921712"
ROW = {"title": "标题", "published_at": datetime(2022, 5, 26, 9, 30, tzinfo=BEIJING), "media_name": "证券时报"}


@pytest.fixture
def stats() -> StatsCollector:
    return get_crawler().stats


@pytest.fixture
def stored() -> Article:
    """Return an article as the index has it."""
    given = merge(article_from("media", CODE, **ROW), article_from("news_text", CODE, text_html="<p>正文</p>"))
    return ARTICLES.from_row(ARTICLES.to_row(derive(given, PostUrls()).article))


def found_again(held: Article, **fields: object) -> Article:
    """Return the article of a list row, merged with the archived one, as the first pipeline passes it on."""
    merged = merge(held, article_from("media", CODE, **{**ROW, **fields}))
    merged.archived = Lookup(IndexEntry(held, f"site/_posts/2022-05-26-{CODE}.md", ""), 0)
    return merged


def fail(*_: object) -> NoReturn:
    raise AssertionError("done again")


def test_an_unchanged_article_is_passed_on(
    stored: Article, stats: StatsCollector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clean, "derive", fail)
    monkeypatch.setattr(validate, "find_flaw", fail)
    item = found_again(stored)
    assert CleanPipeline(PostUrls(), stats).process_item(item) is item
    assert ValidatePipeline().process_item(item) is item
    assert derive(item, PostUrls()).article == item, "cleaning it would not change it"


OTHERS: dict[str, Callable[[Article], Article]] = {
    "another title": lambda held: found_again(held, title="另一个标题"),
    "fetched again": lambda held: replace(found_again(held), is_refetched=True),
    "read by other rules": lambda held: found_again(replace(held, extract=None)),
    "not archived": lambda held: replace(held, archived=Lookup(None, 0)),
}


@pytest.mark.parametrize("name", OTHERS)
def test_any_other_article_is_cleaned(
    stored: Article, stats: StatsCollector, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(clean, "derive", fail)
    with pytest.raises(AssertionError, match="done again"):
        CleanPipeline(PostUrls(), stats).process_item(OTHERS[name](stored))


def test_posts_get_the_links_of_a_new_setting(stored: Article, stats: StatsCollector) -> None:
    urls = PostUrls(share_url="http://share.example")
    article = CleanPipeline(urls, stats).process_item(found_again(stored))
    assert isinstance(article, Article)
    assert article.share_url.startswith("http://share.example/")


def test_a_row_of_another_version_is_cleaned(
    stored: Article, stats: StatsCollector, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = ARTICLES.to_row(stored)
    monkeypatch.setattr(extraction, "EXTRACTION_VERSION", extraction.EXTRACTION_VERSION + 1)
    monkeypatch.setattr(clean, "derive", fail)
    with pytest.raises(AssertionError, match="done again"):
        CleanPipeline(PostUrls(), stats).process_item(found_again(ARTICLES.from_row(row)))
