"""Alarms from their first run to their end, and who has heard of them. Pure: the moment is passed in."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from finews_crawler.utils.clock import is_due

ONE_DAY = timedelta(days=1)
IN_A_ROW = 2
"""Upstream fails now and then: what may be over in half an hour is an alarm once two runs in a row have met it."""
PATIENT = ("unreachable", "unread")


@dataclass(frozen=True)
class Alert:
    """One alarm that has begun, and is not told to be over to all who heard of it."""

    name: str
    """Such as ``disk``, ``missing:digest``, ``quiet:media``."""
    text: str
    """What, and what to do."""
    since: datetime
    runs: int = 1
    """How many in a row have met it."""
    told: Mapping[str, datetime] = field(default_factory=dict)
    """When each action was last told, as far as it was."""
    over_at: datetime | None = None

    @property
    def is_raised(self) -> bool:
        """Whether it is an alarm now.

        >>> began = datetime.fromisoformat("2026-09-10T12:00:00+08:00")
        >>> Alert("disk", "4 MB are left", began).is_raised, Alert("unread:media", "no list", began).is_raised
        (True, False)
        >>> Alert("unread:media", "no list", began, runs=2).is_raised
        True
        """
        needed = IN_A_ROW if self.name.partition(":")[0] in PATIENT else 1
        return self.over_at is None and self.runs >= needed


class AlertState(StrEnum):
    """What is said of an alarm."""

    STARTED = "started"
    LASTS = "lasts"
    OVER = "over"


class Notification(NamedTuple):
    """An alarm, and what is to be said of it."""

    alarm: Alert
    state: AlertState


Alerts = Mapping[str, Alert]
"""By name."""


def update_alerts(alarms: Alerts, judged: Mapping[str, str], now: datetime) -> dict[str, Alert]:
    """The alarms after a run that *judged* some: their texts, '' where all is well. What was not judged stays.

    >>> at = datetime.fromisoformat("2026-09-10T12:00:00+08:00")
    >>> begun = update_alerts({}, {"disk": "4 MB are left", "slow": ""}, at)
    >>> list(begun), update_alerts(begun, {"slow": ""}, at) == begun, update_alerts(begun, {"disk": ""}, at)
    (['disk'], True, {})
    """
    after = dict(alarms)
    for name, text in judged.items():
        before = after.pop(name, None)
        if text:
            after[name] = lasting(before, text) or Alert(name, text, now, told=before.told if before else {})
        elif before is not None and before.told:
            after[name] = replace(before, over_at=before.over_at or now)
    return after


def lasting(before: Alert | None, text: str) -> Alert | None:
    """The alarm of before, met again; None when there was none, or it was over."""
    if before is None or before.over_at is not None:
        return None
    return replace(before, text=text, runs=before.runs + 1)


def ended(before: Alerts, after: Alerts) -> Iterator[Alert]:
    """The alarms that were raised, and are over."""
    for name, alarm in before.items():
        if alarm.is_raised and not (name in after and after[name].is_raised):
            yield alarm


def due_notifications(alarms: Alerts, action: str, now: datetime) -> list[Notification]:
    """What *action* is to hear: of an alarm that starts, once a day while it lasts, and when it is over.

    >>> noon = datetime.fromisoformat("2026-09-10T12:00:00+08:00")
    >>> new, old = Alert("disk", "4 MB are left", noon), Alert("slow", "9 s a request", noon, told={"mail": noon})
    >>> [(told.alarm.name, told.state.value) for told in due_notifications({"disk": new, "slow": old}, "mail", noon)]
    [('disk', 'started')]
    >>> [told.state.value for told in due_notifications({"slow": old}, "mail", noon + ONE_DAY)]
    ['lasts']
    >>> [told.state.value for told in due_notifications({"slow": replace(old, over_at=noon)}, "mail", noon)]
    ['over']
    """
    found = ((alarm, state_for(alarm, action, now)) for alarm in alarms.values())
    return [Notification(alarm, state) for alarm, state in found if state is not None]


def state_for(alarm: Alert, action: str, now: datetime) -> AlertState | None:
    """What *action* is to hear of one alarm; None when nothing."""
    told_at = alarm.told.get(action)
    if alarm.over_at is not None:
        return AlertState.OVER if told_at else None
    if not alarm.is_raised:
        return None
    if told_at is None:
        return AlertState.STARTED
    return AlertState.LASTS if is_due(told_at, ONE_DAY, now) else None


def mark_notified(alarms: Alerts, action: str, told: Collection[Notification], now: datetime) -> dict[str, Alert]:
    """The same alarms, once *action* has heard."""
    after = dict(alarms)
    for name in (alarm.name for alarm, _ in told):
        others = {other: at for other, at in after[name].told.items() if other != action}
        is_over = after[name].over_at is not None
        after[name] = replace(after[name], told=others if is_over else {**others, action: now})
    return after


def drop_resolved(alarms: Alerts, actions: Collection[str]) -> dict[str, Alert]:
    """Without those that are over, and of which no action that is set has still to hear so."""
    return {name: alarm for name, alarm in alarms.items() if alarm.over_at is None or alarm.told.keys() & set(actions)}
