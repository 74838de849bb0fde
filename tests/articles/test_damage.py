"""Damaged text: what is too damaged to be used, and copies that lack no more than lost characters."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finews_crawler.articles.damage import is_damaged_copy, is_garbled
from finews_crawler.articles.derive import derive
from finews_crawler.articles.links import PostUrls
from finews_crawler.articles.merge import is_revision, merge
from finews_crawler.articles.validate import find_flaw
from finews_crawler.items import Article, article_from
from finews_crawler.utils.timezone import BEIJING

CODE = "NW202205182383638060"
NOW = datetime(2022, 5, 18, 17, tzinfo=BEIJING)
WHOLE = Article(CODE, title="江城重工净利润同比增长", published_at=NOW, media_name="海港晨报", body_html="<p>正文</p>")


@given(text=st.text("甲乙丙 a\n", min_size=1), data=st.data())
def test_a_text_with_lost_characters_is_a_damaged_copy(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, min(len(text), start + 3)))
    damaged = text[:start] + "\ufffd" + text[end:]
    assert is_damaged_copy(damaged, text)
    assert not is_damaged_copy(text, damaged)
    assert not is_damaged_copy(text, text)


@pytest.mark.parametrize(
    ("damaged", "whole"),
    [
        ("\ufffd增长", "净利润同比大幅增长"),
        ("增\ufffd", "增长约三成以上"),
        ("增长\ufffd", "下降三"),
        ("\ufffd", "\ufffd"),
        ("", "甲"),
    ],
)
def test_a_text_that_differs_in_more_is_no_copy(damaged: str, whole: str) -> None:
    assert not is_damaged_copy(damaged, whole)


@pytest.mark.parametrize(
    "field",
    [{"title": "\ufffd\ufffd重工净利\ufffd"}, {"media_name": "海港\ufffd报"}, {"body_html": "<p>\ufffd\ufffd文</p>"}],
)
def test_an_article_that_lost_too_much_is_not_archived_and_requested_again(field: dict[str, str]) -> None:
    flaw = find_flaw(replace(WHOLE, **field), NOW)  # type: ignore[arg-type]
    assert flaw is not None
    assert (flaw.reason, flaw.is_final) == ("undecodable", False)


def test_a_single_lost_character_is_archived_and_counted() -> None:
    article = replace(WHOLE, title="江城重工净利润同比\ufffd长", text_html="<p>正文</p>")
    assert find_flaw(article, NOW) is None
    assert "lost_characters" in derive(article, PostUrls())[1]
    assert "lost_characters" not in derive(WHOLE, PostUrls())[1]


@pytest.mark.parametrize("field", ["title", "media_name", "digest"])
def test_a_garbled_value_gives_way_to_that_of_any_other_surface(field: str) -> None:
    garbled = article_from("media", CODE, **{field: "\ufffd\ufffd\ufffd"})
    other = article_from("news_text", CODE, **{field: "海港晨报"})
    for merged in (merge(garbled, other), merge(other, garbled)):
        assert getattr(merged, field) == "海港晨报"


@given(text=st.text("甲乙a\ufffd", min_size=1), field=st.sampled_from(["title", "media_name", "digest", "text_html"]))
def test_a_field_without_a_value_is_taken_unless_the_new_one_is_garbled(text: str, field: str) -> None:
    other = article_from("news_text", CODE, **{field: text})
    assert getattr(merge(Article(CODE), other), field) == ("" if is_garbled(field, text) else text)
    assert is_garbled(field, text) or not is_damaged_copy(text, "")


@pytest.mark.parametrize("field", ["title", "digest", "text_html"])
def test_a_damaged_copy_replaces_no_whole_one_and_is_no_revision(field: str) -> None:
    surface = "news_text" if field == "text_html" else "media"
    whole = article_from(surface, CODE, **{field: "江城重工净利润同比增长三成"})
    damaged = article_from(surface, CODE, **{field: "江城重工净利润同\ufffd增长三成"})
    merged = merge(whole, damaged)
    assert getattr(merged, field) == getattr(whole, field)
    assert not is_revision(whole, merged)
    assert getattr(merge(damaged, whole), field) == getattr(whole, field)
