"""What a reader sees of a search: order, examples, ways back, excerpts, and an address that can be shared."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from urllib.parse import parse_qsl, urlsplit

import pytest
from playwright.sync_api import Page, Route, expect

from finews_crawler.items import Ticker
from finews_crawler.site.search_index import POSTS_PER_FILE
from tests.support.browser import Reader
from tests.support.site_fixtures import copy_of_built
from tests.support.sites import article, serving

UNICOM, MAOTAI = Ticker("600050.SH", "中国联通", "inline"), Ticker("600519.SH", "贵州茅台", "inline")
POSTS = "**/search-index/*/posts/*"
LONG = "产能利用率继续上升，" * 12


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    articles = [
        article(1, "2022-05-26", "证券时报", title="锂电出货量创新高", tickers=[UNICOM]),
        article(2, "2022-05-25", "上海证券报", title="锂电材料涨价", tickers=[UNICOM, MAOTAI]),
        article(
            3,
            "2022-04-30",
            "证券时报",
            title="光伏装机提速",
            body_html=body("会议昨日召开。光伏与锂电并举。其余不变。"),
        ),
        article(4, "2022-03-31", "证券时报", title="硅料报价", body_html=body(f"开头。{LONG}硅料涨价。")),
    ]
    folder = tmp_path_factory.mktemp("searched-page") / "data"
    site = copy_of_built(tmp_path_factory, folder, "search-page-built", articles)
    site.close()
    with serving(site.directory.built_site) as address:
        yield f"{address}/search.html"


def body(text: str) -> str:
    return f"<p>{text}</p>"


def titles(page: Page) -> list[str]:
    """Return the titles of the results, once the search has ended."""
    expect(page.locator("#status")).to_contain_text("找到")
    return page.locator("#results a").all_inner_texts()


def query_of(page: Page) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(page.url).query))


def test_the_address_has_the_whole_search(reader: Reader, url: str) -> None:
    page = reader.page
    reader.goto(url)
    page.get_by_role("searchbox").fill("锂电")
    page.get_by_label("媒体").select_option("证券时报")
    page.get_by_label("从").fill("2022-04-01")
    page.get_by_label("到").fill("2022-05-26")
    page.get_by_label("顺序").select_option(label="按时间，旧的在前")
    # Until the last search begins, the page shows the one before: as many results, the newest first.
    expect(page.locator("#results a")).to_have_text(["光伏装机提速", "锂电出货量创新高"])
    expect(page.locator("#status")).to_have_text("找到 2 篇")
    assert query_of(page) == {
        **{"q": "锂电", "media": "证券时报", "from": "2022-04-01", "to": "2022-05-26", "order": "oldest"},
    }
    with_ticker = f"{page.url}&ticker=600050"
    reader.goto(with_ticker)
    assert titles(page) == ["锂电出货量创新高"]
    expect(page.get_by_label("从")).to_have_value("2022-04-01")
    expect(page.get_by_label("顺序")).to_have_value("oldest")
    assert reader.complaints == []


def test_links_of_a_month_still_work(reader: Reader, url: str) -> None:
    reader.goto(f"{url}?q=锂电&month=2022-04")
    assert titles(reader.page) == ["光伏装机提速"]
    assert query_of(reader.page) == {"q": "锂电", "from": "2022-04-01", "to": "2022-04-30"}


def test_time_and_outlet_of_a_result_come_first(reader: Reader, url: str) -> None:
    reader.goto(f"{url}?q=出货量")
    assert len(titles(reader.page)) == 1
    text = reader.page.locator("#results li").evaluate("row => row.textContent")
    assert text.startswith("2022-05-26 10:01 证券时报 锂电出货量创新高")


@pytest.mark.parametrize(
    ("typed", "excerpt"),
    [
        ("锂电并举", "光伏与锂电并举。其余不变。"),
        ("会议", "会议昨日召开。光伏与锂电并举。其余不变。"),
        ("硅料涨价", "…产能利用率继续上升，"),
    ],
)
def test_excerpts_begin_at_a_sentence(reader: Reader, url: str, typed: str, excerpt: str) -> None:
    reader.goto(f"{url}?q={typed}")
    assert len(titles(reader.page)) == 1
    shown = reader.page.locator("#results .digest").inner_text()
    assert shown.startswith(excerpt)
    assert typed in shown


def test_each_example_finds_something(reader: Reader, url: str) -> None:
    page, examples = reader.page, reader.page.locator("#examples a")
    reader.goto(url)
    expect(examples.first).to_be_visible()
    labels = examples.all_inner_texts()
    assert labels == ["中国联通", "代码 600050.SH", "证券时报，2022-05-26 起", "中国联通，旧的在前"]
    for label in labels:
        reader.goto(url)
        page.locator("#examples").get_by_text(label, exact=True).click()
        assert titles(page) != [], label
        expect(page.locator("#examples")).to_be_hidden()


@pytest.mark.parametrize(
    ("query", "ways"),
    [
        ("q=光伏&media=上海证券报", ["不限媒体（上海证券报）"]),
        ("q=硅料&from=2022-05-01", ["不限日期"]),
        ("q=锂电&ticker=不存在", ["不限证券（不存在）"]),
        ("q=光伏&media=上海证券报&from=2022-05-01", ["不限其他，只搜“光伏”"]),
        ("q=锂电材料没有的词&media=没有的媒体", ["不限其他，只搜“锂电材料”", "不限其他，只搜“锂电”"]),
        ("q=锂电 没有的词", ["只搜“锂电”"]),
        ("q=锂电材料没有的词", ["只搜“锂电材料”", "只搜“锂电”"]),
    ],
)
def test_ways_back_from_a_search_that_finds_nothing(reader: Reader, url: str, query: str, ways: list[str]) -> None:
    page = reader.page
    reader.goto(f"{url}?{query}")
    expect(page.locator("#status")).to_have_text("没有找到。下面的搜索有结果")
    buttons = page.locator("#ways button")
    assert buttons.all_inner_texts() == ways
    buttons.first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#ways")).to_be_hidden()
    assert titles(page) != []
    assert page.evaluate("document.activeElement.id") == "status", "not lost with the button"


def test_without_a_way_back_there_are_the_examples(reader: Reader, url: str) -> None:
    reader.goto(f"{url}?q=不见于任何文章")
    expect(reader.page.locator("#status")).to_have_text("没有找到。下面是几个例子")
    expect(reader.page.locator("#examples a").first).to_be_visible()
    reader.goto(f"{url}?from=2022-05-02&to=2022-05-01")
    expect(reader.page.locator("#status")).to_contain_text("开始的日期晚于结束的日期")


def test_an_error_of_an_earlier_search_is_not_shown(reader: Reader, url: str) -> None:
    page, held, holds = reader.page, list[Route](), True

    def hold(route: Route) -> None:
        if holds:
            held.append(route)
        else:
            route.continue_()

    page.route(POSTS, hold)
    with page.expect_request(POSTS):
        reader.goto(f"{url}?q=锂电")
    page.get_by_role("searchbox").fill("")
    expect(page.locator("#examples")).to_be_visible()
    holds = False
    for route in held:
        with page.expect_event("requestfailed"):
            route.abort()
    page.wait_for_load_state("networkidle")
    expect(page.locator("#failure")).to_be_hidden()
    assert query_of(page) == {}


PHRASE, BUNDLE = "甲乙丙丁戊己", {"folder": "made", "posts": 400, "months": ["2022-05"]}
FIRST_GRAMS = 2
"""Looked up before any text is loaded."""
FOUND = """async ([bundle, typed]) => {
    const { Query } = await import(new URL("assets/search-query.js", location));
    const query = new Query([bundle], typed, {}), found = [];
    for await (const { title } of query.results()) found.push(title);
    return [found, query.failed];
}"""


def test_texts_decide_where_further_grams_cannot_be_loaded(reader: Reader, url: str) -> None:
    """Ten posts have the grams, and one of them the phrase; the files of the first grams alone can be loaded."""
    grams = {" ".join(pair): [0] + [1] * 9 for pair in pairwise(PHRASE)}
    posts = [["/", str(number), "", "", [], "", PHRASE if number == 9 else "甲乙"] for number in range(10)]
    loaded: list[str] = []

    def answer(route: Route) -> None:
        kind, name = route.request.url.split("/")[-2:]
        if kind == "posts":
            route.fulfill(json=posts[int(name) * POSTS_PER_FILE :][:POSTS_PER_FILE])
        elif len(loaded) >= FIRST_GRAMS and name not in loaded:
            loaded.append(name)
            route.fulfill(status=500)
        else:
            loaded.append(name)
            route.fulfill(json=grams)

    reader.goto(url)
    reader.page.route("**/search-index/made/**", answer)
    assert reader.page.evaluate(FOUND, [BUNDLE, PHRASE]) == [["9"], []]
    assert len(loaded) > FIRST_GRAMS
