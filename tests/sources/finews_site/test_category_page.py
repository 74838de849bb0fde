"""The archive's category pages: recorded pages, and the URLs of posts."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finews_crawler.sources.finews_site.post_lists import parse_post_list, post_link
from tests.sources.surface_cases import Case, cases, post_list

CODE = "NW202205180000000001"


@cases("archive_category")
def test_category_page_fixtures(case: Case) -> None:
    found = parse_post_list(case.response.url, case.response.body)
    assert post_list(found) == case.expected
    assert case.detail in found.detail


@given(
    slug=st.text("abcXYZ0189 ()", min_size=1, max_size=20).map(lambda slug: slug.replace(" ", "%20")),
    day=st.dates(date(1990, 1, 1), date(2099, 12, 31)),
    prefix=st.sampled_from(["NW", "nw", ""]),
)
def test_post_link_accepts_every_post(slug: str, day: date, prefix: str) -> None:
    url = f"http://127.0.0.1/{slug}/{day:%Y/%m/%d}/{prefix}{CODE[2:]}.html"
    found = post_link(url)
    assert found is not None
    assert (found.url, found.info_code, found.day) == (url, CODE, day)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "/emnews/",
        "/category/haigangchenbao.html",
        "/feed.xml",
        f"/haigangchenbao/{CODE}.html",
        f"/haigangchenbao/2022/05/{CODE}.html",
        f"/haigangchenbao/2022/05/18/{CODE}",
        f"/haigangchenbao/2022/05/18/deeper/{CODE}.html",
        f"/haigangchenbao/2022/02/30/{CODE}.html",
        f"/haigangchenbao/0000/05/18/{CODE}.html",
        f"/haigangchenbao/２０２２/05/18/{CODE}.html",
        f"/category/haigangchenbao.html?next=/a/2022/05/18/{CODE}.html",
        f"/category/haigangchenbao.html#/a/2022/05/18/{CODE}.html",
    ],
)
def test_post_link_refuses_other_urls(path: str) -> None:
    assert post_link(f"http://127.0.0.1{path}") is None


@pytest.mark.parametrize("stem", ["init", "NW2022", "..%2F..%2Fetc", f"{CODE}%00", f"{CODE}.md"])
def test_post_link_without_an_info_code(stem: str) -> None:
    found = post_link(f"http://127.0.0.1/sitenews/2021/12/01/{stem}.html")
    assert found is None or found.info_code == ""
