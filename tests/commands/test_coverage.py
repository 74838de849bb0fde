"""``finews coverage`` on an index: output, exit status, and validity of the commands it prints."""

from __future__ import annotations

import json
import shlex
import sqlite3
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from finews_crawler.archive.index import Index
from finews_crawler.exceptions import UnusableIndex
from finews_crawler.items import Article
from finews_crawler.operate.coverage.query import Grouping
from finews_crawler.operate.coverage.report import Coverage, build_report
from finews_crawler.operate.coverage.time_series import Period
from finews_crawler.spiders.category_arguments import CategoryArguments
from finews_crawler.spiders.channel_arguments import ChannelArguments
from finews_crawler.utils.timezone import BEIJING
from tests.support.archived_series import MEDIA_ORIGINS, article, articles_of, hold
from tests.support.hourly_counts import media, simulate
from tests.support.scrapy_command import CLOSED_PORT, Run, Scrapy
from tests.support.simulated_clock import BEGIN

SINCE, UNTIL = date(2022, 9, 12), date(2022, 11, 10)
SPAN = ("--since", str(SINCE), "--until", str(UNTIL))
DAY_WITHOUT_ARTICLES, OUTLET_GAP = (date(2022, 10, 18), date(2022, 11, 1))
NAME = "21世纪经济报道  南财理财通"
EVENING = datetime(2022, 11, 10, 20, 0, tzinfo=BEIJING)


def lives(name: str, hour: datetime) -> float:
    day = hour.date()
    return 0 if day == DAY_WITHOUT_ARTICLES or (name == NAME and 0 <= (day - OUTLET_GAP).days < 3) else 1


