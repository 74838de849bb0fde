"""The older 7×24 lists and a security's news: recorded responses, arbitrary bytes, and pages."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finews_crawler.sources.eastmoney_web.channels import CHANNELS
from finews_crawler.sources.eastmoney_web.security import SURFACE as SECURITY
from finews_crawler.sources.eastmoney_web.security import security_list
from finews_crawler.sources.outcome import Outcome
from tests.sources.eastmoney_web.list_cases import check_case, check_result
from tests.sources.eastmoney_web.list_values import bodies, envelopes, rows, values
from tests.sources.surface_cases import Case, cases

FAST_JS, PC = CHANNELS["fast_js"], CHANNELS["pc"]
LISTS = st.sampled_from([FAST_JS, PC, SECURITY])


@cases("web_fast_js")
def test_fast_js_fixtures(case: Case) -> None:
    check_case(case)


@cases("web_pc")
def test_pc_fixtures(case: Case) -> None:
    check_case(case)


@cases("web_security")
def test_security_fixtures(case: Case) -> None:
    check_case(case)


@given(body=bodies, channel=LISTS)
def test_parsers_of_other_lists_accept_any_bytes(body: bytes, channel: Any) -> None:
    check_result(channel.parse(body, channel))


@given(listed=values | st.lists(rows, max_size=4))
def test_parse_fast_js_accepts_any_rows(listed: Any) -> None:
    check_result(FAST_JS.parse(b"var ajaxResult=" + json.dumps({"LivesList": listed}).encode() + b";", FAST_JS))


@given(listed=values | st.lists(rows, max_size=4))
def test_parse_pc_accepts_any_rows(listed: Any) -> None:
    check_result(PC.parse(json.dumps({"items": listed}).encode(), PC))


@given(envelope=envelopes("list"))
def test_parse_security_accepts_any_envelope(envelope: Any) -> None:
    check_result(SECURITY.parse(b"callback(" + json.dumps(envelope).encode() + b")", SECURITY))


@pytest.mark.parametrize("channel", [FAST_JS, PC, SECURITY], ids=lambda channel: channel.name)
def test_pages_without_a_number_are_counted(channel: Any) -> None:
    row = {"code": "202205182383638060"}
    lists = {"fast_js": {"LivesList": [row]}, "pc": {"items": [row]}, "security": {"data": {"list": [row]}}}
    found = channel.parse(json.dumps(lists[channel.name]).encode(), channel)
    assert found.outcome is Outcome.ARTICLES
    assert [channel.page_after(page, found) for page in ("1", "9", "")] == ["2", "10", ""]
    found.articles.clear()
    assert channel.page_after("9", found) == ""


def test_urls_of_other_lists_are_limited_to_what_upstream_sends() -> None:
    assert FAST_JS.url("http://a", 500) == "http://a/kuaixun/v1/getlist_102_ajaxResult_100_1_.html"
    assert PC.url("http://a", 500, "3").endswith("?code=100&pageNumber=3&pagesize=20&condition=&r=1")
    assert "mTypeAndCode=116.00700&pageSize=200&pageIndex=2&" in security_list("116.00700").url("http://a", 500, "2")


def test_other_lists_are_not_polled_by_default() -> None:
    assert not FAST_JS.is_polled
    assert not PC.is_polled
    assert SECURITY.name not in CHANNELS


@pytest.mark.parametrize(
    ("channel", "row", "volatile", "title"),
    [
        (CHANNELS["fast"], {"title": "甲", "pinglun_Num": 0, "share": 0, "titleColor": 0}, "pinglun_Num", "title"),
        (FAST_JS, {"title": "甲", "commentnum": "0"}, "commentnum", "title"),
        (SECURITY, {"Art_Title": "甲", "Art_VideoCount": 0}, "Art_VideoCount", "Art_Title"),
    ],
    ids=["fast", "fast_js", "security"],
)
def test_comments_on_a_rejected_article_do_not_bring_it_back(
    channel: Any, row: dict[str, object], volatile: str, title: str
) -> None:
    def listing_hash(**changed: object) -> str:
        return str(channel.article({**row, **changed}, "NW202205182383638060").listing_hash)

    assert listing_hash(**{volatile: 7}) == listing_hash()
    assert listing_hash(**{title: "乙"}) != listing_hash()
