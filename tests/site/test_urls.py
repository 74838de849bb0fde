"""Paths of the pages: one for each category, ticker and month, and no two that differ only in case."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finews_crawler.content.safe_names import folder_of
from finews_crawler.site.urls import CategoryAddresses, category_month_page, url_of

# Letters with unusual case pairs, spaces, dots, and the characters that escaped names consist of.
SLUGS = st.text(st.sampled_from("aAbBzZßẞİıſKǅéÉé中 .!()-_~09/"), min_size=1, max_size=12)
SEVERAL = st.lists(SLUGS, min_size=1, max_size=8)


def case_key(path: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())


@given(SEVERAL)
def test_no_two_paths_differ_only_in_case(slugs: list[str]) -> None:
    addresses = CategoryAddresses(slugs)
    files = [addresses.page(slug) for slug in set(slugs)]
    files += [category_month_page(slug, "2022-05") for slug in set(slugs)]
    assert len({case_key(file) for file in files}) == len(files)


@given(SEVERAL)
def test_no_path_is_the_folder_of_another_or_outside_the_site(slugs: list[str]) -> None:
    addresses = CategoryAddresses(slugs)
    files = {case_key(addresses.page(slug)) for slug in slugs}
    files |= {case_key(category_month_page(slug, "2022-05")) for slug in slugs}
    folders = {file.rpartition("/")[0] for file in files}
    assert not files & folders
    assert all(".." not in file.split("/") for file in files)


@given(SLUGS, SLUGS)
def test_folder_of_is_unique(one: str, other: str) -> None:
    assert (folder_of(one) == folder_of(other)) == (one == other)


def test_folder_of_a_long_slug_is_short_and_unique() -> None:
    long = "中" * 66
    assert len(folder_of(long)) < 200
    assert folder_of(long) != folder_of(long[:-1] + "文")


@pytest.mark.parametrize("slug", ["21shijijingjibaodao  nancailicaitong", "anxinguojizhengquan(xianggang)", "TechWeb"])
def test_a_category_has_the_path_of_the_original_site(slug: str) -> None:
    assert CategoryAddresses([slug, "qita"]).page(slug) == f"category/{slug}.html"


def test_moved_pages_do_not_depend_on_the_order_of_slugs() -> None:
    assert CategoryAddresses(["Techweb", "TechWeb"]).moved == CategoryAddresses(["TechWeb", "Techweb"]).moved
    assert CategoryAddresses(["Techweb"]).moved == {}


@pytest.mark.parametrize("slug", ["a..b", "../x", "a/b", " a", "a?b", "~a"])
def test_a_category_that_cannot_be_a_file_name_has_its_page_in_a_folder(slug: str) -> None:
    page = CategoryAddresses([slug]).page(slug)
    assert page == f"category/{folder_of(slug)}/index.html"
    assert url_of(page) == f"/category/{folder_of(slug)}/".replace(" ", "%20")


def test_the_rolling_category_keeps_its_path() -> None:
    addresses = CategoryAddresses(["EMnews", "emnews"])
    assert addresses.page("emnews") == "emnews/index.html"
    assert addresses.page("EMnews") == "category/!e!mnews/index.html"
