"""`sources.eastmoney_web.category_page`: recorded mark-up, and the year of a date that has none."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finews_crawler.sources.eastmoney_web.category_page import (
    category_page_path,
    is_on_site,
    numbered,
    parse_category_page,
    shown_time,
)
from finews_crawler.sources.eastmoney_web.pages import CATEGORY
from finews_crawler.sources.outcome import Outcome
from tests.sources.surface_cases import Case, cases, check_origins, given_fields


@cases("web_category")
def test_category_page_fixtures(case: Case) -> None:
    page = parse_category_page(case.response.body)
    articles = [given_fields(article) for article in page.articles]
    assert {"outcome": page.outcome.value, "articles": articles, "left_out": page.left_out} == case.expected
    assert case.detail in page.detail
    for article in page.articles:
        check_origins(article, CATEGORY.name)
        assert len(article.listing_hash) == 64


@pytest.mark.parametrize(
    ("made", "shown", "above", "expected"),
    [
        ("20220614", "06月14日 17:56", None, "2022-06-14 17:56"),
        ("20220614", "06月15日 00:10", None, "2022-06-15 00:10"),  # shown on the next day
        ("20251231", "01月01日 00:10", None, "2026-01-01 00:10"),  # made before New Year, shown after it
        ("20251231", "12月31日 23:59", "2026-01-01 00:10", "2025-12-31 23:59"),
        ("20260101", "12月31日 23:59", "2026-01-01 08:00", "2025-12-31 23:59"),  # dated before it was made
        ("20250610", "12月30日 09:00", None, "2025-12-30 09:00"),  # shown half a year after it was made
        ("20260301", "02月01日 09:00", "2026-03-02 10:00", "2026-02-01 09:00"),  # dated a month before it was made
        ("20261129", "11月29日 09:00", "2026-01-05 10:00", "2026-11-29 09:00"),  # below an old row that is pinned
        ("20240228", "02月29日 09:00", None, "2024-02-29 09:00"),
        ("20230228", "02月29日 09:00", None, "2024-02-29 09:00"),
        ("20260614", "6月14日 07:05", None, "2026-06-14 07:05"),
        ("20260614", "06月14日 24:05", None, None),
        ("20260614", "昨天 17:56", None, None),
        ("20261314", "06月14日 17:56", None, None),  # digits that are no day
        ("00010101", "06月14日 17:56", None, None),
        ("99991231", "01月01日 00:10", None, None),
    ],
)
def test_the_year_of_a_row(made: str, shown: str, above: str | None, expected: str | None) -> None:
    before = datetime.fromisoformat(f"{above}:00+08:00") if above else None
    time = shown_time(shown, f"NW{made}0123456789", before)
    assert (time.strftime("%Y-%m-%d %H:%M") if time else None) == expected


@pytest.mark.parametrize(
    ("path", "first"),
    [
        ("/a/czqyw.html", "/a/czqyw.html"),
        ("/a/czqyw_25.html", "/a/czqyw.html"),
        ("/a/202206142412345678.html", ""),
        ("/category/czqyw.html", ""),
        ("/a/../a/czqyw.html", ""),
        ("/a/c.html", ""),
    ],
)
def test_path_of_a_category(path: str, first: str) -> None:
    assert category_page_path(path) == first


def test_pages_of_a_category_have_numbers() -> None:
    assert [numbered("/a/czqyw.html", number) for number in (1, 2)] == ["/a/czqyw.html", "/a/czqyw_2.html"]


@pytest.mark.parametrize(
    ("url", "is_sister"),
    [
        ("https://finance.eastmoney.com/a/czqyw.html", True),
        ("http://stock.eastmoney.com/a/czpnc.html", True),
        ("https://eastmoney.com.example.org/a/czqyw.html", False),
        ("https://fakeeastmoney.com/a/czqyw.html", False),
        ("http://[a", False),
    ],
)
def test_hosts_of_the_site(url: str, is_sister: bool) -> None:
    assert is_on_site(url) is is_sister


ROW = '<ul id="newsListContent"><li><p class="title"><a href="/a/202206142412345678.html">%s</a></p></li></ul>'


@given(st.binary(max_size=200) | st.text(max_size=100).map(lambda text: (ROW % text).encode(errors="replace")))
def test_never_raises(body: bytes) -> None:
    assert parse_category_page(body).outcome in Outcome


@pytest.mark.parametrize("text", ["&#xd800;", "&#0;", "\ud800", "<b>", "&lt;"])
def test_characters_that_cannot_be_stored_are_replaced(text: str) -> None:
    (article,) = parse_category_page((ROW % text).encode("utf-8", "surrogatepass")).articles
    assert article.title.encode() or text == "<b>"
    assert article.payload.encode()


def test_rows_within_a_row_are_no_rows() -> None:
    row = '<li><p class="title"><a href="//finance.eastmoney.com/a/202206142412345678.html">甲</a><p class="time">'
    for piece in (f"{row}<ul>", f'{row}<div><ul id="newsListContent">', '<li><div class="x"><p class="title"><div>'):
        page = parse_category_page(f'<ul id="newsListContent">{piece * 20_000}</ul></html>'.encode())
        assert len(page.articles) + len(page.left_out) <= 1, piece
