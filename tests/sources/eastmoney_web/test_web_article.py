"""Today's JSON of an article: recorded responses in real mark-up with invented text, and arbitrary bytes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finews_crawler.articles.merge import merge
from finews_crawler.sources.eastmoney_web.channels import CHANNELS
from finews_crawler.sources.eastmoney_web.web_article import SURFACE, parse_web_article
from finews_crawler.sources.outcome import Outcome, ParsedArticle
from finews_crawler.testing.origin.articles import OriginArticle, generate
from finews_crawler.testing.origin.json_encoding import to_json
from finews_crawler.testing.origin.web_articles import article_data
from tests.sources.surface_cases import Case, cases, check_origins, given_fields

CODE = "NW202609180000000401"
NAMES = ["Art_Content", "Art_Title", "Art_ShowTime", "Art_Media_Name", "Art_Code", "Art_Description", "Art_UniqueUrl"]

values = st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()) | st.lists(st.text())


@cases("web_article")
def test_web_article_fixtures(case: Case) -> None:
    read = parse_web_article(case.response.body, case.request["info_code"])
    assert {"outcome": read.outcome.value, "article": given_fields(read.article)} == case.expected
    assert case.detail in read.detail
    assert bool(read.detail) == (read.outcome is not Outcome.ARTICLES)
    if read.article:
        check_origins(read.article, "web_article")


def test_a_truncated_response_is_not_a_missing_article() -> None:
    body = to_json({"data": {"Art_Content": "<p>合同已签。</p>"}, "errorcode": 0})
    for cut in range(len(body)):
        outcome = parse_web_article(body[:cut], CODE).outcome
        assert outcome is (Outcome.CUT_OFF if cut else Outcome.BLOCKED), cut


def test_the_payload_is_the_response_as_text() -> None:
    read = parse_web_article('{"data": {"Art_Content": "<p>合同已签。</p>"}}'.encode("gbk"), CODE)
    assert read.payload == '{"data": {"Art_Content": "<p>合同已签。</p>"}}'
    assert read.article is not None
    assert read.article.payload == read.payload


def test_the_url_has_the_digits_alone() -> None:
    assert SURFACE.url("http://127.0.0.1:8000/", CODE) == (
        "http://127.0.0.1:8000/kuaixun/v2/api/article/202609180000000401?guid=1"
    )


@pytest.mark.parametrize("name", ["title", "published_at", "media_name", "digest", "public_url"])
def test_the_lists_win_over_the_article(name: str) -> None:
    (article,) = generate(1, 3)
    listed = CHANNELS["columns:345"].article({}, article.info_code, **{name: "列表"})
    fetched = read_article(article)
    assert getattr(merge(listed, fetched), name) == getattr(merge(fetched, listed), name) == "列表"


def read_article(article: OriginArticle) -> Any:
    return parse_web_article(to_json({"data": article_data(article)}), article.info_code).article


def check_writable(read: ParsedArticle) -> None:
    texts = [read.detail, read.payload, *(given_fields(read.article) or {}).values()]
    assert "".join(texts).encode() is not None
    assert (read.outcome is Outcome.ARTICLES) == bool(read.article and read.article.has_body)


@given(data=st.dictionaries(st.sampled_from(NAMES), values), codes=st.dictionaries(st.just("success"), values))
def test_parse_web_article_accepts_any_object(data: dict[str, Any], codes: dict[str, Any]) -> None:
    check_writable(parse_web_article(json.dumps({**codes, "data": data}).encode(), CODE))
    check_writable(parse_web_article(json.dumps({**data, **codes, "data": data.get("Art_Title")}).encode(), CODE))


@given(body=st.binary() | st.text().map(str.encode))
def test_parse_web_article_accepts_any_bytes(body: bytes) -> None:
    check_writable(parse_web_article(body, CODE))
