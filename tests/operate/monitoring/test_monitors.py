"""Every monitor fires alone on the data that it is for."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from finews_crawler.operate.monitoring.disk import Disk
from finews_crawler.operate.monitoring.field_coverage import Share
from finews_crawler.operate.monitoring.monitors import MONITORS
from finews_crawler.operate.monitoring.registry import MonitorResults
from finews_crawler.operate.monitoring.run_data import RunData
from finews_crawler.operate.monitoring.silence import Silence
from finews_crawler.utils.timezone import BEIJING

SILENT = Silence(datetime(2026, 9, 8, 9, tzinfo=BEIJING), timedelta(hours=3), 40, 6)
FIRING = {
    "rejected": RunData({"finews/articles/new": 20, "finews/articles/rejected": 5}),
    "blocked": RunData({"finews/hosts/closed/blocked": 1}),
    "forbidden": RunData({"finews/faults/forbidden": 2}),
    "changed_shape": RunData({"finews/faults/changed_shape": 1}),
    "unreachable": RunData({"finews/hosts/closed/unreachable": 1}),
    "slow": RunData({"downloader/request_count": 30}, 90, usual=[0.6] * 20),
    "disk": RunData({}, disk=Disk(10**6, 0, 0)),
    "inodes": RunData({}, disk=Disk(10**12, 10**6, 10)),
    "missing:digest": RunData({}, shares={"digest": [Share("media", 20, 20, 0, 1000)]}),
    "quiet:media": RunData({}, silences={"media": SILENT}),
    "unread:market:37": RunData({}, unread={"market:37": True}),
}


def failed(results: MonitorResults) -> list[str]:
    return [name for name, text in results.texts.items() if text]


def test_monitors_return_nothing_without_data() -> None:
    assert MONITORS.run(RunData({})) == MonitorResults({}, {})


def test_monitors_pass_a_healthy_run_in_the_order_of_reports() -> None:
    counts = {"finews/articles/new": 20, "downloader/request_count": 30, "downloader/response_count": 30}
    more: dict[str, Any] = {"disk": Disk(10**12, 10**6, 10**6), "usual": [0.4] * 20, "unread": {"media": False}}
    shares = {"digest": [Share("media", 1, 20, 40, 1000)]}
    data = RunData(counts, 10, shares=shares, silences={"media": SILENT._replace(expected=3)}, **more)
    results = MONITORS.run(data)
    assert failed(results) == []
    expected = "quiet:media unread:media rejected missing:digest blocked forbidden changed_shape unreachable slow"
    assert list(results.texts) == [*expected.split(), "disk", "inodes"]


@pytest.mark.parametrize("name", FIRING)
def test_each_monitor_fires_alone_and_with_a_hint(name: str) -> None:
    results = MONITORS.run(FIRING[name])
    assert failed(results) == [name]
    assert ": " in results.texts[name]
    assert results.errors == {}


def test_every_kind_of_monitor_is_tested_here() -> None:
    assert {name.partition(":")[0] for name in MONITORS} == {name.partition(":")[0] for name in FIRING}


@pytest.mark.parametrize(
    ("data", "alert"),
    [
        (RunData({}, silences={"media": SILENT}, unread={"media": True}), "unread:media"),
        (RunData({"finews/hosts/closed/blocked": 1}, silences={"media": SILENT}), "blocked"),
    ],
)
def test_silence_is_not_checked_while_another_alert_reports_its_cause(data: RunData, alert: str) -> None:
    results = MONITORS.run(data)
    assert "quiet:media" not in results.texts
    assert failed(results) == [alert]


@pytest.mark.parametrize("outcome", ["failed", "rejected"])
def test_silence_is_not_checked_while_articles_are_not_archived(outcome: str) -> None:
    for number, is_checked in ((1, True), (60, False)):
        results = MONITORS.run(RunData({f"finews/articles/{outcome}": number}, silences={"media": SILENT}))
        assert ("quiet:media" in results.texts) == is_checked


def test_names_for_another_spider_are_without_channels_and_archive() -> None:
    assert MONITORS.names_for("share") == ["rejected", "blocked", "forbidden", "changed_shape", "unreachable", "slow"]
    assert {"quiet:media", "missing:digest"} <= set(MONITORS.names_for("channel"))
    assert MONITORS.archive_names() == ["disk", "inodes"]
