from __future__ import annotations

from collections.abc import Iterator

import pytest

from finews_crawler.testing.origin.articles import generate
from finews_crawler.testing.origin.server import RunningOrigin, running_origin
from tests.support.http_client import fetch

LISTS = {
    "rolling": ("/web/webapi?type=102&count=100&newsid=1", "records", "showtime"),
    "media": ("/web/webapi?type=45&count=100&newsid=1", "nodeList", "showtime"),
    "market:37": ("/information/newmarket/web/webapi?marketType=37&count=100", "record", "datetime"),
    "market:38": ("/information/newmarket/web/webapi?marketType=38&count=100", "record", "datetime"),
    "market:39": ("/information/newmarket/web/webapi?marketType=39&count=100", "record", "datetime"),
}
FIELDS = {
    "rolling": {"id", "infoCode", "title", "showtime", "digest", "url_w"},
    "media": {"infocode", "title", "showtime", "from", "simtitle", "simdigest"},
    "market:37": {"infoCode", "title", "datetime", "medianame"},
}


@pytest.fixture(scope="module")
def origin() -> Iterator[RunningOrigin]:
    with running_origin(120) as running:
        yield running


@pytest.mark.parametrize("channel", LISTS)
def test_each_list_has_its_own_key_and_its_articles_newest_first(origin: RunningOrigin, channel: str) -> None:
    path, key, time_key = LISTS[channel]
    answer = fetch(origin.url + path)
    expected = [a for a in origin.articles if channel in a.channels]
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    assert list(answer.json) == [key]
    rows = answer.json[key]
    assert [row.get("infoCode") or row["infocode"] for row in rows] == [a.info_code for a in expected[:100]]
    times = [row[time_key] for row in rows if row[time_key]]
    assert times == sorted(times, reverse=True)


@pytest.mark.parametrize("channel", FIELDS)
def test_rows_have_the_keys_of_their_channel(origin: RunningOrigin, channel: str) -> None:
    path, key, _ = LISTS[channel]
    assert all(set(row) == FIELDS[channel] for row in fetch(origin.url + path).json[key])


def test_a_rolling_row_contains_both_forms_of_its_key(origin: RunningOrigin) -> None:
    for row in fetch(origin.url + LISTS["rolling"][0]).json["records"]:
        assert row["infoCode"] == f"NW{row['id']}"
        assert row["url_w"] == f"http://finance.eastmoney.com/a/{row['id']}.html"


def test_one_rolling_row_is_blank_and_its_article_is_not(origin: RunningOrigin) -> None:
    rows = fetch(origin.url + LISTS["rolling"][0]).json["records"]
    (blank,) = [row for row in rows if not row["title"]]
    assert blank["showtime"] == ""
    article = fetch(f"{origin.url}/NewsData/GetNewsText.do?id={blank['infoCode']}").json
    assert article["title"]
    assert article.get("showtime") or article.get("datetime")


def test_count_is_limited_to_500() -> None:
    with running_origin(1000) as origin:
        base = f"{origin.url}/web/webapi?type=45&newsid=1"
        for asked_for, given in ((1, 1), (0, 0), (100, 100), (500, 500), (9999, 500)):
            assert len(fetch(f"{base}&count={asked_for}").json["nodeList"]) == given
        assert len(fetch(base).json["nodeList"]) == 100
        assert len(fetch(f"{base}&count=many").json["nodeList"]) == 100


def test_a_list_without_articles_is_an_empty_list() -> None:
    with running_origin(articles=generate(0, 1)) as origin:
        assert fetch(origin.url + LISTS["media"][0]).json == {"nodeList": []}


def test_unknown_types_get_an_empty_object(origin: RunningOrigin) -> None:
    assert fetch(f"{origin.url}/web/webapi?type=9&count=1").body == b"{}"
    assert fetch(f"{origin.url}/web/webapi").body == b"{}"
    assert fetch(f"{origin.url}/web/webapi?marketType=37").body == b"{}"
    assert fetch(f"{origin.url}/information/newmarket/web/webapi?marketType=36").body == b"{}"
