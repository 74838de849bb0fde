"""Page of an archived post: recorded pages, and arbitrary ones."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finews_crawler.sources.finews_site.ban_signs import ban_sign
from finews_crawler.sources.finews_site.post_page import parse_post_page
from finews_crawler.sources.outcome import Outcome
from tests.sources.surface_cases import Case, cases, check_origins, given_fields

CODE = "NW202205180000000702"
URL = f"http://127.0.0.1/yunlingribao/2022/05/18/{CODE}.html"
OTHER_URL = URL.replace("702", "701")
PIECES = ["<section>", "<h1>", "</h1>", "<p>", "</p>", '<p><a href="', '">', "</a></p>", '<p><a href="/">返回', "海港"]
PIECES += ["<small>(GMT+8, CST) ", "2022-05-18 16:48:06", "</small>", "<blockquote>\n  <p>", "</blockquote>", "\n"]


@cases("archive_post")
def test_post_page_fixtures(case: Case) -> None:
    read = parse_post_page(case.response.url, case.response.body)
    assert {"outcome": read.outcome.value, "article": given_fields(read.article)} == case.expected
    assert case.detail in read.detail
    assert bool(read.detail) == (read.outcome is not Outcome.ARTICLES)
    if read.article:
        check_origins(read.article, "archive_page")


@given(body=st.binary() | st.lists(st.sampled_from(PIECES) | st.text(max_size=3)).map("".join).map(str.encode))
def test_parse_post_page_never_raises(body: bytes) -> None:
    read = parse_post_page(URL, body)
    assert "".join([read.detail, *(given_fields(read.article) or {}).values()]).encode() is not None
    assert (read.outcome is Outcome.ARTICLES) == (read.article is not None)


@given(pieces=st.lists(st.sampled_from(PIECES)))
def test_parse_post_page_accepts_any_body(pieces: list[str]) -> None:
    """Share link and outlet come from the page's own footer, whatever the body contains."""
    page = (
        f"<section><small>(GMT+8, CST) 2022-05-18 16:48:06</small>\n<h1>港区</h1>\n\n{''.join(pieces)}\n\n"
        f'<p><a href="http://127.0.0.1/?infoCode={CODE}">分享</a></p>\n\n'
        '<p><a href="/category/yunlingribao.html">返回云岭日报新闻</a>｜<a href="/">返回首页</a></p></section>'
    )
    article = parse_post_page(URL, page.encode()).article
    assert article is not None
    assert (article.info_code, article.media_name, article.title) == (CODE, "云岭日报", "港区")
    assert parse_post_page(OTHER_URL, page.encode()).outcome is Outcome.BLOCKED
    assert ban_sign(URL, URL, 200, page.encode()) == ""
    assert ban_sign(OTHER_URL, OTHER_URL, 200, page.encode()) == f"the response is another article, {CODE}"


def test_half_a_megabyte_of_unclosed_headings_is_parsed_quickly() -> None:
    # A search for the end of each heading would take quadratic time here.
    page = b"<section>" + b"<h1>" * 125_000
    assert parse_post_page("http://127.0.0.1/a/2022/05/18/NW202205180000000001.html", page).article is None


@pytest.mark.parametrize(
    "piece", [" ", "&nbsp;", "<small>[GMT+8] ", '<p><a href="', '<p><a href="/">甲</a></p> ', "<section>"]
)
def test_half_a_megabyte_after_the_time_is_parsed_quickly(piece: str) -> None:
    page = "<section><small>[GMT+8]" + piece * (500_000 // len(piece))
    started_at = time.process_time()
    assert parse_post_page(URL, page.encode()).article is None
    assert time.process_time() - started_at < 2
