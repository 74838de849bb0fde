"""Life cycle of an alert: when it fires, when each notifier reports it, and when it is forgotten."""

from __future__ import annotations

from datetime import datetime, timedelta

from finews_crawler.operate.monitoring.alerts import (
    Alert,
    Alerts,
    drop_resolved,
    due_notifications,
    mark_notified,
    newly_resolved,
    update_alerts,
)
from finews_crawler.utils.timezone import BEIJING

NOON = datetime(2026, 9, 8, 12, tzinfo=BEIJING)
HALF_AN_HOUR = timedelta(minutes=30)


def mails(texts: list[str], name: str = "slow", *, is_delivered: bool = True) -> list[tuple[int, str]]:
    """Return the number of the run and the state of each mail, for runs every half hour with these monitor results."""
    alerts: Alerts = {}
    sent: list[tuple[int, str]] = []
    for number, text in enumerate(texts):
        now = NOON + number * HALF_AN_HOUR
        alerts = update_alerts(alerts, {name: text}, now)
        due = due_notifications(alerts, "mail", now)
        sent += [(number, state.value) for _, state in due]
        if is_delivered:
            alerts = mark_notified(alerts, "mail", due, now)
        alerts = drop_resolved(alerts, ["mail"])
    return sent


def test_alert_is_reported_when_it_starts_once_a_day_and_when_it_is_over() -> None:
    assert mails(["", *["9 s per request"] * 100, *[""] * 50]) == [
        (1, "started"),
        (49, "lasts"),
        (97, "lasts"),
        (101, "over"),
    ]


def test_alert_that_returns_is_reported_as_started_again() -> None:
    assert mails(["9 s", "", "9 s", ""]) == [(0, "started"), (1, "over"), (2, "started"), (3, "over")]


def test_unread_list_is_reported_in_the_second_run_in_a_row() -> None:
    assert mails(["no list", "", "no list", "no list", "no list", ""], "unread:media") == [(3, "started"), (5, "over")]


def test_notification_that_fails_is_repeated_in_each_run() -> None:
    assert mails(["9 s", "9 s", "", ""], is_delivered=False) == [(0, "started"), (1, "started")]


def test_resolution_that_could_not_be_reported_is_reported_later() -> None:
    over = update_alerts(
        {"slow": Alert("slow", "9 s", NOON, notified_at={"mail": NOON})}, {"slow": ""}, NOON + HALF_AN_HOUR
    )
    later = update_alerts(over, {"slow": ""}, NOON + 2 * HALF_AN_HOUR)
    assert later == over
    assert [due.state.value for due in due_notifications(later, "mail", NOON + 2 * HALF_AN_HOUR)] == ["over"]
    assert due_notifications(later, "webhook", NOON) == []  # it never reported the start
    assert drop_resolved(later, ["mail"]) == later
    assert drop_resolved(later, ["webhook"]) == {}  # the mail setting was removed


def test_alert_without_a_result_stays_as_it_is() -> None:
    alerts = {"slow": Alert("slow", "9 s", NOON, notified_at={"mail": NOON})}
    assert update_alerts(alerts, {}, NOON + timedelta(days=3)) == alerts
    assert list(newly_resolved(alerts, alerts)) == []


def test_resolution_is_found_once_and_only_for_alerts_that_were_firing() -> None:
    alerts = {
        "slow": Alert("slow", "9 s", NOON, notified_at={"mail": NOON}),
        "unread:media": Alert("unread:media", "-", NOON),
    }
    after = update_alerts(alerts, {"slow": "", "unread:media": ""}, NOON)
    assert [alert.name for alert in newly_resolved(alerts, after)] == ["slow"]
    assert list(newly_resolved(after, update_alerts(after, {"slow": ""}, NOON))) == []
