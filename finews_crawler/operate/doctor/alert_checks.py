"""The alarms that last, as the runs have left them, and whether a mail of them could go out."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping

from finews_crawler.config.alerting import AlarmOptions
from finews_crawler.config.data_directory import DataDirectory
from finews_crawler.content.dates import format_published_at
from finews_crawler.operate.doctor.check import Line, attend, ok
from finews_crawler.operate.monitoring.alert_store import Book, read_page
from finews_crawler.operate.monitoring.alerts import Alarms
from finews_crawler.operate.monitoring.notifiers import NO_SENDMAIL
from finews_crawler.utils.error_hints import advise

NAME = "alarms"


def check_alarms(directory: DataDirectory, options: AlarmOptions) -> Iterator[Line]:
    """A line for each alarm that is raised, or one that there is none; and one for a mail that nobody would take."""
    if options.mail and not os.access(options.sendmail, os.X_OK):
        yield attend("FINEWS_ALARM_MAIL", f"there is no program {options.sendmail}", NO_SENDMAIL)
    path = Book(directory).path
    try:
        raised = list(judge_alarms(read_page(path)))
    except (OSError, ValueError) as error:
        yield attend(NAME, f"{path} cannot be read ({error})", f"{advise(error)}, or remove it")
        return
    yield from raised
    if not raised:
        told = "" if options.tells else ", and nobody would be told: see FINEWS_ALARM_… in README"
        yield ok(NAME, f"none is raised{told}")


def judge_alarms(page: Mapping[str, Alarms]) -> Iterator[Line]:
    """A line for each alarm that is raised.

    >>> from datetime import datetime
    >>> from finews_crawler.operate.monitoring.alerts import Alarm
    >>> from finews_crawler.content.dates import BEIJING
    >>> slow = Alarm("slow", "9 s a request: see the network", datetime(2026, 9, 10, 12, tzinfo=BEIJING))
    >>> [line.text for line in judge_alarms({"channel": {"slow": slow}})]
    ['channel, since 2026-09-10 12:00:00 +0800: 9 s a request: see the network']
    """
    for owner, alarms in page.items():
        for alarm in alarms.values():
            if alarm.is_raised:
                whose = f"{owner}, " if owner else ""
                since = format_published_at(alarm.since)
                yield Line(False, f"alarm {alarm.name}", f"{whose}since {since}: {alarm.text}")
