"""`pipelines.unchanged`: an article that is found as it is archived is neither cleaned nor validated again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NoReturn

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scrapy.statscollectors import StatsCollector
from scrapy.utils.test import get_crawler

from finews_crawler.archive.archive import Lookup
from finews_crawler.archive.article_rows import ARTICLES
from finews_crawler.archive.entries import IndexEntry
from finews_crawler.archive.listed import FIELDS
from finews_crawler.articles.derive import derive
from finews_crawler.articles.links import PostUrls
from finews_crawler.articles.merge import merge
from finews_crawler.content import extraction_version
from finews_crawler.items import Article, Rejection, article_from
from finews_crawler.pipelines import clean, validate
from finews_crawler.pipelines.accept import AcceptPipeline
from finews_crawler.pipelines.clean import CleanPipeline
from finews_crawler.pipelines.unchanged import brings_nothing, shows_nothing_new
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
    both = merge(article_from("media", CODE, **ROW), article_from("news_text", CODE, text_html="<p>正文</p>"))
    return ARTICLES.from_row(ARTICLES.to_row(derive(both, PostUrls()).article))


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
    monkeypatch.setattr(extraction_version, "EXTRACTION_VERSION", extraction_version.EXTRACTION_VERSION + 1)
    monkeypatch.setattr(clean, "derive", fail)
    with pytest.raises(AssertionError, match="done again"):
        CleanPipeline(PostUrls(), stats).process_item(found_again(ARTICLES.from_row(row)))


def copies() -> st.SearchStrategy[Article]:
    """Return copies that differ from the stored article in some fields, or give fewer."""
    texts = st.sampled_from(["", "标题", "标 题", "证券时报", "另一个", "标题\ufffd"])
    times = st.sampled_from([ROW["published_at"], ROW["published_at"] + timedelta(seconds=1), None])
    fields = {"title": texts, "media_name": texts, "digest": texts, "public_url": texts, "published_at": times}
    bodies = st.sampled_from(["", "<p>正文</p>", "<p>正文 </p>", "<p>正</p>"])
    some = st.fixed_dictionaries({}, optional={**fields, "text_html": bodies, "content_html": bodies})
    surfaces = st.sampled_from(["media", "rolling", "fast", "news_text", "post", "hand", "", "unknown"])
    made = st.builds(lambda origin, found: article_from(origin, CODE, **found), surfaces, some)
    return st.builds(replace, made, is_refetched=st.booleans(), is_stand_in=st.booleans())


def is_dropped_as_unchanged(copy: Article, entry: IndexEntry, urls: PostUrls) -> bool:
    """Pass *copy* through the pipelines, as far as the one that writes."""
    crawler = get_crawler()
    item = AcceptPipeline(crawler).process_item(copy)
    if isinstance(item, Rejection):
        return False
    item = merge(entry.article, item)
    item.archived = Lookup(entry, 0)
    item = ValidatePipeline().process_item(CleanPipeline(urls, crawler.stats).process_item(item))
    return item == entry.article and isinstance(item, Article) and not item.is_refetched


@given(copy=copies(), is_read_by_these_rules=st.booleans(), is_moved=st.booleans())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_a_copy_brings_nothing_if_the_pipelines_would_drop_it(
    stored: Article, copy: Article, is_read_by_these_rules: bool, is_moved: bool
) -> None:
    held = stored if is_read_by_these_rules else replace(stored, extract=None)
    entry = IndexEntry(held, f"site/_posts/2022-05-26-{CODE}.md", "")
    urls = PostUrls(share_url="http://share.example") if is_moved else PostUrls()
    if brings_nothing(copy, entry, urls):
        assert is_dropped_as_unchanged(copy, entry, urls)
    elif is_read_by_these_rules and not is_moved:
        assert not is_dropped_as_unchanged(copy, entry, urls)


@given(copy=copies(), held=st.one_of(st.none(), copies()), is_moved=st.booleans())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_without_its_bodies_an_article_shows_the_same(
    stored: Article, copy: Article, held: Article | None, is_moved: bool
) -> None:
    """*held*: what the article was merged with before, so that it has fields of several surfaces."""
    article = replace(stored if held is None else merge(stored, held), is_stand_in=False, is_refetched=False)
    article = ARTICLES.from_row(ARTICLES.to_row(derive(article, PostUrls()).article))
    listed = Article(**{name: getattr(article, name) for name in FIELDS})
    entry = IndexEntry(article, f"site/_posts/2022-05-26-{CODE}.md", "")
    urls = PostUrls(share_url="http://share.example") if is_moved else PostUrls()
    shown = shows_nothing_new(copy, listed, urls)
    if copy.has_body:
        assert not shown
    else:
        assert shown == brings_nothing(copy, entry, urls)
