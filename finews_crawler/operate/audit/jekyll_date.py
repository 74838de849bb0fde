"""The moment that Jekyll 4.3 takes from a date, with ``timezone: Asia/Shanghai``.

A date of front matter without quotes and without a zone is UTC to Psych: eight hours late in Beijing, and from 16:00
the next day. In quotes, or without seconds, it is Ruby that reads it, in the site's zone.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

from finews_crawler.content.dates import BEIJING
from finews_crawler.operate.audit.jekyll_yaml import Refused, Scalar

DATE = re.compile(
    r"(?P<year>\d{4})(?P<mark>[-/])(?P<month>\d\d?)(?P=mark)(?P<day>\d\d?)"
    r"(?:(?:[Tt]|\s+)(?P<hour>\d\d?):(?P<minute>\d\d)(?P<second>:\d\d(?:\.\d*)?)?"
    r"(?:\s*(?P<zone>Z|[-+]\d\d?(?::?\d\d)?))?)?",
    re.ASCII,
)
OFFSET = re.compile(r"[-+]\d\d(?::?\d\d)?", re.ASCII)
# Before, the clocks of Asia/Shanghai were not always eight hours ahead.
FIRST_YEAR = 1992


def read_date(value: Scalar) -> datetime:
    """The moment of a ``date``, in Beijing; raises Refused for one that Jekyll stops at.

    Ruby guesses at many more spellings. Those are refused here: no archive should hang on its guess.

    >>> read_date(Scalar("2022-05-18 16:48:06 +0800", is_plain=True)).isoformat()
    '2022-05-18T16:48:06+08:00'
    >>> read_date(Scalar("2022-05-18 16:48:06", is_plain=True)).isoformat()
    '2022-05-19T00:48:06+08:00'
    >>> read_date(Scalar("2022-05-18 16:48:06")).isoformat()
    '2022-05-18T16:48:06+08:00'
    >>> read_date(Scalar("2022-02-30", is_plain=True)).isoformat()
    '2022-03-02T00:00:00+08:00'
    >>> read_date(Scalar("yesterday"))
    Traceback (most recent call last):
    ...
    finews_crawler.operate.audit.jekyll_yaml.Refused: its date 'yesterday' is none, or Jekyll takes another day from it
    """
    if not value.text or value.is_null:
        raise Refused("its date is empty")
    match = DATE.fullmatch(value.text.strip())
    moment = _moment(match, is_plain=value.is_plain) if match else None
    if moment is None:
        raise Refused(f"its date {value.text[:40]!r} is none, or Jekyll takes another day from it")
    return moment.astimezone(BEIJING)


def _moment(match: re.Match[str], *, is_plain: bool) -> datetime | None:
    year, month, day = (int(match[name]) for name in ("year", "month", "day"))
    hour, minute = (int(match[name] or 0) for name in ("hour", "minute"))
    second = int((match["second"] or ":0")[1:3])
    is_of_yaml = is_plain and match["mark"] == "-" and match["second"] is not None
    zone = _zone(match["zone"] or ("Z" if is_of_yaml else "+08"), is_of_yaml=is_of_yaml)
    if zone is None or year < FIRST_YEAR or not 1 <= day <= 31:
        return None
    try:
        # Ruby counts on from the end of a short month: 30 February is 2 March, or near it.
        return datetime(year, month, 1, hour, minute, second, tzinfo=zone) + timedelta(days=day - 1)
    except (ValueError, OverflowError):
        return None


def _zone(text: str, *, is_of_yaml: bool) -> timezone | None:
    """The zone, or None for what is none to its reader: Ruby passes over an offset of one digit, Psych does not.

    >>> _zone("+0530", is_of_yaml=False), _zone("+9", is_of_yaml=True)
    (datetime.timezone(datetime.timedelta(seconds=19800)), datetime.timezone(datetime.timedelta(seconds=32400)))
    >>> _zone("+9", is_of_yaml=False), _zone("+2400", is_of_yaml=True)
    (None, None)
    """
    if text == "Z":
        return timezone.utc
    if not (is_of_yaml or OFFSET.fullmatch(text)):
        return None
    hours, _, minutes = text[1:].partition(":") if ":" in text else (text[1:3], "", text[3:])
    offset = timedelta(hours=int(hours), minutes=int(minutes or 0))
    return timezone(offset if text[0] == "+" else -offset) if offset < timedelta(days=1) else None
