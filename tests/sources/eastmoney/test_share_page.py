"""The share page: the infoCode of its article."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from finews_crawler.content.info_code import normalise_info_code
from finews_crawler.sources import link_to
from finews_crawler.sources.eastmoney.share_page import parse_share_page
from tests.sources.surface_cases import Case, cases

CODE = "NW202205180000000401"


@cases("share_page")
def test_share_page_fixtures(case: Case) -> None:
    assert parse_share_page(case.response.url, case.response.body) == case.expected["info_code"]


def test_a_share_link_contains_its_info_code() -> None:
    url = link_to(CODE, "http://finews.zning.xyz/")
    assert url == f"http://finews.zning.xyz/html_News/NewsShare.html?infoCode={CODE}"
    assert parse_share_page(url, b"") == CODE


@given(url=st.text(), body=st.binary() | st.text("NWnw0123456789 '\"=", max_size=40).map(str.encode))
def test_parse_share_page_accepts_any_page(url: str, body: bytes) -> None:
    found = parse_share_page(url, body)
    assert found is None or normalise_info_code(found) == found
