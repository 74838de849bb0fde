"""Dates of posts as Jekyll 4.3 reads them, with ``timezone: Asia/Shanghai``."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache

from finews_crawler.content.dates import ZONE, read_beijing_time
from finews_crawler.operate.audit.jekyll_yaml import JekyllRefusal, Scalar
from finews_crawler.utils.timezone import BEIJING

DATE = re.compile(
    r"(?P<year>\d{4})(?P<mark>[-/])(?P<month>\d\d?)(?P=mark)(?P<day>\d\d?)"
    r"(?:(?:[Tt]|\s+)(?P<hour>\d\d?):(?P<minute>\d\d)(?P<second>:\d\d(?:\.\d*)?)?"
    r"(?:\s*(?P<zone>Z|[-+]\d\d?(?::?\d\d)?))?)?",
    re.ASCII,
)
OFFSET = re.compile(r"[-+]\d\d(?::?\d\d)?", re.ASCII)
# Until 1991 Asia/Shanghai had daylight saving time, so its offset was not always +0800.
FIRST_YEAR = 1992


def parse_jekyll_date(value: Scalar, *, has_own_theme: bool = False) -> datetime:
    """Return the time of a ``date`` value in Beijing time. Raises JekyllRefusal for a value on which Jekyll fails.

    YAML reads a time without zone as UTC; a plugin of our own theme reads it as Beijing time.

    Ruby guesses at many more spellings. Those are refused here, because an archive should not depend on a guess.

    >>> parse_jekyll_date(Scalar("2022-05-18 16:48:06 +0800", is_plain=True)).isoformat()
    '2022-05-18T16:48:06+08:00'
    >>> parse_jekyll_date(Scalar("2022-05-18 16:48:06", is_plain=True)).isoformat()
    '2022-05-19T00:48:06+08:00'
    >>> parse_jekyll_date(Scalar("2022-05-18 16:48:06", is_plain=True), has_own_theme=True).isoformat()
    '2022-05-18T16:48:06+08:00'
    >>> parse_jekyll_date(Scalar("2022-05-18 16:48:06")).isoformat()
    '2022-05-18T16:48:06+08:00'
    >>> parse_jekyll_date(Scalar("2022-02-30", is_plain=True)).isoformat()
    '2022-03-02T00:00:00+08:00'
    >>> parse_jekyll_date(Scalar("yesterday"))
    Traceback (most recent call last):
    ...
    finews_crawler.operate.audit.jekyll_yaml.JekyllRefusal: its date 'yesterday' is invalid, or Jekyll misreads it
    """
    usual = read_beijing_time(value.text.removesuffix(ZONE)) if value.text.endswith(ZONE) else None
    if usual and usual.year >= FIRST_YEAR:
        return usual
    if not value.text or value.is_null:
        raise JekyllRefusal("its date is empty")
    match = DATE.fullmatch(value.text.strip())
    is_utc = value.is_plain and not has_own_theme
    time = _time(match, is_plain=value.is_plain, naive_zone="Z" if is_utc else "+08") if match else None
    if time is None:
        raise JekyllRefusal(f"its date {value.text[:40]!r} is invalid, or Jekyll misreads it")
    return time.astimezone(BEIJING)


def _time(match: re.Match[str], *, is_plain: bool, naive_zone: str) -> datetime | None:
    year, month, day = (int(match[name]) for name in ("year", "month", "day"))
    hour, minute = (int(match[name] or 0) for name in ("hour", "minute"))
    second = int((match["second"] or ":0")[1:3])
    is_yaml_timestamp = is_plain and match["mark"] == "-" and match["second"] is not None
    zone = _zone(match["zone"] or (naive_zone if is_yaml_timestamp else "+08"), is_yaml_timestamp=is_yaml_timestamp)
    if zone is None or year < FIRST_YEAR or not 1 <= day <= 31:
        return None
    try:
        # Ruby continues past the end of a short month: 30 February is 1 or 2 March.
        return datetime(year, month, 1, hour, minute, second, tzinfo=zone) + timedelta(days=day - 1)
    except (ValueError, OverflowError):
        return None


@lru_cache(maxsize=64)
def _zone(text: str, *, is_yaml_timestamp: bool) -> timezone | None:
    """Return the time zone, or None if it is ignored: Psych accepts an offset of one digit, Ruby does not.

    >>> _zone("+0530", is_yaml_timestamp=False), _zone("+9", is_yaml_timestamp=True)
    (datetime.timezone(datetime.timedelta(seconds=19800)), datetime.timezone(datetime.timedelta(seconds=32400)))
    >>> _zone("+9", is_yaml_timestamp=False), _zone("+2400", is_yaml_timestamp=True)
    (None, None)
    """
    if text == "Z":
        return UTC
    if not (is_yaml_timestamp or OFFSET.fullmatch(text)):
        return None
    hours, _, minutes = text[1:].partition(":") if ":" in text else (text[1:3], "", text[3:])
    offset = timedelta(hours=int(hours), minutes=int(minutes or 0))
    return timezone(offset if text[0] == "+" else -offset) if offset < timedelta(days=1) else None
