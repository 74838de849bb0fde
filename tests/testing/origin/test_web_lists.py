"""Today's lists as the embedded origin serves them, with upstream's quirks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest

from finews_crawler.sources.eastmoney_web.channels import CHANNELS
from finews_crawler.sources.eastmoney_web.fast import cursor_before
from finews_crawler.sources.eastmoney_web.security import security_list
from finews_crawler.sources.outcome import Outcome, ParsedList
from finews_crawler.testing.origin.articles import generate
from finews_crawler.testing.origin.server import RunningOrigin, running_origin
from finews_crawler.testing.origin.web_lists import MOST_HITS, WebLists
from finews_crawler.testing.origin.web_rows import columns_of, real_sort, securities_of
from finews_crawler.utils.timezone import BEIJING
from tests.support.http_client import fetch

POLLED = [channel for channel in CHANNELS.values() if channel.is_polled]
LISTS = CHANNELS | {"security": security_list("90.BK9036")}
FAST, COLUMN = CHANNELS["fast"], CHANNELS["columns:345"]


@pytest.fixture(scope="module")
def origin() -> Iterator[RunningOrigin]:
    with running_origin(400) as running:
        yield running


def read(origin: RunningOrigin, name: str, count: int = 200, page: str | None = None) -> ParsedList:
    channel = LISTS[name]
    return channel.parse(fetch(channel.url(origin.url, count, page)).body, channel)


def read_whole(origin: RunningOrigin, name: str, count: int) -> list[str]:
    """Return the infoCodes of all pages of a list."""
    codes, page, channel = [], LISTS[name].first_page, LISTS[name]
    while True:
        found = read(origin, name, count, page)
        codes += [article.info_code for article in found.articles]
        page = channel.page_after(page, found)
        if not page:
            return codes


def test_the_channels_polled_by_default_have_every_article(origin: RunningOrigin) -> None:
    listed = {code for channel in POLLED for code in read_whole(origin, channel.name, 200)}
    assert listed == {article.info_code for article in origin.articles}


def test_every_article_with_an_outlet_is_in_columns_and_every_rolling_one_in_fast(origin: RunningOrigin) -> None:
    assert all(bool(columns_of(article)) == bool(article.media_name) for article in origin.articles)
    rolling = [article.info_code for article in origin.articles if "rolling" in article.channels]
    assert read_whole(origin, "fast", 7) == rolling


@pytest.mark.parametrize("count", [3, 20, 200])
def test_a_column_is_read_whole_by_its_pages(origin: RunningOrigin, count: int) -> None:
    expected = [article.info_code for article in origin.articles if 345 in columns_of(article)]
    assert read_whole(origin, "columns:345", count) == expected


def test_a_page_beyond_the_end_is_empty(origin: RunningOrigin) -> None:
    found = read(origin, "columns:345", 20, "99")
    assert (found.outcome, found.next_page) == (Outcome.NO_NEWS, "")


def test_the_cursor_enters_any_past_day(origin: RunningOrigin) -> None:
    rolling = [article for article in origin.articles if "rolling" in article.channels]
    midnight = fetch(FAST.url(origin.url, 1)).json["data"]["fastNewsList"][0]["showTime"][:10]
    older = [article for article in rolling if article.showtime < midnight]
    page = cursor_before(datetime.fromisoformat(midnight).replace(tzinfo=BEIJING))
    assert older
    assert [found.info_code for found in read(origin, "fast", 200, page).articles] == [
        article.info_code for article in older[:200]
    ]


def test_the_fast_list_needs_a_trace(origin: RunningOrigin) -> None:
    url = FAST.url(origin.url, 5)
    assert fetch(url).status == 200
    assert fetch(url.replace("&req_trace=1", "")).status == 403


@pytest.mark.parametrize(("right", "wrong"), [("column=", "columns="), ("page_size=", "pageSize=")])
def test_a_misspelt_parameter_gives_an_empty_column(origin: RunningOrigin, right: str, wrong: str) -> None:
    answer = fetch(COLUMN.url(origin.url, 5).replace(right, wrong))
    assert (answer.status, answer.json["code"], answer.json["data"]["list"]) == (200, "1", [])


def test_rows_have_the_keys_of_a_recorded_row(origin: RunningOrigin) -> None:
    column = fetch(COLUMN.url(origin.url, 1)).json["data"]["list"][0]
    assert list(column) == [
        *("summary", "image", "code", "np_dst", "showTime", "uniqueUrl", "title", "mediaName", "url"),
    ]
    fast = fetch(FAST.url(origin.url, 1)).json["data"]["fastNewsList"][0]
    assert list(fast) == [
        *("summary", "code", "titleColor", "realSort", "showTime", "title", "stockList", "image"),
        *("pinglun_Num", "share"),
    ]
    assert fast["realSort"].endswith(f"0{fast['code'][-5:]}")


def test_a_column_reaches_5000_articles_back() -> None:
    article = next(article for article in generate(40, 1) if 345 in columns_of(article))
    lists = WebLists([article] * (MOST_HITS + 1))
    last = lists.column_page({"column": "345", "page_index": "25", "page_size": "200"})
    assert (last["totle_hits"], len(last["list"])) == (MOST_HITS, 200)  # type: ignore[arg-type]
    assert lists.column_page({"column": "345", "page_index": "26", "page_size": "200"})["list"] == []


def test_real_sort_is_unique_and_falls(origin: RunningOrigin) -> None:
    sorts = [real_sort(article) for article in origin.articles]
    assert sorts == sorted(set(sorts), reverse=True)


def test_no_data_is_for_the_first_answers_only() -> None:
    with running_origin(30, faults=["no-data=2"]) as origin:
        outcomes = [read(origin, "fast").outcome for _ in range(3)]
        assert outcomes == [Outcome.NO_DATA, Outcome.NO_DATA, Outcome.ARTICLES]
        assert read(origin, "columns:345").outcome is Outcome.ARTICLES


def test_a_stuck_cursor_stays_where_it_was() -> None:
    with running_origin(120, faults=["stuck-cursor"]) as origin:
        first = read(origin, "fast", 5)
        second = read(origin, "fast", 5, first.next_page)
        assert second.articles
        assert second.next_page == first.next_page
        assert FAST.page_after(first.next_page, second) == ""


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [("changed-shape", Outcome.CHANGED_SHAPE), ("no-news", Outcome.NO_NEWS), ("html-list", Outcome.BLOCKED)],
)
@pytest.mark.parametrize("name", ["fast", "columns:345", "fast_js", "pc", "security"])
def test_faults_of_lists_apply_to_the_lists_of_today(name: str, fault: str, outcome: Outcome) -> None:
    with running_origin(20, faults=[fault]) as origin:
        assert read(origin, name).outcome is outcome


@pytest.mark.parametrize("name", ["fast", "columns:344"])
def test_validators_apply_to_the_lists_of_today(name: str) -> None:
    with running_origin(60, faults=["validators"]) as origin:
        url = CHANNELS[name].url(origin.url, 20)
        first = fetch(url)
        assert first.headers["Last-Modified"]
        assert fetch(url, {"If-None-Match": first.headers["ETag"]}).status == 304


def test_pages_of_the_older_lists_have_the_rows_of_the_7x24_list(origin: RunningOrigin) -> None:
    newest = read_whole(origin, "fast", 200)
    assert read_whole(origin, "pc", 20) == newest
    pages = [read(origin, "fast_js", 50, str(page)).articles for page in (1, 2)]
    assert [article.info_code for page in pages for article in page] == newest[:100]


def test_the_javascript_list_repeats_its_last_page(origin: RunningOrigin) -> None:
    last = -(-len(read_whole(origin, "fast", 200)) // 100)
    pages = [read(origin, "fast_js", 100, str(page)) for page in (last - 1, last, last + 1, 99)]
    assert pages[1] == pages[2] == pages[3] != pages[0]


def test_the_javascript_list_is_an_assignment(origin: RunningOrigin) -> None:
    answer = fetch(CHANNELS["fast_js"].url(origin.url, 5))
    assert answer.text.startswith('var ajaxResult={"rc":1,')
    assert answer.text.endswith("};")


def test_a_security_has_the_articles_that_name_it(origin: RunningOrigin) -> None:
    expected = [article.info_code for article in origin.articles if "90.BK9036" in securities_of(article)]
    assert expected
    assert read_whole(origin, "security", 10) == expected


def test_an_unknown_security_has_no_news_and_none_at_all_has_no_data(origin: RunningOrigin) -> None:
    channel = security_list("105.NIO")
    url = channel.url(origin.url, 10)
    assert channel.parse(fetch(url).body, channel).outcome is Outcome.NO_NEWS
    assert fetch(url).text.startswith("callback({")
    missing = channel.parse(fetch(url.replace("mTypeAndCode=105.NIO&", "")).body, channel)
    assert (missing.outcome, "mTypeAndCode" in missing.detail) == (Outcome.NO_DATA, True)
