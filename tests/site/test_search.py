"""The search page in Chromium: a query finds exactly the articles whose text has it, as a reader types it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser, Page

from finews_crawler.site.search_text import readings
from finews_crawler.site.theme_install import install_theme
from tests.support.browser import Reader
from tests.support.searches import (
    CASES,
    TITLES,
    expected,
    find,
    ordinary_articles,
    special_articles,
    store,
)
from tests.support.shared_folder import shared_folder
from tests.support.site_fixtures import require_jekyll
from tests.support.sites import Site, serving

ORDINARY, MONTHS = 110, 4
# A number with its decimals and thousands, as docs/site.md defines it.
NUMBER = re.compile(r"[0-9０-９]+(?:[.,][0-9０-９]+)*")
ALPHABET = st.one_of(
    st.sampled_from("0123456789.,，%% shzkbj元亿聯联ＡＢ５①㎡½￥$（）\n"),
    st.characters(codec="utf-8", max_codepoint=0xFFFF),
)


@pytest.fixture(scope="module")
def articles() -> list[Any]:
    return [*special_articles(), *ordinary_articles(ORDINARY, MONTHS)]


@pytest.fixture(scope="module")
def search_url(tmp_path_factory: pytest.TempPathFactory, articles: list[Any]) -> Iterator[str]:
    require_jekyll()

    def fill(data: Path) -> None:
        with closing(Site(data)) as site:
            store(site.archive, articles)
            install_theme(site.directory.site)
            site.build()

    with serving(shared_folder(tmp_path_factory, "searched", fill) / "_site") as url:
        yield f"{url}/search.html"


@pytest.fixture(scope="module")
def search_page(browser: Browser, search_url: str) -> Iterator[Page]:
    with Reader.opening(browser) as reader:
        reader.goto(search_url)
        yield reader.page
        assert reader.complaints == []
        assert reader.foreign == []


def test_queries_find_exactly_the_articles_that_have_them(search_page: Page, articles: list[Any]) -> None:
    found = find(search_page, [case.typed for case in CASES])
    wrong = {}
    for case, codes in zip(CASES, found, strict=True):
        right = expected(case, articles)
        if set(codes) != right or len(codes) != len(right):
            wrong[case.typed] = {"missing": sorted(right - set(codes)), "wrong": sorted(set(codes) - right)}
    assert wrong == {}
    assert sum(bool(codes) for codes in found) > len(CASES) - 8


def substrings(title: str) -> Iterator[str]:
    """Yield the substrings of two characters or more with a token, whose edges cut no number."""
    inside = {at for number in NUMBER.finditer(title) for at in range(number.start() + 1, number.end())}
    for start, end in combinations(range(len(title) + 1), 2):
        if end - start >= 2 and not {start, end} & inside and readings(title[start:end])[0].strip():
            yield title[start:end]


def test_any_substring_of_a_title_finds_the_title(search_page: Page, articles: list[Any]) -> None:
    ordinary = [one for one in articles if one.title not in TITLES][::12]
    for one in [one for one in articles if one.title in TITLES] + ordinary:
        typed = list(dict.fromkeys(substrings(one.title)))
        typed = typed[:: 1 + len(typed) // 40]
        for query, codes in zip(typed, find(search_page, typed), strict=True):
            assert one.info_code in codes, (one.title, query)


@settings(max_examples=20)
@given(texts=st.lists(st.text(ALPHABET, max_size=30), min_size=20, max_size=60))
def test_index_and_page_divide_text_alike(search_page: Page, texts: list[str]) -> None:
    divide = """async (texts) => {
        const { readings, tokenize } = await import("/assets/search-text.js");
        return texts.map((text) => readings(tokenize(text).tokens));
    }"""
    assert search_page.evaluate(divide, texts) == [readings(text) for text in texts]
