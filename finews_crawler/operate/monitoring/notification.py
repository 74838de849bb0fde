"""What those who are told of alarms receive: one JSON object for programs, a plain mail for people."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage

from finews_crawler.content.dates import format_published_at
from finews_crawler.operate.monitoring.alerts import AlertState, Notification


@dataclass(frozen=True)
class ReportedRun:
    """The run that met, or ended, the alarms."""

    host: str
    number: int | None
    """Its row in the index; None where there is no index yet."""
    spider: str
    started_at: datetime
    ended_at: datetime
    status: int
    """As the process will exit."""
    counts: dict[str, int]


def as_json(run: ReportedRun, told: Sequence[Notification]) -> bytes:
    """The object for a webhook or a command, in UTF-8."""
    report = {
        "host": run.host,
        "run": run.number,
        "spider": run.spider,
        "started_at": run.started_at.isoformat(),
        "ended_at": run.ended_at.isoformat(),
        "status": run.status,
        "counts": run.counts,
        "alarms": [
            {"name": alarm.name, "text": alarm.text, "state": state.value, "since": alarm.since.isoformat()}
            for alarm, state in told
        ],
    }
    return json.dumps(report, ensure_ascii=False).encode()


def as_mail(run: ReportedRun, told: Sequence[Notification], address: str) -> bytes:
    """The mail, for ``sendmail -t``."""
    mail = EmailMessage()
    mail["To"] = address
    mail["Subject"] = subject(run, told)
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday notes in return
    mail.set_content("\n".join(lines(run, told)) + "\n", charset="utf-8")
    return mail.as_bytes()


def subject(run: ReportedRun, told: Sequence[Notification]) -> str:
    """The host and what failed, as far as a mailbox shows it.

    >>> from finews_crawler.operate.monitoring.alerts import Alert
    >>> at = datetime.fromisoformat("2026-09-10T12:00:00+08:00")
    >>> disk, slow = Alert("disk", "4 MB are left", at), Alert("slow", "9 s a request", at)
    >>> run = ReportedRun("web1", 812, "channel", at, at, 3, {})
    >>> subject(run, [Notification(disk, AlertState.STARTED), Notification(slow, AlertState.OVER)])
    'finews_crawler on web1: disk; over: slow'
    """
    now = ", ".join(alarm.name for alarm, state in told if state is not AlertState.OVER)
    over = ", ".join(alarm.name for alarm, state in told if state is AlertState.OVER)
    return f"finews_crawler on {run.host}: {'; '.join(filter(None, (now, over and f'over: {over}')))}"


def lines(run: ReportedRun, told: Sequence[Notification]) -> list[str]:
    """The mail's text."""
    found = []
    for alarm, state in told:
        found += [f"{alarm.name} {state.value}, since {format_published_at(alarm.since)}", f"  {alarm.text}", ""]
    counts = ", ".join(f"{name} {number}" for name, number in run.counts.items())
    number = "" if run.number is None else f" {run.number}"
    began = f"Run{number} of {run.spider} on {run.host}, begun {format_published_at(run.started_at)}"
    ended = f"ended {format_published_at(run.ended_at)} with status {run.status}"
    often = "An alarm is told when it starts, once a day while it lasts, and when it is over."
    return [*found, f"{began}, {ended}:", f"  {counts}", "", often]
