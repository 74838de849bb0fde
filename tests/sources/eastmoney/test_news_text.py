"""GetNewsText: recorded responses, and arbitrary bytes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finews_crawler.sources.eastmoney.news_text import SURFACE, parse_news_text
from finews_crawler.sources.outcome import Outcome, ParsedArticle
from tests.sources.surface_cases import Case, cases, check_origins, given_fields

CODE = "NW202205180000000401"
NAMES = ["text", "content", "title", "simtitle", "showtime", "datetime", "from", "medianame", "infoCode", "digest"]

values = st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()) | st.lists(st.text())


@cases("news_text")
def test_news_text_fixtures(case: Case) -> None:
    read = parse_news_text(case.response.body, case.request["info_code"])
    assert {"outcome": read.outcome.value, "article": given_fields(read.article)} == case.expected
    assert case.detail in read.detail
    assert bool(read.detail) == (read.outcome is not Outcome.ARTICLES)
    if read.article:
        check_origins(read.article, "news_text")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gbk", "gb18030"])
def test_the_payload_is_the_response_as_text(encoding: str) -> None:
    text = '{"title": "海川电子中标", "text": "<p>\u3000\u3000海川电子称，合同已签。</p>"}'
    read = parse_news_text(text.encode(encoding), CODE)
    assert read.payload == text
    assert read.article is not None
    assert read.article.payload == text


def test_a_page_is_kept_as_the_payload() -> None:
    assert parse_news_text("<p>请稍后再试</p>".encode(), CODE).payload == "<p>请稍后再试</p>"


def test_a_truncated_response_is_not_a_missing_article() -> None:
    body = json.dumps({"title": "海川电子中标", "text": "<p>合同已签。</p>"}, ensure_ascii=False).encode()
    for cut in range(len(body)):
        outcome = parse_news_text(body[:cut], CODE).outcome
        assert outcome is (Outcome.CUT_OFF if cut else Outcome.BLOCKED), cut


def test_news_text_url() -> None:
    assert SURFACE.url("http://127.0.0.1:8000/", CODE) == f"http://127.0.0.1:8000/NewsData/GetNewsText.do?id={CODE}"


def check_writable(read: ParsedArticle) -> None:
    texts = [read.detail, read.payload, *(given_fields(read.article) or {}).values()]
    assert "".join(texts).encode() is not None
    assert (read.outcome is Outcome.ARTICLES) == bool(read.article and read.article.has_body)


@given(answer=st.dictionaries(st.sampled_from(NAMES), values))
def test_parse_news_text_accepts_any_object(answer: dict[str, Any]) -> None:
    read = parse_news_text(json.dumps(answer).encode(), CODE)
    check_writable(read)
    assert read.article is not None
    assert read.article.info_code == CODE


@given(body=st.binary() | st.text().map(str.encode))
def test_parse_news_text_accepts_any_bytes(body: bytes) -> None:
    check_writable(parse_news_text(body, CODE))
