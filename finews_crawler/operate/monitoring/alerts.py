"""Life cycle of an alert, from the first run that fails its check until every notifier knows that it is resolved.

Pure: the time is an argument.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from finews_crawler.operate.monitoring.monitors import MONITORS
from finews_crawler.utils.clock import is_due

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Alert:
    """An alert that is active, or resolved but not yet reported as such to every notifier that reported it."""

    name: str
    """Such as ``disk``, ``missing:digest``, ``quiet:media``."""
    text: str
    """The event, then a colon and the hint."""
    since: datetime
    """The first run that failed the check."""
    runs: int = 1
    """Consecutive runs that failed the check."""
    notified_at: Mapping[str, datetime] = field(default_factory=dict)
    """Time of the last notification by notifier; a notifier that never reported it is missing."""
    resolved_at: datetime | None = None

    @property
    def is_firing(self) -> bool:
        """Return True once enough consecutive runs have failed the check, until one passes it.

        >>> noon = datetime.fromisoformat("2026-09-10T12:00:00+08:00")
        >>> Alert("disk", "4 MB free", noon).is_firing, Alert("unread:media", "no list", noon).is_firing
        (True, False)
        >>> Alert("unread:media", "no list", noon, runs=2).is_firing
        True
        """
        needed = MONITORS[self.name].consecutive_runs if self.name in MONITORS else 1
        return self.resolved_at is None and self.runs >= needed


class AlertState(StrEnum):
    """State of an alert in a notification; the values are part of the JSON format."""

    FIRING = "started"
    REPEATED = "lasts"
    RESOLVED = "over"


class Notification(NamedTuple):
    """An alert, and the state to report."""

    alert: Alert
    state: AlertState


Alerts = Mapping[str, Alert]
"""By name."""


def update_alerts(alerts: Alerts, results: Mapping[str, str], now: datetime) -> dict[str, Alert]:
    """Return the alerts after a run with these monitor results: a text by name, '' when healthy.

    An alert without a result stays as it is: the run had too little data to decide.
    """
    after = dict(alerts)
    for name, text in results.items():
        before = after.pop(name, None)
        if text and before is not None and before.resolved_at is None:
            after[name] = replace(before, text=text, runs=before.runs + 1)
        elif text:
            # A notifier that could not report the last resolution keeps its time, and reports a repetition at most.
            after[name] = Alert(name, text, now, notified_at=before.notified_at if before else {})
        elif before is not None and before.notified_at:
            after[name] = replace(before, resolved_at=before.resolved_at or now)
    return after


def newly_resolved(before: Alerts, after: Alerts) -> Iterator[Alert]:
    """Yield the alerts that were firing and no longer are."""
    for name, alert in before.items():
        if alert.is_firing and not (name in after and after[name].is_firing):
            yield alert


def due_notifications(alerts: Alerts, notifier: str, now: datetime) -> list[Notification]:
    """Return the notifications for *notifier*: an alert that starts, once a day while it lasts, and its end."""
    states = ((alert, _state_for(alert, notifier, now)) for alert in alerts.values())
    return [Notification(alert, state) for alert, state in states if state is not None]


def _state_for(alert: Alert, notifier: str, now: datetime) -> AlertState | None:
    notified_at = alert.notified_at.get(notifier)
    if alert.resolved_at is not None:
        return AlertState.RESOLVED if notified_at else None
    if not alert.is_firing:
        return None
    if notified_at is None:
        return AlertState.FIRING
    return AlertState.REPEATED if is_due(notified_at, ONE_DAY, now) else None


def mark_notified(alerts: Alerts, notifier: str, sent: Collection[Notification], now: datetime) -> dict[str, Alert]:
    """Return the alerts once *notifier* has delivered *sent*."""
    after = dict(alerts)
    for name in (alert.name for alert, _ in sent):
        others = {other: at for other, at in after[name].notified_at.items() if other != notifier}
        is_resolved = after[name].resolved_at is not None
        after[name] = replace(after[name], notified_at=others if is_resolved else {**others, notifier: now})
    return after


def drop_resolved(alerts: Alerts, notifiers: Collection[str]) -> dict[str, Alert]:
    """Remove resolved alerts that no configured notifier has yet to report."""
    return {
        name: alert
        for name, alert in alerts.items()
        if alert.resolved_at is None or alert.notified_at.keys() & set(notifiers)
    }
