"""How often, as cron and as systemd say it; and when, so that not all who crawl begin at the full hour."""

from __future__ import annotations

import zlib

HOUR, DAY = 60, 24 * 60
INTERVALS = tuple(
    minutes for minutes in range(1, DAY + 1) if HOUR % minutes == 0 or (minutes % HOUR, DAY % minutes) == (0, 0)
)
"""In minutes. ``*/45`` would run at :00 and :45, a quarter of an hour apart: only parts of an hour or of a day do."""
LONGEST_DELAY = 15 * 60
LONGEST_WAIT = 10 * 60


def check_interval(minutes: int) -> None:
    """Raise ValueError for what no schedule can say.

    >>> check_interval(45)
    Traceback (most recent call last):
    ValueError: 45 minutes are no even part of an hour or of a day; the nearest is 30
    """
    if minutes not in INTERVALS:
        nearest = min(INTERVALS, key=lambda interval: abs(interval - minutes))
        raise ValueError(f"{minutes} minutes are no even part of an hour or of a day; the nearest is {nearest}")


def minute_of(place: str, minutes: int) -> int:
    """At which minute of each interval an installation crawls: its own, and the same whenever it is asked.

    >>> minute_of("news.example.org /srv/data", 30), minute_of("news.example.net /srv/data", 30), minute_of("", 1)
    (1, 3, 0)
    """
    return zlib.crc32(place.encode()) % min(minutes, HOUR)


def in_cron(minutes: int, at_minute: int) -> str:
    """The five fields of a crontab's line.

    >>> in_cron(30, 7), in_cron(30, 0), in_cron(60, 7), in_cron(120, 7), in_cron(1440, 7)
    ('7-59/30 * * * *', '*/30 * * * *', '7 * * * *', '7 */2 * * *', '7 0 * * *')
    """
    if minutes < HOUR:
        return f"{f'{at_minute}-59' if at_minute else '*'}/{minutes} * * * *"
    hours = minutes // HOUR
    return f"{at_minute} {'*' if hours == 1 else '0' if minutes == DAY else f'*/{hours}'} * * *"


def in_systemd(minutes: int) -> str:
    """The calendar expression of a timer.

    >>> in_systemd(30), in_systemd(60), in_systemd(120), in_systemd(1440)
    ('*:00/30', '*:00', '00/2:00', '00:00')
    """
    if minutes < HOUR:
        return f"*:00/{minutes}"
    hours = minutes // HOUR
    return "*:00" if hours == 1 else "00:00" if minutes == DAY else f"00/{hours}:00"


def longest_delay(minutes: int) -> int:
    """Seconds by which systemd may begin later, of its own choice.

    >>> longest_delay(1), longest_delay(30), longest_delay(1440)
    (10, 300, 900)
    """
    return min(minutes * 60 // 6, LONGEST_DELAY)


def lock_wait(minutes: int) -> int:
    """Seconds to wait for another run: not so long that the next one stands behind it.

    >>> lock_wait(1), lock_wait(30)
    (30, 600)
    """
    return min(minutes * 60 // 2, LONGEST_WAIT)
