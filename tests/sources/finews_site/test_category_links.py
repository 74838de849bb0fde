"""URLs of categories and of their months: followed and refused ones, and arbitrary links."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finews_crawler.sources.finews_site.category_links import MOST_MONTHS, category_address, month_link, month_links
from finews_crawler.sources.finews_site.post_lists import parse_post_list

PAGE = "http://127.0.0.1:8000/category/TechWeb.html"
PIECES = ["/", "//", "..", ".", "%2e", "%2f", "%5c", "%00", "\\", "category", "emnews", "2022-05.html", "http:"]
PIECES += ["https://", "127.0.0.1:8000", "@", "[", "?", "#", ";", "&#0;", "\n", "\t", " ", "\x00", "\ufffe", "!techweb"]
HREFS = st.lists(st.sampled_from(PIECES) | st.characters(exclude_categories=["Cs"]), max_size=8).map("".join)


@given(
    folder=st.text("abcxyz0189!_() ", min_size=1, max_size=20).map(lambda folder: folder.replace(" ", "%20")),
    month=st.dates(date(1000, 1, 1), date(9999, 12, 31)).map(lambda day: day.replace(day=1)),
)
def test_month_link_accepts_every_category(folder: str, month: date) -> None:
    path = f"/category/{folder}/{month:%Y-%m}.html"
    found, left_out = month_links(PAGE, [path])
    assert ([(link.path, link.first_day) for link in found], left_out) == ([(path, month)], [])


@pytest.mark.parametrize(
    "path",
    [
        "/category/2022-05.html",
        "/category//2022-05.html",
        "/category/a/b/2022-05.html",
        "/category/a/2022-5.html",
        "/category/a/2022-00.html",
        "/category/a/0000-05.html",
        "/category/a/２０２２-05.html",
        "/category/a/2022-05.html/",
        "/category/a/2022-05.htm",
        "/category/a/2022-05.html\n",
        "/category/./2022-05.html",
        "/category/../2022-05.html",
        "/category/%2E%2e/2022-05.html",
        "/category/a%2fb/2022-05.html",
        "/category/a%5Cb/2022-05.html",
        "/category/a%00/2022-05.html",
        "/category/a\\b/2022-05.html",
        "/ticker/a/2022-05.html",
        "/CATEGORY/a/2022-05.html",
    ],
)
def test_month_link_refuses_other_paths(path: str) -> None:
    assert month_link(path) is None


@pytest.mark.parametrize(
    "address",
    [
        "//127.0.0.2/category/a/2022-05.html",
        "http://127.0.0.1/category/a/2022-05.html",
        "http://127.0.0.1:8000@127.0.0.2/category/a/2022-05.html",
        "http://127.0.0.1:8000.example/category/a/2022-05.html",
        "ftp://127.0.0.1:8000/category/a/2022-05.html",
        "http://[127.0.0.1/category/a/2022-05.html",
        "/\\127.0.0.2/category/a/2022-05.html",
        "/category/a/2022-05.html#top",
        "/category/a/2022-05.html?next",
    ],
)
def test_links_to_other_hosts_or_with_a_query_are_not_followed(address: str) -> None:
    assert month_links(PAGE, [address]) == ([], [address])
    assert category_address(PAGE, [address]) == ""


@given(href=HREFS)
def test_month_links_never_raises(href: str) -> None:
    months, left_out = month_links(PAGE, [href])
    assert len(months) + len(left_out) == 1
    for path in (*(month.path for month in months), category_address(PAGE, [href])):
        assert path.encode() == b"" or path.startswith(("/category/", "/emnews/"))
        assert not {"..", ".", "%2e%2e"} & set(path.lower().split("/"))


def test_a_page_with_ten_thousand_months_is_limited() -> None:
    paths = [f"/category/a/{year}-{month:02}.html" for year in range(1500, 2400) for month in range(1, 13)]
    links = "".join(f'<a href="{path}" rel="section">月</a>' for path in paths * 2)
    found = parse_post_list(PAGE, f'<section><ul></ul><nav class="months">{links}</nav></section>'.encode())
    assert [month.path for month in found.months] == paths[:MOST_MONTHS]
    assert found.left_out == paths[MOST_MONTHS:] * 2


def test_only_the_first_nav_of_months_counts() -> None:
    """Searching links below each of 10,000 nested elements of a hostile page would take minutes."""
    paths = [f"/category/a/{year}-05.html" for year in range(1000, 9999)]
    navs = "".join(f'<nav class="months"><a rel="section" href="{path}">月</a></nav>' for path in paths)
    found = parse_post_list(PAGE, ("<section>" + "<div>" * 1500 + navs * 5).encode())
    assert [month.path for month in found.months] == paths[:1]
