"""Addresses of the site: one for each category, ticker and month, and no two that differ in case only."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finews_crawler.site.urls import CategoryAddresses, category_month_page, folder_of, url_of

# Letters whose case pairs are unusual, spaces, dots, and the characters that the names themselves are made of.
SLUGS = st.text(st.sampled_from("aAbBzZßẞİıſKǅéÉé中 .!()-_~09/"), min_size=1, max_size=12)
SEVERAL = st.lists(SLUGS, min_size=1, max_size=8)


def as_seen_without_case(path: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())


@given(SEVERAL)
def test_no_two_files_differ_in_case_only(slugs: list[str]) -> None:
    addresses = CategoryAddresses(slugs)
    files = [addresses.page(slug) for slug in set(slugs)]
    files += [category_month_page(slug, "2022-05") for slug in set(slugs)]
    assert len({as_seen_without_case(file) for file in files}) == len(files)


@given(SEVERAL)
def test_no_file_is_another_ones_folder_or_leaves_the_site(slugs: list[str]) -> None:
    addresses = CategoryAddresses(slugs)
    files = {as_seen_without_case(addresses.page(slug)) for slug in slugs}
    files |= {as_seen_without_case(category_month_page(slug, "2022-05")) for slug in slugs}
    folders = {file.rpartition("/")[0] for file in files}
    assert not files & folders
    assert all(".." not in file.split("/") for file in files)


@given(SLUGS, SLUGS)
def test_each_slug_has_a_folder_of_its_own(one: str, other: str) -> None:
    assert (folder_of(one) == folder_of(other)) == (one == other)


def test_a_long_slug_has_a_folder_that_a_file_system_takes() -> None:
    long = "中" * 66
    assert len(folder_of(long)) < 200
    assert folder_of(long) != folder_of(long[:-1] + "文")


@pytest.mark.parametrize("slug", ["21shijijingjibaodao  nancailicaitong", "anxinguojizhengquan(xianggang)", "TechWeb"])
def test_the_archives_own_address_holds(slug: str) -> None:
    assert CategoryAddresses([slug, "qita"]).page(slug) == f"category/{slug}.html"


def test_the_first_of_a_pair_keeps_the_archives_address_whatever_came_first() -> None:
    assert CategoryAddresses(["Techweb", "TechWeb"]).moved == CategoryAddresses(["TechWeb", "Techweb"]).moved
    assert CategoryAddresses(["Techweb"]).moved == {}


@pytest.mark.parametrize("slug", ["a..b", "../x", "a/b", " a", "a?b", "~a"])
def test_a_category_that_is_no_file_name_has_its_page_in_a_folder(slug: str) -> None:
    page = CategoryAddresses([slug]).page(slug)
    assert page == f"category/{folder_of(slug)}/index.html"
    assert url_of(page) == f"/category/{folder_of(slug)}/".replace(" ", "%20")


def test_the_rolling_list_keeps_its_address() -> None:
    addresses = CategoryAddresses(["EMnews", "emnews"])
    assert addresses.page("emnews") == "emnews/index.html"
    assert addresses.page("EMnews") == "category/!e!mnews/index.html"
