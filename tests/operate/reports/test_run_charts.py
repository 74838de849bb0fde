"""Data of the charts of runs."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from finews_crawler.archive.runs import Run
from finews_crawler.operate.reports.run_charts import (
    by_day,
    failed_runs,
    failures,
    largest_latency,
    latency,
    median_latency,
    new_articles,
)
from finews_crawler.operate.reports.run_history import RunEntry, summarize_runs
from finews_crawler.utils.timezone import BEIJING
from tests.operate.reports.run_rows import run_at, two_months

NOON = datetime(2022, 5, 26, 12, 0, tzinfo=BEIJING)


def entries(*runs: Run) -> list[RunEntry]:
    return list(summarize_runs(runs))


def test_by_day_includes_days_without_runs() -> None:
    days = by_day(entries(run_at(NOON - timedelta(days=2)), run_at(NOON)))
    assert [(str(day), len(runs)) for day, runs in days.items()] == [
        ("2022-05-24", 1),
        ("2022-05-25", 0),
        ("2022-05-26", 1),
    ]
    assert latency(days, median_latency).points[1] == ("2022-05-25", [None])
    assert by_day([]) == {}


def test_by_day_uses_days_in_beijing() -> None:
    evening = datetime(2022, 5, 25, 16, 30, tzinfo=UTC)
    assert list(by_day(entries(run_at(evening)))) == [date(2022, 5, 26)]


def test_charts_show_the_last_sixty_days() -> None:
    days = by_day(entries(*two_months()))
    assert (len(days), min(days), max(days)) == (60, date(2022, 3, 28), date(2022, 5, 26))
    names, points = new_articles(days)
    assert names == ("category", "channel")
    assert dict(points)["2022-04-02"] == [5_000, 7 * 12]
    assert dict(points)["2022-05-05"] == [0, 0]
    assert failed_runs(days)[0] == ("killed", "blocked")
    assert dict(failed_runs(days)[1])["2022-05-06"] == [0, 8]
    assert dict(failed_runs(days)[1])["2022-05-25"] == [1, 0]
    assert failures(days)[0] == ("failed",)
    assert dict(failures(days)[1])["2022-05-05"] == [8 * 20]


def test_by_day_is_limited_after_a_wrong_clock() -> None:
    ahead, behind = run_at(NOON.replace(year=2999)), run_at(NOON.replace(year=1999))
    assert len(by_day(entries(behind, ahead))) == 60
    assert list(by_day(entries(ahead, behind))) == [date(1999, 5, 26)]
    assert list(by_day(entries(ahead, behind, run_at(NOON))))[-1] == NOON.date()


def test_latency_is_that_of_the_channel_spider_in_a_suitable_unit() -> None:
    days = by_day(entries(*two_months()))
    half, everything = latency(days, median_latency), latency(days, largest_latency)
    assert (half.unit, dict(half.points)["2022-04-02"]) == ("minutes", [15])  # the backfill is not in it
    assert (everything.unit, dict(everything.points)["2022-05-26"]) == ("minutes", [4_000 / 60])
    assert dict(half.points)["2022-05-06"] == [None]
    slow = by_day(
        entries(run_at(NOON, latency_median=60), run_at(NOON, latency_median=7_200), run_at(NOON, latency_median=9_000))
    )
    assert latency(slow, median_latency).points == [("2022-05-26", [2.0])]
    assert latency(slow, median_latency).unit == "hours"


def test_charts_without_failures_have_no_names() -> None:
    days = by_day(entries(run_at(NOON)))
    assert failed_runs(days) == ((), [("2022-05-26", [])])
    assert failures(days)[0] == ()
