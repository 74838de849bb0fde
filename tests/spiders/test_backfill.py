"""`spiders.list_spider` on today's lists: days by `since` and `until`, lists without data, and missed polls."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest

from finews_crawler.sources.eastmoney_web import columns, fast
from finews_crawler.testing.origin.articles import ROLLING, generate
from finews_crawler.testing.origin.server import RunningOrigin, running_origin
from tests.support.scrapy_command import Scrapy
from tests.support.scripted_server import Answer, scripted_site
from tests.support.stats_dump import STATS_DUMP, stats_of

ALL_WELL, SOME_FAILED, CHANGED_SHAPE = 0, 3, 5
FAST, COLUMNS = fast.PATH.partition("?")[0], columns.PATH.partition("?")[0]
POLL = ("crawl", "channel", "-a", "channels=fast", "-a", "count=5")
DAY, LAST_DAY = "2022-05-25", "2022-05-26"


def rolling_codes(origin: RunningOrigin, begin: str, end: str = "9") -> set[str]:
    """Return the infoCodes of the 7×24 list from *begin* to *end*, texts of dates and times."""
    listed = (article for article in origin.articles if ROLLING in article.channels)
    return {article.info_code for article in listed if begin <= article.showtime <= end}


def archived(scrapy: Scrapy) -> set[str]:
    return {f"NW{path.stem[-18:]}" for path in scrapy.posts.iterdir()}


def test_a_day_is_entered_by_the_cursor_and_read_to_its_start(scrapy: Scrapy) -> None:
    with running_origin(700, seed=2) as origin:
        wanted = rolling_codes(origin, DAY, f"{DAY} 24")
        days = ("-a", f"since={DAY}", "-a", f"until={DAY}", "-a", "count=20")
        run = scrapy.at_today(origin.url)("crawl", "channel", "-a", "channels=fast", *days)
        requests = origin.stats()["paths"]
    assert run.status == ALL_WELL, run.log
    assert archived(scrapy) == wanted
    assert run.summaries()[0]["found"] <= len(wanted) + 21  # the rest of the last page
    assert requests[FAST] == len(wanted) // 20 + 1
    assert "ends at" not in run.log
    assert not (scrapy.data / "cache" / "asked.json").exists()


def test_lists_that_do_not_reach_back_are_named(scrapy: Scrapy) -> None:
    with running_origin(60, seed=2) as origin:
        arguments = ("-a", "channels=fast,columns:345", "-a", "since=2022-05-20", "-a", "count=9")
        run = scrapy.at_today(origin.url)("crawl", "channel", *arguments)
        oldest = origin.articles[-1].showtime
    assert run.status == ALL_WELL, run.log
    for channel in ("fast", "columns:345"):
        (line,) = [line for line in run.log.splitlines() if f"channel {channel} ends at {oldest[:10]}" in line]
        assert "older articles are not on it" in line
    assert rolling_codes(origin, "2") <= archived(scrapy)


@pytest.mark.parametrize(
    ("answers", "requests", "status"), [(3, 4, ALL_WELL), (4, 4, SOME_FAILED)], ids=["three", "four"]
)
def test_a_list_without_data_is_asked_again_three_times(
    scrapy: Scrapy, answers: int, requests: int, status: int
) -> None:
    with running_origin(20, seed=2, faults=[f"no-data={answers}"]) as origin:
        run = scrapy.at_today(origin.url)(*POLL, *STATS_DUMP)
        assert origin.stats()["paths"][FAST] == requests
    assert run.status == status, run.log
    assert run.summaries()[0]["new"] == (5 if status == ALL_WELL else 0)
    assert stats_of(run)["finews/lists/no_data_repeated"] == 3
    assert "finews/lists/blocked" not in stats_of(run)


def test_a_cursor_that_does_not_advance_ends_the_list(scrapy: Scrapy) -> None:
    with running_origin(40, seed=2, faults=["stuck-cursor=2"]) as origin:
        run = scrapy.at_today(origin.url)(*POLL, "-a", "since=2022-05-01")
        assert origin.stats()["paths"][FAST] <= 4
    assert run.status == ALL_WELL, run.log
    assert "channel fast ends at 2022-05-26" in run.log


def test_a_poll_after_an_outage_reads_back_to_the_last_poll(scrapy: Scrapy) -> None:
    asked = scrapy.data / "cache" / "asked.json"
    with running_origin(200, seed=2) as origin:
        crawl = scrapy.at_today(origin.url)
        assert crawl(*POLL).status == ALL_WELL
        assert origin.stats()["paths"][FAST] == 1  # the first poll has nothing to catch up with
        asked.write_text(json.dumps({"fast": "2022-05-26T20:00:00+08:00"}))
        run = crawl(*POLL)
        assert run.status == ALL_WELL, run.log
        assert rolling_codes(origin, f"{LAST_DAY} 20:00:00") <= archived(scrapy)
        assert 2 < origin.stats()["paths"][FAST] < 8
        before = origin.stats()["paths"][FAST]
        assert crawl(*POLL).status == ALL_WELL
        assert origin.stats()["paths"][FAST] == before + 1
        asked.write_text(json.dumps({"fast": "2022-05-01T20:00:00+08:00"}))
        run = crawl(*POLL)
        assert origin.stats()["paths"][FAST] == before + 11
    assert "channel fast: 10 pages do not reach back to the last poll" in run.log


def test_a_poll_after_the_clock_was_set_back_reads_further_pages(scrapy: Scrapy) -> None:
    asked = scrapy.data / "cache" / "asked.json"
    with running_origin(60, seed=2) as origin:
        crawl = scrapy.at_today(origin.url)
        assert crawl(*POLL).status == ALL_WELL
        asked.write_text(json.dumps({"fast": "2199-01-01T20:00:00+08:00"}))
        run = crawl(*POLL)
        assert run.status == ALL_WELL, run.log
        assert rolling_codes(origin, "2") <= archived(scrapy)
        before = origin.stats()["paths"][FAST]
        assert crawl(*POLL).status == ALL_WELL
        assert origin.stats()["paths"][FAST] == before + 1
    assert "channel fast: the time of the last poll (2199-01-01 20:00) is to come, so " in run.log


def fast_page(path: str) -> Answer | None:
    """Serve the newest row of a list whose further pages fail, and its article."""
    row = {"code": "202605260000000001", "title": "港区", "showTime": "2026-05-26 10:00:00", "summary": "摘要"}
    if "sortEnd=&" in path:
        data = {"fastNewsList": [row], "sortEnd": "1779760800000001"}
        return Answer(json.dumps({"code": "1", "message": "success", "data": data}).encode())
    return Answer(status=503) if "sortEnd" in path else None


def test_a_poll_whose_further_pages_fail_does_not_count(scrapy: Scrapy) -> None:
    asked = scrapy.data / "cache" / "asked.json"
    asked.parent.mkdir(parents=True)
    before = json.dumps({"fast": "2026-05-26T09:00:00+08:00"})
    asked.write_text(before)
    with scripted_site(fast_page) as site:
        run = scrapy.at_today(site.url)(*POLL)
    assert run.status == SOME_FAILED, run.log
    assert asked.read_text() == before


def test_a_backfill_counts_as_a_poll_if_it_reaches_back_to_the_last_one(scrapy: Scrapy) -> None:
    asked = scrapy.data / "cache" / "asked.json"
    asked.parent.mkdir(parents=True)
    before = json.dumps({"fast": "2022-05-25T09:00:00+08:00"})
    asked.write_text(before)
    with running_origin(20, seed=2) as origin:
        crawl = scrapy.at_today(origin.url)
        assert crawl(*POLL, "-a", "since=2022-05-26", "-a", "until=9999-12-31").status == ALL_WELL
        assert crawl(*POLL, "-a", "since=2022-05-26").status == ALL_WELL
        assert asked.read_text() == before
        assert crawl(*POLL, "-a", "since=2022-05-25").status == ALL_WELL
    assert asked.read_text() != before


PAST = {"fast": "2026-05-26T02:00:00+08:00", "columns:345": "2026-05-26T02:00:00+08:00"}
HOURS = range(23, 3, -1)
"""Of the rows of ``small_lists``, newest first."""


def small_lists(article_status: int = 200, cursor: str = "", times: bool = True) -> Callable[[str], Answer | None]:
    """Return the script of a column of one row an hour, and of a 7×24 list of one page with a next cursor."""
    rows = [
        {
            "code": f"2026052600000000{hour:02}",
            "title": "港区",
            "showTime": f"2026-05-26 {hour:02}:00:00" if times else "",
        }
        for hour in HOURS
    ]

    def script(path: str) -> Answer | None:
        query = {name: values[0] for name, values in parse_qs(urlsplit(path).query).items()}
        if path.startswith(FAST):
            return data_of({"fastNewsList": rows[:5], "sortEnd": cursor})
        if path.startswith(COLUMNS):
            number, size = int(query["page_index"]), int(query["page_size"])
            page = rows[(number - 1) * size : number * size]
            return data_of({"page_index": number, "page_size": size, "totle_hits": len(rows), "list": page})
        code = path.partition("?")[0].rpartition("/")[2]
        body = {"data": {"Art_Code": code, "Art_Media_Name": "海港晨报", "Art_Content": "<p>港区扩建。</p>"}}
        if not times:
            body["data"]["Art_ShowTime"] = "2026/05/26 12:00:00"
        return Answer(json.dumps(body).encode(), status=article_status) if "/article/" in path else None

    return script


def data_of(data: dict[str, object]) -> Answer:
    return Answer(json.dumps({"code": "1", "message": "success", "data": data}).encode())


@pytest.mark.parametrize("status", [403, 404, 503])
def test_articles_of_an_outage_are_found_after_it(scrapy: Scrapy, status: int) -> None:
    """When the host of articles is up again, the articles of the outage are on further pages."""
    asked, column = scrapy.data / "cache" / "asked.json", ("-a", "channels=columns:345", "-a", "count=5")
    asked.parent.mkdir(parents=True)
    asked.write_text(json.dumps(PAST))
    with scripted_site(small_lists()) as site, scripted_site(small_lists(status)) as other:
        hosts = dict.fromkeys(("FINEWS_ARTICLE_URL", "FINEWS_PAGE_URL"), other.url)
        run = scrapy.at_today(site.url, **hosts)("crawl", "channel", *column)
    assert run.summaries()[0]["failed"] == len(HOURS), run.log
    assert json.loads(asked.read_text()) == PAST
    with scripted_site(small_lists()) as site:
        run = scrapy.at_today(site.url)("crawl", "channel", *column)
    assert run.status == ALL_WELL, run.log
    assert len(archived(scrapy)) == len(HOURS)
    assert json.loads(asked.read_text()) != PAST


def test_a_single_article_that_fails_is_no_outage(scrapy: Scrapy) -> None:
    usual = small_lists()
    with scripted_site(lambda path: Answer(status=500) if "0023?" in path else usual(path)) as site:
        run = scrapy.at_today(site.url)(*POLL)
    assert run.summaries()[0]["failed"] == 1, run.log
    assert (scrapy.data / "cache" / "asked.json").exists()


@pytest.mark.parametrize("cursor", ["", "soon", "-5"])
def test_a_poll_names_a_list_that_ends_after_the_last_poll(scrapy: Scrapy, cursor: str) -> None:
    asked = scrapy.data / "cache" / "asked.json"
    asked.parent.mkdir(parents=True)
    asked.write_text(json.dumps(PAST))
    with scripted_site(small_lists(cursor=cursor)) as site:
        run = scrapy.at_today(site.url)(*POLL)
    assert "channel fast ends at 2026-05-26 21:00, after the last poll (2026-05-26 02:00)" in run.log


def test_a_list_without_times_cannot_be_read_back(scrapy: Scrapy) -> None:
    lists = small_lists(cursor="1779760800000001", times=False)
    with scripted_site(lists) as site:
        run = scrapy.at_today(site.url)(*POLL, "-a", "since=2026-05-01")
    assert run.status == CHANGED_SHAPE, run.log
    assert "channel fast: no times" in run.log
    assert len(archived(scrapy)) == 5


def test_of_two_lists_the_first_one_gives_the_title_whenever_it_answers(scrapy: Scrapy) -> None:
    """The titles of an article would change with the speed of the responses: each time, that would be a revision."""
    usual, slow = small_lists(), ["columns"]

    def script(path: str) -> Answer | None:
        column = next((name for name in ("344", "345") if f"column={name}&" in path), "")
        if not column:
            return usual(path)
        if column == slow[0]:
            time.sleep(0.3)
        row = {"code": "202605260000000001", "title": f"港区{column}", "showTime": "2026-05-26 10:00:00"}
        return data_of({"page_index": 1, "page_size": 5, "totle_hits": 1, "list": [row]})

    with scripted_site(script) as site:
        for slow[0] in ("344", "345"):
            run = scrapy.at_today(site.url)("crawl", "channel", "-a", "channels=columns:344,columns:345")
            assert run.summaries()[0]["revised"] == 0, run.log
            assert "港区344" in next(scrapy.posts.iterdir()).read_text(encoding="utf-8")


def test_a_backfill_reads_channels_that_are_not_due(scrapy: Scrapy) -> None:
    with running_origin(30, seed=2) as origin:
        crawl = scrapy.at_today(origin.url, FINEWS_COLUMNS_URL="", FINEWS_CHANNEL_MINUTES="fast=600")
        for expected, days in ((1, ()), (1, ()), (2, ("-a", f"since={LAST_DAY}"))):
            assert crawl("crawl", "channel", *days).status == ALL_WELL
            assert origin.stats()["paths"][FAST] >= expected
            if not days:
                assert origin.stats()["paths"][FAST] == 1


def test_a_limit_ends_a_backfill(scrapy: Scrapy) -> None:
    with running_origin(700, seed=2) as origin:
        arguments = ("-a", "channels=fast", "-a", "count=20", "-a", "since=2022-05-01", "-a", "limit=3")
        run = scrapy.at_today(origin.url)("crawl", "channel", *arguments)
        pages_of_a_day = len(rolling_codes(origin, LAST_DAY)) // 20 + 1
        assert origin.stats()["paths"][FAST] <= pages_of_a_day + 2
    assert run.status == ALL_WELL, run.log
    assert len(archived(scrapy)) == 3


def test_generated_articles_cover_the_days_of_these_tests() -> None:
    days = {article.showtime[:10] for article in generate(700, seed=2)}
    assert {DAY, LAST_DAY, "2022-05-24"} <= days
