"""Values from earlier runs in the index: seconds per request, and the last run of each spider."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from finews_crawler.archive.runs import Run, put_run
from finews_crawler.operate.monitoring.baseline import LAST_RUNS, usual_seconds
from finews_crawler.operate.monitoring.monitors import check_slow
from finews_crawler.operate.monitoring.prometheus import all_gauges
from finews_crawler.operate.monitoring.run_data import RunData
from finews_crawler.utils.timezone import BEIJING
from tests.operate.monitoring.channel_arrivals import index_of

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


def test_gauges_show_the_last_finished_run_of_each_spider(tmp_path: Path) -> None:
    index = index_of(tmp_path / "index.sqlite", [])
    for one in (run(1, 10, 20), run(2, 11, 21), run(3, None, 0), run(4, 900, 10, "category")):
        put_run(index, one)
    gauges = {gauge.name: gauge for gauge in all_gauges(index, {}, NOON)}
    index.close()
    found, requests = (gauges[f"finews_run_{name}"].samples for name in ("articles_found", "requests"))
    assert [(one.labels["spider"], one.value) for one in found] == [("category", 4), ("channel", 2)]
    assert [one.value for one in requests] == [10, 21]
