"""Merging: each field comes from the surface that ranks highest, in any order of arrival."""

from __future__ import annotations

from datetime import datetime
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finews_crawler.articles.merge import SOURCE_PRECEDENCE, is_revision, merge
from finews_crawler.items import Article, article_from
from finews_crawler.sources.eastmoney import SOURCE as EASTMONEY
from finews_crawler.sources.finews_site import SOURCE as FINEWS_SITE
from finews_crawler.sources.source import family_of

CODE = "NW202205262391921712"
LISTS = ("media", "market:37", "market:38", "market:39")
LISTS_FIRST = ("hand", *LISTS, "rolling", "news_text", "archive_page", "post")
DIGESTS = ("rolling", *LISTS, "news_text", "archive_page", "post")
BODIES = ("news_text", "archive_page", "post")

TEXT_FIELDS = [name for name in SOURCE_PRECEDENCE if name != "published_at"]


def copy_from(origin: str, given_fields: set[str]) -> Article:
    """Return a copy with the fields among *given_fields* that this surface may give."""
    names = [name for name in given_fields if origin in SOURCE_PRECEDENCE[name]]
    return article_from(origin, CODE, **{name: f"{name} of {origin}" for name in names})


@st.composite
def copies(draw: st.DrawFn) -> list[Article]:
    origins = draw(st.lists(st.sampled_from(LISTS_FIRST), unique_by=family_of, min_size=2, max_size=4))
    return [copy_from(origin, draw(st.sets(st.sampled_from(TEXT_FIELDS)))) for origin in origins]


def merge_all(articles: tuple[Article, ...]) -> Article:
    merged = articles[0]
    for article in articles[1:]:
        merged = merge(merged, article)
    return merged


@pytest.mark.parametrize("origin", ["pc", "web_page", "web_category"])
def test_a_less_exact_time_does_not_replace_that_of_a_post(origin: str) -> None:
    """An archive that was imported has exact times, of which no surface is known."""
    at = datetime.fromisoformat("2026-09-14T16:48:06+08:00")
    post, rough = (
        article_from("post", CODE, published_at=at),
        article_from(origin, CODE, published_at=at.replace(second=0)),
    )
    assert merge(post, rough).published_at == merge(rough, post).published_at == at
    exact = article_from("fast", CODE, published_at=at.replace(second=7))
    assert merge(post, exact).published_at == exact.published_at


def test_the_precedence_of_the_first_two_sources_stays() -> None:
    """Whatever sources are added, the archive's posts depend on it."""
    theirs = {"hand", "post", *(surface.name for site in (EASTMONEY, FINEWS_SITE) for surface in site.surfaces)}
    table = {field: tuple(filter(theirs.__contains__, origins)) for field, origins in SOURCE_PRECEDENCE.items()}
    assert table == {
        "title": LISTS_FIRST,
        "published_at": LISTS_FIRST,
        "media_name": ("hand", *LISTS, "archive_page", "news_text", "rolling", "post"),
        "digest": DIGESTS,
        "public_url": DIGESTS,
        "text_html": BODIES,
        "content_html": BODIES,
        "source_url": BODIES,
    }


@given(copies())
def test_the_order_of_arrival_does_not_matter(given_copies: list[Article]) -> None:
    results = [merge_all(order) for order in permutations(given_copies)]
    assert all(result == results[0] for result in results)


@given(copies())
def test_no_field_is_emptied(given_copies: list[Article]) -> None:
    merged = merge_all(tuple(given_copies))
    for name in TEXT_FIELDS:
        assert bool(getattr(merged, name)) == any(getattr(copy, name) for copy in given_copies)
        if getattr(merged, name):
            assert getattr(merged, name) == f"{name} of {merged.origins[name]}"


def test_rolling_and_media_complete_each_other() -> None:
    rolling = article_from("rolling", CODE, title="滚动", digest="【滚动】摘要", public_url="http://127.0.0.1/a.html")
    media = article_from("media", CODE, title="正题", media_name="证券时报")
    both = merge(rolling, media)
    assert (both.title, both.media_name, both.digest) == ("正题", "证券时报", "【滚动】摘要")
    assert both.origins == {"title": "media", "media_name": "media", "digest": "rolling", "public_url": "rolling"}


def test_the_later_of_two_copies_from_one_surface_wins() -> None:
    first = article_from("news_text", CODE, text_html="<p>初稿</p>")
    corrected = article_from("news_text", CODE, text_html="<p>更正</p>")
    assert merge(first, corrected).text_html == "<p>更正</p>"


def test_of_two_lists_of_one_family_the_later_copy_wins() -> None:
    """Both show one database: a title corrected in the one is not held back by the other."""
    first = article_from("market:37", CODE, title="初稿")
    corrected = article_from("market:39", CODE, title="更正")
    assert merge(first, corrected).title == "更正"
    assert is_revision(first, merge(first, corrected))


def test_merge_does_not_change_its_arguments() -> None:
    one, other = copy_from("rolling", {"title"}), copy_from("media", {"title"})
    merge(one, other)
    assert one == copy_from("rolling", {"title"})
    assert other == copy_from("media", {"title"})


def test_a_body_read_from_a_post_is_not_a_revision_of_its_original() -> None:
    """The post has the cleaned body; upstream's original has a script."""
    code = "NW202205262391921712"
    held = article_from("post", code, text_html="<p>甲</p>")
    assert not is_revision(held, article_from("news_text", code, text_html="<p>甲</p><script>x()</script>"))
    assert is_revision(held, article_from("news_text", code, text_html="<p>乙</p>"))
