"""The settings of the alarms, typed, and whether they can be meant."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit


@dataclass(frozen=True)
class AlertConfig:
    """Whom to tell, and the thresholds that are settings. What is empty is off."""

    mail: str = ""
    sendmail: str = "/usr/sbin/sendmail"
    webhook: str = ""
    command: str = ""
    metrics_file: str = ""
    quiet_hours: float = 0
    disk_free_mb: float = 500

    @property
    def tells(self) -> bool:
        """Whether anybody hears of alarms but by the log."""
        return bool(self.mail or self.webhook or self.command or self.metrics_file)


def read_alert_config(settings: Mapping[str, Any]) -> AlertConfig:
    """The settings as they are meant. Raises ValueError; the message names the setting and says what to do."""
    options = AlertConfig(
        mail=settings["FINEWS_ALARM_MAIL"],
        sendmail=settings["FINEWS_SENDMAIL"],
        webhook=settings["FINEWS_ALARM_WEBHOOK"],
        command=settings["FINEWS_ALARM_COMMAND"],
        metrics_file=settings["FINEWS_METRICS_FILE"],
        quiet_hours=read_number("FINEWS_QUIET_HOURS", settings["FINEWS_QUIET_HOURS"] or "0", "hours"),
        disk_free_mb=read_number("FINEWS_DISK_FREE_MB", settings["FINEWS_DISK_FREE_MB"], "megabytes"),
    )
    check_mail(options)
    check_webhook(options.webhook)
    file = options.metrics_file
    if file and (Path(file).is_dir() or not Path(file).parent.is_dir()):
        raise ValueError(f"FINEWS_METRICS_FILE={file!r}: not a file in a folder that exists")
    if file and Path(file).suffix != ".prom":
        raise ValueError(f"FINEWS_METRICS_FILE={file!r} does not end in .prom: the collector would leave it out")
    return options


def read_number(name: str, text: Any, unit: str) -> float:
    """A number from 0. Raises ValueError.

    >>> read_number("FINEWS_QUIET_HOURS", "1.5", "hours")
    1.5
    >>> read_number("FINEWS_QUIET_HOURS", "2h", "hours")
    Traceback (most recent call last):
    ...
    ValueError: FINEWS_QUIET_HOURS='2h' is not a number of hours from 0
    """
    try:
        number = float(text)
    except (TypeError, ValueError):
        number = math.nan
    if not 0 <= number < math.inf:
        raise ValueError(f"{name}={text!r} is not a number of {unit} from 0")
    return number


def check_mail(options: AlertConfig) -> None:
    """The address becomes a header, which a space or a line break would end. ``root`` is one, to the local sendmail."""
    address = options.mail
    if address and (not address.isascii() or not address.isprintable() or " " in address or not is_header(address)):
        raise ValueError(f"FINEWS_ALARM_MAIL={address!r} is no address; for example: news@example.org")
    if address and not options.sendmail.startswith("/"):
        raise ValueError(f"FINEWS_SENDMAIL={options.sendmail!r} is no absolute path; for example: /usr/sbin/sendmail")


def is_header(address: str) -> bool:
    """Whether Python's mail can hold it, which takes such an address apart.

    >>> is_header("root"), is_header("news@example.org"), is_header("news@"), is_header("a<")
    (True, True, False, False)
    """
    mail = EmailMessage()
    try:
        mail["To"] = address
        return not mail["To"].defects or "@" not in address
    except Exception:  # noqa: BLE001 (it raises IndexError, AttributeError, TypeError …)
        return False


def check_webhook(address: str) -> None:
    """Raise ValueError for what nothing can be posted to."""
    try:
        parts = urlsplit(address)
        is_http = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_http = False
    if address and not is_http:
        raise ValueError(
            f"FINEWS_ALARM_WEBHOOK={address!r} is no http address; for example: https://example.org/hooks/finews"
        )
