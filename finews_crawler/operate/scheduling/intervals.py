"""Intervals in the syntax of cron and systemd, and an offset, so that not all installations start on the hour."""

from __future__ import annotations

import zlib

from finews_crawler.exceptions import ArgumentError

HOUR, DAY = 60, 24 * 60
INTERVALS = tuple(
    minutes for minutes in range(1, DAY + 1) if HOUR % minutes == 0 or (minutes % HOUR, DAY % minutes) == (0, 0)
)
"""Possible intervals in minutes. They divide an hour or a day, since ``*/45`` would run at :00 and :45."""
MAX_DELAY = 15 * 60
MAX_LOCK_WAIT = 10 * 60


def check_interval(minutes: int) -> None:
    """Raise ArgumentError for an interval that cron cannot express.

    >>> check_interval(45)
    Traceback (most recent call last):
    finews_crawler.exceptions.ArgumentError: --every must divide an hour or a day evenly, got 45; the nearest is 30
    """
    if minutes not in INTERVALS:
        nearest = min(INTERVALS, key=lambda interval: abs(interval - minutes))
        raise ArgumentError(f"--every must divide an hour or a day evenly, got {minutes}; the nearest is {nearest}")


def start_minute(identity: str, minutes: int) -> int:
    """Return the minute of each interval at which an installation crawls: different for each, but always the same.

    >>> [start_minute(f"news.example.{domain} /srv/data", 30) for domain in ("org", "net")], start_minute("", 1)
    ([1, 3], 0)
    """
    return zlib.crc32(identity.encode()) % min(minutes, HOUR)


def cron_fields(minutes: int, at_minute: int) -> str:
    """Return the five time fields of a crontab line.

    >>> cron_fields(30, 7), cron_fields(30, 0), cron_fields(60, 7), cron_fields(120, 7), cron_fields(1440, 7)
    ('7-59/30 * * * *', '*/30 * * * *', '7 * * * *', '7 */2 * * *', '7 0 * * *')
    """
    if minutes < HOUR:
        return f"{f'{at_minute}-59' if at_minute else '*'}/{minutes} * * * *"
    hours = minutes // HOUR
    return f"{at_minute} {'*' if hours == 1 else '0' if minutes == DAY else f'*/{hours}'} * * *"


def systemd_calendar(minutes: int) -> str:
    """Return the calendar expression of a timer.

    >>> systemd_calendar(30), systemd_calendar(60), systemd_calendar(120), systemd_calendar(1440)
    ('*:00/30', '*:00', '00/2:00', '00:00')
    """
    if minutes < HOUR:
        return f"*:00/{minutes}"
    hours = minutes // HOUR
    return "*:00" if hours == 1 else "00:00" if minutes == DAY else f"00/{hours}:00"


def random_delay(minutes: int) -> int:
    """Return the maximum random delay of a timer in seconds.

    >>> random_delay(1), random_delay(30), random_delay(1440)
    (10, 300, 900)
    """
    return min(minutes * 60 // 6, MAX_DELAY)


def lock_wait(minutes: int) -> int:
    """Return how many seconds to wait for another run: less than the interval, so that waiting runs do not pile up.

    >>> lock_wait(1), lock_wait(30)
    (30, 600)
    """
    return min(minutes * 60 // 2, MAX_LOCK_WAIT)