@pytest.fixture(scope="module")
def archived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of twelve outlets over sixty days, with two gaps."""
    paces = {**{name: pace / 6 for name, pace in media(12).items()}, NAME: 16.0}
    data = tmp_path_factory.mktemp("archived") / "data"
    return hold(data, articles_of(simulate(paces, SINCE, UNTIL, 5, lives)))


def coverage(data: Path, *arguments: str, url: str | None = None) -> Run:
    """Run the command with the default hosts, or with those of 2022 at *url*."""
    scrapy = Scrapy.into_folder(data)
    run = (scrapy if url is None else scrapy.at(url))("coverage", *arguments)
    assert "Traceback" not in run.log
    return run


def in_process(data: Path, by: Grouping = Grouping.MEDIA, until: date = UNTIL) -> Coverage:
    return build_report(Index(data / "index.sqlite"), "data", Period(SINCE, until, EVENING), by)


def arguments_of(command: str, spider: str = "category") -> Mapping[str, str]:
    """Return the ``-a`` arguments of a shell command."""
    words = shlex.split(command)
    assert words[:3] == ["finews", "crawl", spider]
    assert words[3::2] == ["-a"] * len(words[4::2])
    return dict(word.split("=", 1) for word in words[4::2])


def test_text_report_lists_days_and_gaps_with_commands(archived: Path) -> None:
    run = coverage(archived, *SPAN, url=CLOSED_PORT)
    lines = run.log.splitlines()
    assert run.status == 3
    assert "       0  2022-10-18 Tue" in lines
    (holiday,) = [line for line in lines if "2022-10-03 Mon" in line]
    assert holiday.endswith("  National Day")
    assert [line for line in lines if line.endswith("2022-10-08 Sat  make-up workday")]
    first, command, second, other_command = lines[-5:-1]
    assert first.startswith("gap: all outlets and channels, ")
    assert second.startswith(f"gap: {NAME}, ")
    assert lines[-1].endswith(" of 13 outlets from 2022-09-12 to 2022-11-10: 2 gaps")
    for report in (command, other_command):
        CategoryArguments.parse(arguments_of(report.strip()))
    assert dict(arguments_of(command))["all"] == "1"
    assert dict(arguments_of(other_command))["category"] == NAME


def test_json_report_has_the_same_gaps(archived: Path) -> None:
    run = coverage(archived, *SPAN, "--json")
    report: dict[str, Any] = json.loads(run.log)
    assert run.status == 3
    assert [gap["names"] for gap in report["holes"]] == [[], [NAME]]
    of_all, of_outlet = report["holes"]
    for gap in (of_all, of_outlet):  # today's lists can be read back to a day, and have every outlet
        arguments = ChannelArguments.parse(arguments_of(gap["command"], "channel"))
        assert str(arguments.since) == gap["begins"][:10]
    assert (of_all["of"], of_all["articles"], of_all["begins"][:10]) == ("all", 0, "2022-10-18")
    assert (of_outlet["of"], of_outlet["open"]) == ("media", False)
    assert len(report["days"]) == 60
    assert sum(day["articles"] for day in report["days"]) == report["articles"]
    assert sum(sum(one["by_day"]) for one in report["media"]) == report["articles"]
    assert next(day for day in report["days"] if day["day"] == "2022-10-03")["kind"] == "holiday"


def test_a_period_without_gaps_exits_with_0(archived: Path) -> None:
    run = coverage(archived, "--since", "2022-10-21", "--until", "2022-10-28")
    assert (run.status, run.log.splitlines()[-1][-9:]) == (0, ": no gaps")
    assert "make-up workdays" not in run.log


def test_a_year_whose_holidays_are_not_announced_is_named(tmp_path: Path) -> None:
    since, until = date(2098, 12, 20), date(2099, 1, 10)
    data = hold(tmp_path / "data", articles_of(simulate(media(2), since, until, 5)))
    page, scrapy = tmp_path / "coverage.html", Scrapy.into_folder(data)
    scrapy = replace(scrapy, environment={**scrapy.environment, BEGIN: "2099-01-11T08:00:00+08:00"})
    span = ("coverage", "--since", str(since), "--until", str(until))
    run, as_json = scrapy(*span, "--html", str(page)), scrapy(*span, "--json")
    assert json.loads(as_json.log)["unannounced_years"] == [2098, 2099]
    for report in (scrapy(*span).log, page.read_text("utf-8")):
        assert "2098, 2099: the make-up workdays are not known" in report, run.log


def test_the_days_before_all_articles_are_no_error(archived: Path) -> None:
    run = coverage(archived, "--since", "0001-01-01", "--until", str(UNTIL))
    assert (run.status, run.log) == (3, coverage(archived, *SPAN).log)


def test_a_young_archive_has_no_baseline(tmp_path: Path) -> None:
    last = SINCE + timedelta(days=1)
    data = hold(tmp_path / "data", articles_of(simulate(media(2), SINCE, last, 5)))
    page, span = tmp_path / "coverage.html", ("--since", str(SINCE), "--until", str(last))
    run = coverage(data, *span)
    assert run.status == 0
    assert run.log.splitlines()[-1].endswith(": no baseline yet (2 of 14 days), so gaps cannot be found")
    assert json.loads(coverage(data, *span, "--json").log)["baseline_since"] == "2022-09-26"
    coverage(data, *span, "--html", str(page))
    assert "No baseline yet (2 of 14 days)" in page.read_text("utf-8")
    run = coverage(data, "--since", "2022-11-01", "--until", "2022-11-20")  # and it grew no older
    assert (run.status, "no baseline, for want of articles" in run.log) == (0, True), run.log


def test_a_missing_index_is_reported_in_one_line(tmp_path: Path) -> None:
    report, data = tmp_path / "report.html", tmp_path / "data"
    data.mkdir()
    run = coverage(data, "--html", str(report))
    assert run.status == 0
    assert len(run.log.splitlines()) == 1
    assert list(data.iterdir()) == []
    assert not report.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        ("--since", "yesterday"),
        ("--since", "2022-05-18", "--until", "2022-05-01"),
        ("--by", "day"),
        ("--html", "x.html", "--json"),
        ("data",),
    ],
)
def test_wrong_arguments_exit_with_2_and_an_example(tmp_path: Path, wrong: tuple[str, ...]) -> None:
    run = coverage(tmp_path / "data", *wrong)
    assert run.status == 2
    (line,) = run.log.splitlines()
    assert "for example: finews coverage --since" in line


@pytest.mark.parametrize(
    ("days", "message"),
    [
        (("1980-01-01", "1985-01-01"), "--until must not be earlier than 1990-01-01, got 1985-01-01"),
        (("1985-01-02", "1985-01-01"), "--since must not be later than 1985-01-01, got 1985-01-02"),
    ],
)
def test_days_before_the_first_one_are_named_as_given(tmp_path: Path, days: tuple[str, str], message: str) -> None:
    run = coverage(tmp_path / "data", "--since", days[0], "--until", days[1])
    assert run.status == 2
    assert message in run.log


def test_an_html_report_on_standard_output_is_all_that_is_there(archived: Path) -> None:
    status, output, errors = Scrapy.into_folder(archived).run_cold(["coverage", *SPAN, "--html", "-"], "")
    assert status in (0, 3)
    assert output.startswith("<!DOCTYPE html>")
    assert output.endswith("</html>\n")
    assert errors.endswith("; the report is on standard output\n")


def test_an_html_report_that_cannot_be_written_exits_with_6(archived: Path, tmp_path: Path) -> None:
    run = coverage(archived, *SPAN, "--html", "/dev/full")
    assert run.status == 6
    assert "finews coverage: /dev/full: " in run.log
    for missing in (tmp_path, tmp_path / "missing" / "report.html"):
        run = coverage(archived, *SPAN, "--html", str(missing))
        assert run.status == 2
        assert f"--html must be a file in a folder that exists, or - for standard output, got '{missing}'" in run.log
    assert not list(tmp_path.iterdir())


def test_by_channel_an_article_counts_in_each_channel_and_once_in_the_total(tmp_path: Path) -> None:
    both = {**MEDIA_ORIGINS, "digest": "rolling"}
    copy = dict.fromkeys(("title", "text_html"), "archive_page")
    at = datetime(2022, 11, 1, 9, tzinfo=BEIJING)
    hold(tmp_path, [article(1, at, "甲"), article(2, at, "甲", both), article(3, at, "甲", copy)])
    report = in_process(tmp_path, Grouping.CHANNEL)
    assert report.articles == 3
    assert {one.name: one.articles for one in report.groups} == {"media": 2, "rolling": 1}  # no article surfaces


def test_by_channel_the_columns_are_one_list(tmp_path: Path) -> None:
    at = datetime(2022, 11, 1, 9, tzinfo=BEIJING)
    origins = [{"title": f"columns:{344 + number % 2}", "digest": "columns:345"} for number in range(4)]
    hold(tmp_path, [article(number, at, "甲", each) for number, each in enumerate(origins)])
    assert [(one.name, one.articles) for one in in_process(tmp_path, Grouping.CHANNEL).groups] == [("columns", 4)]


def test_a_gap_of_a_channel_is_filled_by_articles_from_the_archive_site(tmp_path: Path) -> None:
    # Outlet 乙 represents articles that only the rolling list has.
    counts = simulate({"甲": 40, "乙": 40}, SINCE, UNTIL, 2, lambda name, hour: name == "甲" or lives("", hour))
    hold(tmp_path, (one if one.media_name == "甲" else listed_by(one, "rolling") for one in articles_of(counts)))
    (gap,) = in_process(tmp_path, Grouping.CHANNEL).gaps
    assert (gap.names, gap.begins.date() <= DAY_WITHOUT_ARTICLES <= gap.ends.date()) == (("rolling",), True)
    hours = [datetime(2022, 10, 18, 8 + number % 12, tzinfo=BEIJING) for number in range(40)]
    hold(tmp_path, (listed_by(article(10**6 + n, hour, ""), "archive_page") for n, hour in enumerate(hours)))
    assert in_process(tmp_path, Grouping.CHANNEL).gaps == ()


def test_lists_of_2022_make_no_gap_in_the_lists_of_today(tmp_path: Path) -> None:
    """``rolling`` has the rows of ``fast``, and wins all of their fields: a backfill of ``fast`` would add nothing."""
    fields = ("title", "published_at", "digest", "public_url")
    articles = list(articles_of(simulate({"甲": 40}, SINCE, UNTIL, 2)))
    listed = ("rolling" if one.info_code >= "NW20221018" else "fast" for one in articles)
    both = [replace(one, origins=dict.fromkeys(fields, name)) for one, name in zip(articles, listed, strict=True)]
    report = in_process(hold(tmp_path / "both", both), Grouping.CHANNEL)
    assert [one.name for one in report.groups] == ["fast", "rolling"]
    assert report.gaps == ()
    alone = [one for one in both if one.origins["title"] == "fast"]
    (gap,) = in_process(hold(tmp_path / "alone", alone), Grouping.CHANNEL).gaps
    assert (gap.begins.date() <= DAY_WITHOUT_ARTICLES <= gap.ends.date(), gap.is_open) == (True, True)


def listed_by(one: Article, source: str) -> Article:
    return replace(one, media_name="", origins={"title": source, "text_html": "news_text"})


def test_an_article_without_an_outlet_counts_for_the_rolling_list(tmp_path: Path) -> None:
    hold(tmp_path, [article(1, datetime(2022, 11, 1, 9, tzinfo=BEIJING), "")])
    assert [one.name for one in in_process(tmp_path).groups] == ["东财滚动新闻"]


def test_articles_not_yet_written_are_not_counted(tmp_path: Path) -> None:
    at = datetime(2022, 11, 1, 23, 59, tzinfo=BEIJING)
    hold(tmp_path, [article(1, at, "甲")])
    hold(tmp_path, [article(2, at, "甲")], is_written=False)
    report = in_process(tmp_path)
    assert (str(report.period.since), report.days[0].articles) == ("2022-11-01", 1)
    assert report.articles == 1


def test_days_begin_and_end_at_midnight_in_beijing(tmp_path: Path) -> None:
    moments = [(10, 23, 59), (11, 0, 0)]
    hold(tmp_path, [article(n, datetime(2022, 11, *at, tzinfo=BEIJING), "甲") for n, at in enumerate(moments)])
    assert in_process(tmp_path).articles == 1
    assert in_process(tmp_path, until=date(2022, 11, 11)).articles == 2


def test_an_archive_that_ended_before_the_period_is_an_open_gap(tmp_path: Path) -> None:
    hold(tmp_path, articles_of(simulate({"甲": 30}, date(2022, 1, 10), date(2022, 3, 1), 1)))
    (gap,) = in_process(tmp_path).gaps
    assert (gap.names, gap.is_open, gap.begins.date()) == ((), True, SINCE)


def test_a_damaged_row_raises_unusable_index(tmp_path: Path) -> None:
    hold(tmp_path, [article(1, datetime(2022, 11, 1, 9, tzinfo=BEIJING), "甲")])
    with sqlite3.connect(tmp_path / "index.sqlite") as connection:
        connection.execute("UPDATE article SET origins = '{'")
    connection.close()
    with pytest.raises(UnusableIndex, match=r"table article is damaged \(origins: "):
        in_process(tmp_path, Grouping.CHANNEL)
