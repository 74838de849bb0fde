"""Values from earlier runs in the index: seconds per request, and the last run of each spider."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from finews_crawler.archive.runs import Run, put_run
from finews_crawler.items import Article
from finews_crawler.operate.monitoring.alerts import Alert
from finews_crawler.operate.monitoring.baseline import LAST_RUNS, field_shares, usual_seconds
from finews_crawler.operate.monitoring.field_coverage import check_field_coverage
from finews_crawler.operate.monitoring.monitors import channel_of, check_slow
from finews_crawler.operate.monitoring.prometheus import Gauge, all_gauges
from finews_crawler.operate.monitoring.run_data import RunData
from finews_crawler.sources import HOST_DEFAULTS
from finews_crawler.utils.timezone import BEIJING
from tests.operate.monitoring.channel_arrivals import article, index_of

NOON = datetime(2026, 9, 8, 12, tzinfo=BEIJING)


def run(number: int, seconds: int | None, requests: int, spider: str = "channel", reason: str = "finished") -> Run:
    began = NOON + number * timedelta(minutes=30)
    ended = None if seconds is None else began + timedelta(seconds=seconds)
    return Run(spider, {}, 1, began, ended, reason, 0, {"found": number, "new": 1}, requests=requests)


def test_usual_seconds_come_from_finished_runs_of_the_same_spider(tmp_path: Path) -> None:
    index = index_of(tmp_path / "index.sqlite", [])
    others = [run(30, 900, 10, "category"), run(31, 900, 9), run(32, None, 50), run(33, 900, 10, reason="shutdown")]
    for one in [*(run(number, 10 + number, 20) for number in range(25)), *others]:
        put_run(index, one)
    usual = usual_seconds(index, "channel")
    assert usual == [(10 + number) / 20 for number in range(24, 24 - LAST_RUNS, -1)]
    assert usual_seconds(index, "share") == []
    index.close()
    requests = {"downloader/request_count": 20}
    assert check_slow(RunData(requests, 70, usual=usual)) == ""
    assert check_slow(RunData(requests, 80, usual=usual))


def test_usual_seconds_of_a_clock_that_was_set_back_are_measured_or_left_out(tmp_path: Path) -> None:
    index = index_of(tmp_path / "index.sqlite", [])
    for one in (run(0, -10_000, 20), replace(run(1, -10_000, 20), measured_seconds=40)):
        put_run(index, one)
    assert usual_seconds(index, "channel") == [2]
    index.close()


def test_fields_are_compared_among_all_articles_of_one_family_of_lists(tmp_path: Path) -> None:
    def row(number: int, digest: str) -> Article:
        origins = {"title": f"columns:{344 + number % 2}", "digest": "columns:345"}
        return article(number, NOON + number * timedelta(minutes=1), origins, digest=digest)

    index = index_of(tmp_path / "index.sqlite", [row(number, "摘要" if number < 200 else "") for number in range(230)])
    shares = field_shares(index, 30, NOON + 200 * timedelta(minutes=1))
    index.close()
    assert [(share.channels, share.empty, share.total) for share in shares["digest"]] == [("columns", 30, 30)]
    assert check_field_coverage("digest", shares["digest"])


def test_alerts_of_channels_that_no_run_polls_have_no_metric(tmp_path: Path) -> None:
    index = index_of(tmp_path / "index.sqlite", [])
    put_run(index, replace(run(1, 10, 20), arguments={"channels": "yaowen,media"}))
    alerts = {"channel": {"unread:rolling": Alert("unread:rolling", "-", NOON)}}
    (gauge,) = (gauge for gauge in all_gauges(index, alerts, NOON) if gauge.name == "finews_alarm")
    put_run(index, run(2, 10, 20))
    hosts = {**dict.fromkeys(HOST_DEFAULTS, ""), "FINEWS_MARKET_URL": "http://127.0.0.1"}
    (later,) = (gauge for gauge in all_gauges(index, {}, NOON, hosts) if gauge.name == "finews_alarm")
    index.close()
    assert channels_in(gauge) == {"columns:345", "media", "rolling"}, "rolling has an alert"
    assert channels_in(later) == {"market:37", "market:38", "market:39"}


def channels_in(gauge: Gauge) -> set[str]:
    return {channel for sample in gauge.samples if (channel := channel_of(sample.labels["name"]))}


def test_gauges_show_the_last_finished_run_of_each_spider(tmp_path: Path) -> None:
    index = index_of(tmp_path / "index.sqlite", [])
    for one in (run(1, 10, 20), run(2, 11, 21), run(3, None, 0), run(4, 900, 10, "category")):
        put_run(index, one)
    gauges = {gauge.name: gauge for gauge in all_gauges(index, {}, NOON)}
    index.close()
    found, requests = (gauges[f"finews_run_{name}"].samples for name in ("articles_found", "requests"))
    assert [(one.labels["spider"], one.value) for one in found] == [("category", 4), ("channel", 2)]
    assert [one.value for one in requests] == [10, 21]
