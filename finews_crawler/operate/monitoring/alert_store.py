"""``cache/alarms.json``: the alerts of each spider and of the archive, from run to run.

Without the file every alert that is still active is reported again as new.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
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
"""Owner of archive-wide alerts (disk, inodes), as opposed to alerts of one spider."""
AlertsByOwner = dict[str, dict[str, Alert]]
"""The alerts by owner (a spider, or the archive), then by name."""


class AlertStore:
    """Reads and writes the file; only the run that holds the archive lock may write."""

    def __init__(self, directory: DataDirectory) -> None:
        self.root, self.path = directory.root, directory.cache / FILE

    def read(self) -> AlertsByOwner:
        """Return the stored alerts; log a warning and return none when the file cannot be read."""
        try:
            return read_alerts(self.path)
        except (OSError, ValueError) as error:
            logger.warning("%s cannot be read (%s): active alerts are reported again as new", self.path, error)
            return {}

    def write(self, alerts: Mapping[str, Alerts]) -> None:
        """Store the alerts; log an error when the disk refuses. Without alerts and file, no file is created."""
        if not any(alerts.values()) and not self.path.exists():
            return
        by_owner = {owner: list(map(_as_object, own.values())) for owner, own in alerts.items() if own}
        try:
            write_whole(self.path, json.dumps(by_owner, ensure_ascii=False, indent=1).encode(), self.root)
        except OSError as error:
            message = "%s could not be written (%s), so the next run reports active alerts again: %s"
            error_line(logger, message, self.path, error, hint_for(error))


def read_alerts(path: Path) -> AlertsByOwner:
    """Return the alerts of a file, none when it does not exist. Raises OSError, or ValueError for a damaged file."""
    try:
        return _parse(json.loads(path.read_bytes()))
    except FileNotFoundError:
        return {}
    except (TypeError, RecursionError) as error:
        raise ValueError(str(error)) from error


def _as_object(alert: Alert) -> dict[str, Any]:
    return {
        "name": alert.name,
        "text": alert.text,
        "since": alert.since.isoformat(),
        "runs": alert.runs,
        "told": {notifier: at.isoformat() for notifier, at in alert.notified_at.items()},
        "over_at": alert.resolved_at.isoformat() if alert.resolved_at else None,
    }


def _parse(by_owner: Any) -> AlertsByOwner:
    if not isinstance(by_owner, dict):
        raise TypeError("not a JSON object")
    return {owner: {alert.name: alert for alert in map(_parse_alert, own)} for owner, own in by_owner.items()}


def _parse_alert(value: Any) -> Alert:
    if not isinstance(value, dict) or not isinstance(value.get("told"), dict):
        raise TypeError("an alert is not a JSON object")
    name, text, runs = value.get("name"), value.get("text"), value.get("runs")
    if not (isinstance(name, str) and isinstance(text, str) and isinstance(runs, int)):
        raise TypeError("an alert without name, text or runs")
    if not (name.isprintable() and text.isprintable()):  # a lone surrogate cannot be encoded for a mail or a webhook
        raise ValueError("an alert with unprintable characters")
    notified_at = {notifier: _parse_time(at) for notifier, at in value["told"].items()}
    resolved_at = _parse_time(value["over_at"]) if value.get("over_at") else None
    return Alert(name, text, _parse_time(value.get("since")), runs, notified_at, resolved_at)


def _parse_time(text: Any) -> datetime:
    time = datetime.fromisoformat(text)
    if time.tzinfo is None:
        raise ValueError("a time without a time zone")
    try:
        return time.astimezone(BEIJING)
    except OverflowError as error:
        raise ValueError("a time out of range") from error
