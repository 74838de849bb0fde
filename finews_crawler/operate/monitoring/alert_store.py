"""``cache/alarms.json``: the alarms of each spider and of the archive, from run to run.

Without it every alarm that goes on is told anew.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from finews_crawler.config.data_directory import DataDirectory
from finews_crawler.operate.monitoring.alerts import Alert, Alerts
from finews_crawler.utils.error_hints import hint_for
from finews_crawler.utils.files import write_whole
from finews_crawler.utils.log import error_line
from finews_crawler.utils.timezone import BEIJING

logger = logging.getLogger(__name__)
FILE = "alarms.json"
ARCHIVE = ""
"""The owner of what every spider's run sees alike, such as the disk."""
AlertsByOwner = dict[str, dict[str, Alert]]
"""The alarms by owner (a spider, or the archive), then by name."""


class AlertStore:
    """Read when a run has been judged, written when its alarms have been told, by the run that holds the lock."""

    def __init__(self, directory: DataDirectory) -> None:
        self.path = directory.cache / FILE

    def read(self) -> AlertsByOwner:
        """The alarms known; a file that cannot be read is told of, and knows none."""
        try:
            return read_page(self.path)
        except (OSError, ValueError) as error:
            logger.warning("%s cannot be read (%s): alarms that go on are told anew", self.path, error)
            return {}

    def write(self, page: Mapping[str, Alerts]) -> None:
        """Keep the alarms; a disk that refuses is told of, and has them told anew by the next run."""
        content = alarms_as_json(page)
        if not any(page.values()) and not self.path.exists():
            return
        try:
            write_whole(self.path, content)
        except OSError as error:
            message = "%s could not be written (%s), so the next run tells of alarms anew: %s"
            error_line(logger, message, self.path, error, hint_for(error))


def read_page(path: Path) -> AlertsByOwner:
    """The alarms in a file; none where there is none. Raises OSError, or ValueError for a file that is damaged."""
    try:
        return alarms_in(path.read_bytes())
    except FileNotFoundError:
        return {}
    except (TypeError, RecursionError) as error:
        raise ValueError(str(error)) from error


def alarms_as_json(page: Mapping[str, Alerts]) -> bytes:
    """The file's bytes."""
    told = {owner: list(map(as_object, alarms.values())) for owner, alarms in page.items() if alarms}
    return json.dumps(told, ensure_ascii=False, indent=1).encode()


def as_object(alarm: Alert) -> dict[str, Any]:
    """One alarm in JSON's types."""
    return {
        "name": alarm.name,
        "text": alarm.text,
        "since": alarm.since.isoformat(),
        "runs": alarm.runs,
        "told": {action: at.isoformat() for action, at in alarm.told.items()},
        "over_at": alarm.over_at.isoformat() if alarm.over_at else None,
    }


def alarms_in(content: bytes) -> AlertsByOwner:
    """What a file tells. Raises ValueError or TypeError.

    >>> at = datetime.fromisoformat("2026-09-10T12:00:00+08:00")
    >>> page = {"channel": {"slow": Alert("slow", "9 s a request", at, told={"mail": at})}}
    >>> alarms_in(alarms_as_json(page)) == page
    True
    """
    read = json.loads(content)
    if not isinstance(read, dict):
        raise TypeError("no object of alarms")
    return {owner: by_name(map(alarm_of, alarms)) for owner, alarms in read.items()}


def by_name(alarms: Iterable[Alert]) -> dict[str, Alert]:
    return {alarm.name: alarm for alarm in alarms}


def alarm_of(read: Any) -> Alert:
    """One alarm from JSON's types. Raises ValueError or TypeError."""
    if not isinstance(read, dict) or not isinstance(read.get("told"), dict):
        raise TypeError("an alarm is no object")
    name, text, runs = read.get("name"), read.get("text"), read.get("runs")
    if not (isinstance(name, str) and isinstance(text, str) and isinstance(runs, int)):
        raise TypeError("an alarm without name, text or runs")
    if not (name.isprintable() and text.isprintable()):  # nor is half a pair of surrogates
        raise ValueError("an alarm whose words cannot be told")
    told = {action: moment_of(at) for action, at in read["told"].items()}
    over_at = moment_of(read["over_at"]) if read.get("over_at") else None
    return Alert(name, text, moment_of(read.get("since")), runs, told, over_at)


def moment_of(text: Any) -> datetime:
    """A moment with its zone. Raises ValueError or TypeError."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a moment without a zone")
    try:
        return moment.astimezone(BEIJING)
    except OverflowError as error:
        raise ValueError("a moment beyond all years") from error
