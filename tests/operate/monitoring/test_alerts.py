"""From the first run that meets an alarm to its end: who is told, and how often."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from finews_crawler.config.data_directory import DataDirectory
from finews_crawler.operate.monitoring.alert_store import AlertStore
from finews_crawler.operate.monitoring.alerts import (
    Alert,
    Alerts,
    drop_resolved,
    due_notifications,
    ended,
    mark_notified,
    update_alerts,
)
from finews_crawler.utils.timezone import BEIJING

NOON = datetime(2026, 9, 8, 12, tzinfo=BEIJING)
HALF_AN_HOUR = timedelta(minutes=30)


def course(texts: list[str], name: str = "slow", hears: tuple[str, ...] = ("mail",)) -> list[tuple[int, str]]:
    """What the mail hears in runs every half hour: the number of the run, and the word."""
    alarms: Alerts = {}
    heard: list[tuple[int, str]] = []
    for number, text in enumerate(texts):
        now = NOON + number * HALF_AN_HOUR
        alarms = update_alerts(alarms, {name: text}, now)
        told = due_notifications(alarms, "mail", now)
        heard += [(number, state.value) for _, state in told]
        if "mail" in hears:
            alarms = mark_notified(alarms, "mail", told, now)
        alarms = drop_resolved(alarms, ["mail"])
    return heard


def test_it_is_told_when_it_starts_once_a_day_and_when_it_is_over() -> None:
    assert course(["", *["9 s a request"] * 100, *[""] * 50]) == [
        (1, "started"),
        (49, "lasts"),
        (97, "lasts"),
        (101, "over"),
    ]


def test_one_that_comes_back_starts_anew() -> None:
    assert course(["9 s", "", "9 s", ""]) == [(0, "started"), (1, "over"), (2, "started"), (3, "over")]


def test_what_upstream_fails_in_one_run_is_told_of_when_it_fails_in_the_next() -> None:
    assert course(["no list", "", "no list", "no list", "no list", ""], "unread:media") == [(3, "started"), (5, "over")]


def test_an_action_that_fails_is_tried_in_each_run() -> None:
    assert course(["9 s", "9 s", "", ""], hears=()) == [(0, "started"), (1, "started")]


def test_an_end_that_could_not_be_told_is_told_later() -> None:
    over = update_alerts({"slow": Alert("slow", "9 s", NOON, told={"mail": NOON})}, {"slow": ""}, NOON + HALF_AN_HOUR)
    later = update_alerts(over, {"slow": ""}, NOON + 2 * HALF_AN_HOUR)
    assert later == over
    assert [told.state.value for told in due_notifications(later, "mail", NOON + 2 * HALF_AN_HOUR)] == ["over"]
    assert due_notifications(later, "webhook", NOON) == []  # it never heard that it began
    assert drop_resolved(later, ["mail"]) == later
    assert drop_resolved(later, ["webhook"]) == {}  # nobody is left to hear


def test_what_a_run_cannot_judge_stays_as_it_is() -> None:
    alarms = {"slow": Alert("slow", "9 s", NOON, told={"mail": NOON})}
    assert update_alerts(alarms, {}, NOON + timedelta(days=3)) == alarms
    assert list(ended(alarms, alarms)) == []


def test_the_end_is_noticed_once_and_only_of_what_was_raised() -> None:
    alarms = {"slow": Alert("slow", "9 s", NOON, told={"mail": NOON}), "unread:media": Alert("unread:media", "-", NOON)}
    after = update_alerts(alarms, {"slow": "", "unread:media": ""}, NOON)
    assert [alarm.name for alarm in ended(alarms, after)] == ["slow"]
    assert list(ended(after, update_alerts(after, {"slow": ""}, NOON))) == []


def test_the_book_keeps_what_it_is_given(tmp_path: Path) -> None:
    book = AlertStore(DataDirectory(tmp_path))
    assert book.read() == {}
    book.write({"channel": {}, "": {}})
    assert not book.path.exists()  # a run in which all is well writes nothing
    alarm = Alert("quiet:media", "自 12:00 起", NOON, 3, {"mail": NOON}, NOON + HALF_AN_HOUR)
    page = {"channel": {alarm.name: alarm}, "": {"disk": replace(alarm, name="disk", told={}, over_at=None)}}
    book.write(page)
    assert book.read() == page
    book.write({"channel": {}})
    assert book.read() == {}


BROKEN = [
    b"",
    b"[]",
    b"{",
    b'{"channel": [1]}',
    b'{"channel": 1}',
    b'{"channel": [{"told": {}}]}',
    b'{"channel": [{"name": "slow", "text": "9 s", "runs": 1, "told": {}, "since": "2026-09-08"}]}',
    b'{"": [{"name": "slow", "text": "9 s", "runs": 1, "told": {"mail": 1}, "since": "2026-09-08T12:00:00+08:00"}]}',
    b"[" * 100_000,
]


@pytest.mark.parametrize("content", BROKEN, ids=range(len(BROKEN)))
def test_a_book_that_cannot_be_read_is_told_of(
    tmp_path: Path, content: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    book = AlertStore(DataDirectory(tmp_path))
    book.path.parent.mkdir()
    book.path.write_bytes(content)
    with caplog.at_level(logging.WARNING):
        assert book.read() == {}
    assert "alarms.json cannot be read" in caplog.text


def test_a_book_that_cannot_be_written_is_told_of(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "cache").write_bytes(b"a file where a folder belongs")
    AlertStore(DataDirectory(tmp_path)).write({"channel": {"slow": Alert("slow", "9 s", NOON)}})
    assert "alarms.json could not be written" in caplog.text
