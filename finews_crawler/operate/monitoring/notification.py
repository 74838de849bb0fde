"""Content of a notification: one JSON object for webhooks and commands, plain text for a mail."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from email.message import EmailMessage
from typing import NamedTuple

from finews_crawler.content.dates import format_published_at
from finews_crawler.operate.monitoring.alerts import AlertState, Notification

MOST_NAMES = 3
"""Alerts that are named in a subject."""
SCHEDULE = "An alarm is reported when it starts, once a day while it lasts, and when it is over."


class ReportedRun(NamedTuple):
    """The run that raised or resolved the alerts."""

    host: str
    number: int | None
    """Its row in the index; None before the first article is archived."""
    spider: str
    started_at: datetime
    ended_at: datetime
    status: int
    """Exit status of the process."""
    counts: dict[str, int]


def as_json(run: ReportedRun, notifications: Sequence[Notification]) -> bytes:
    """Return the report of a run as a webhook and FINEWS_ALARM_COMMAND get it: JSON as UTF-8 on one line."""
    report = {
        "host": run.host,
        "run": run.number,
        "spider": run.spider,
        "started_at": run.started_at.isoformat(),
        "ended_at": run.ended_at.isoformat(),
        "status": run.status,
        "counts": run.counts,
        "alarms": [
            {"name": alert.name, "text": alert.text, "state": state.value, "since": alert.since.isoformat()}
            for alert, state in notifications
        ],
    }
    return json.dumps(report, ensure_ascii=False).encode()


def as_mail(run: ReportedRun, notifications: Sequence[Notification], address: str) -> bytes:
    """Return the mail with its headers, for ``sendmail -t``."""
    mail = EmailMessage()
    mail["To"] = address
    mail["Subject"] = subject(run, notifications)
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: suppresses out-of-office replies
    lines = []
    for alert, state in notifications:
        lines += [f"{alert.name} {state.value}, since {format_published_at(alert.since)}", f"  {alert.text}", ""]
    number = "" if run.number is None else f" {run.number}"
    started = f"Run{number} of {run.spider} on {run.host}, started {format_published_at(run.started_at)}"
    ended = f"ended {format_published_at(run.ended_at)} with status {run.status}"
    counts = ", ".join(f"{name} {count}" for name, count in run.counts.items())
    lines += [f"{started}, {ended}:", f"  {counts}", "", SCHEDULE, ""]
    mail.set_content("\n".join(lines), charset="utf-8")
    return mail.as_bytes()


def subject(run: ReportedRun, notifications: Sequence[Notification]) -> str:
    """Return the subject of a mail: the firing alerts, then the resolved ones."""
    firing = shortened([alert.name for alert, state in notifications if state is not AlertState.RESOLVED])
    resolved = shortened([alert.name for alert, state in notifications if state is AlertState.RESOLVED])
    return f"finews_crawler on {run.host}: {'; '.join(filter(None, (firing, resolved and f'over: {resolved}')))}"


def shortened(names: Sequence[str]) -> str:
    """Return the names in a line; of many, as when one host of ten lists is down, the first one and how many more.

    >>> shortened(["disk", "slow"]), shortened(["unreachable", "unread:a", "unread:b", "unread:c"])
    ('disk, slow', 'unreachable and 3 more')
    """
    return ", ".join(names) if len(names) <= MOST_NAMES else f"{names[0]} and {len(names) - 1} more"
