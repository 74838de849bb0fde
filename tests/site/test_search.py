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
from playwright.sync_api import Browser, Page, expect

from finews_crawler.site import search_bundles
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

ORDINARY, MONTHS = 90, 2
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
            with pytest.MonkeyPatch.context() as patch:  # several bundles, as a large archive has them
                patch.setattr(search_bundles, "MOST_OF_MONTHS", 32)
                patch.setattr(search_bundles, "MOST_POSTS", 32)
                patch.setattr(search_bundles, "OPEN_POSTS", 8)
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


@pytest.mark.parametrize(
    "form",
    [
        "{0}",
        "{1}",
        "https://finance.eastmoney.com/a/{1}.html",
        "http://finews.zning.xyz/NewsShare.html?infoCode={0}&guid=1",
    ],
)
def test_an_article_is_found_by_its_code_and_urls(search_page: Page, articles: list[Any], form: str) -> None:
    code = articles[7].info_code
    assert find(search_page, [form.format(code, code[2:])]) == [[code]]


@settings(max_examples=20)
@given(texts=st.lists(st.text(ALPHABET, max_size=30), min_size=20, max_size=60))
def test_index_and_page_divide_text_alike(search_page: Page, texts: list[str]) -> None:
    divide = """async (texts) => {
        const { readings, tokenize } = await import("/assets/search-text.js");
        return texts.map((text) => readings(tokenize(text).tokens));
    }"""
    assert search_page.evaluate(divide, texts) == [readings(text) for text in texts]


@pytest.mark.parametrize(
    ("symbol", "name", "spellings"),
    [
        ("600050.SH", "", ["SH600050", "600050.SH", "600050", "６０００５０"]),
        ("600050.SH", "中国联通", ["600050 中国联通", "600050.SH 中国联通", "中国联通 600050", "中国联通", "聯通"]),
        ("00700.HK", "", ["0700.HK", "00700.HK", "hk700", "700"]),
        ("000001.SZ", "", ["SZ000001", "000001.sz"]),
    ],
)
def test_ticker_field_takes_every_spelling(
    search_page: Page, articles: list[Any], symbol: str, name: str, spellings: list[str]
) -> None:
    right = {
        one.info_code
        for one in articles
        if any(ticker.symbol == symbol and name in ticker.name for ticker in one.tickers)
    }
    for typed in spellings:
        (codes,) = find(search_page, [""], ticker=typed)
        assert set(codes) == right, typed


def test_filters_select_by_outlet_and_days(search_page: Page, articles: list[Any]) -> None:
    media = "21世纪经济报道 21财经APP"
    (codes,) = find(search_page, [""], media=media)
    assert set(codes) == {one.info_code for one in articles if one.media_name == media}
    times = {one.info_code: str(one.published_at) for one in articles}
    for first, last in (
        ("2022-02-01", "2022-02-28"),
        ("2022-02-20", "2022-04-09"),
        ("", "2022-02-15"),
        ("2022-05-20", ""),
    ):
        (codes,) = find(search_page, ["报道"], **{"from": first, "to": last})
        within = {code for code, time in times.items() if first <= time[:10] <= (last or "9")}
        assert len(codes) == len(set(codes)) > 3
        assert set(codes) == within & set(find(search_page, ["报道"])[0])
    assert find(search_page, ["报道"], **{"from": "2022-03-02", "to": "2022-03-01"}) == [[]]
    choices = search_page.locator("select[name=media] option").all_inner_texts()
    assert set(choices) == {"全部", "东财滚动"} | {one.media_name for one in articles if one.media_name}


def test_results_are_in_the_chosen_order(search_page: Page, articles: list[Any]) -> None:
    times = {one.info_code: str(one.published_at) for one in articles}
    (newest,), (oldest,) = find(search_page, ["报道"]), find(search_page, ["报道"], order="oldest")
    assert len(newest) > 40
    assert newest == sorted(newest, key=lambda code: times[code], reverse=True)
    assert oldest == newest[::-1]
    # All texts have the word, and one title.
    (titled,) = (one.info_code for one in articles if "报道" in one.title)
    assert newest.index(titled) > 5
    (by_title,) = find(search_page, ["报道"], order="title")
    assert by_title == [titled, *(code for code in newest if code != titled)]


def test_only_the_bundles_of_the_chosen_days_are_loaded(reader: Reader, search_url: str) -> None:
    folders = set()
    reader.page.on("request", lambda request: folders.update(re.findall(r"search-index/(\d{4}-\d{2})", request.url)))
    reader.goto(f"{search_url}?q=报道")
    expect(reader.page.locator("#status")).to_contain_text("尚未搜索")
    assert "2022-02" not in folders
    folders.clear()
    reader.page.locator("input[name=to]").fill("2022-02-28")
    expect(reader.page.locator("#results time").first).to_contain_text("2022-02")
    expect(reader.page.locator("#status")).not_to_contain_text("尚未搜索")
    assert folders == {"2022-02"}


def test_back_shows_as_many_results_at_the_same_place(reader: Reader, search_url: str) -> None:
    page, rows = reader.page, reader.page.locator("#results li")
    reader.goto(search_url)
    page.get_by_role("searchbox").fill("报道")
    for shown in (10, 20, 30, 40):
        expect(rows).to_have_count(shown)
        if shown < 40:
            page.get_by_role("button", name="更多").click()
    link = rows.nth(33).get_by_role("link")
    link.scroll_into_view_if_needed()
    title, top = link.inner_text(), page.evaluate("scrollY")
    assert top > 1000
    link.click()
    expect(page.locator("article.post")).to_contain_text(title)
    page.go_back()
    expect(rows).to_have_count(40)
    expect(rows.nth(33)).to_contain_text(title)
    page.wait_for_function("top => Math.abs(scrollY - top) < 50", arg=top)
    assert reader.complaints == []


def test_field_has_the_focus_and_an_excerpt_each_sentence_once(reader: Reader, search_url: str) -> None:
    reader.goto(search_url)
    expect(reader.page.get_by_role("searchbox")).to_be_focused()
    reader.page.keyboard.type("央行加息")
    row = reader.page.locator("#results li", has_text="央行加息75bp")
    excerpt = row.locator(".digest")
    # The search for less than the four characters finds the same row.
    expect(row.locator("mark").first).to_have_text("央行加息")
    expect(excerpt).to_contain_text("报道见第4版")
    assert excerpt.inner_text().count("记者第4次报道") == 1
