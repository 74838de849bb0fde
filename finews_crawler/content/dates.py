"""Times: upstream's naive times are Beijing wall clock; everywhere else times are aware.

The zone is a fixed offset, because posts have ``+0800`` for every day of the archive.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone

from finews_crawler.utils.timezone import BEIJING

WHOLE_DATE = re.compile(
    r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})"
    r"(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?\s*(?:(Z)|([+-])(\d{2}):?(\d{2}))?)?",
    re.ASCII,
)
LENGTH = len("2022-05-18 16:48:06")
ZONE = " +0800"
EPOCH_MILLISECONDS = re.compile(r"\d{13}", re.ASCII)
# Upstream's archive begins in this century; an earlier year is a broken value, such as 1970 or 0001.
FIRST_YEAR = 1990


def parse_published_at(value: str) -> datetime | None:
    """Parse upstream's ``showtime`` or ``datetime``: a date, or milliseconds since 1970 as 13 digits. Never raises.

    Return an aware time in whole seconds; None if *value* is empty, not a date, or before 1990.

    >>> parse_published_at("2022-05-18 16:48:06").isoformat()
    '2022-05-18T16:48:06+08:00'
    >>> parse_published_at("2022-05-18T08:48:06Z").isoformat()
    '2022-05-18T16:48:06+08:00'
    >>> parse_published_at("") is None, parse_published_at("2022-02-30 00:00:00") is None
    (True, True)
    """
    text = value.strip()
    moment = read_beijing_time(text.removesuffix(ZONE)) or _read_other_spelling(text)
    return moment if moment and moment.year >= FIRST_YEAR else None


def read_beijing_time(text: str) -> datetime | None:
    """Return the time of *text* if it is spelled as in a post's front matter, but without the zone; else None.

    >>> read_beijing_time("2022-05-18 16:48:06").isoformat()
    '2022-05-18T16:48:06+08:00'
    >>> read_beijing_time("2022-05-18T16:48:06") is None, read_beijing_time("2022-02-30 00:00:00") is None
    (True, True)
    """
    if len(text) != LENGTH:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    # fromisoformat() reads other spellings, too: 2022-05-18T16:48:06, 2022-05-18 16+08:00.
    return moment.replace(tzinfo=BEIJING) if moment.isoformat(" ") == text else None


def _read_other_spelling(text: str) -> datetime | None:
    try:
        if EPOCH_MILLISECONDS.fullmatch(text):
            moment = datetime.fromtimestamp(int(text) / 1000, tz=BEIJING)
        elif found := WHOLE_DATE.fullmatch(text):
            moment = _from_match(found)
        else:
            return None
    except (ValueError, OverflowError):
        return None
    return moment.replace(microsecond=0)


def _from_match(found: re.Match[str]) -> datetime:
    *clock, is_utc, sign, hours, minutes = found.groups()
    year, month, day, hour, minute, second = (int(number or 0) for number in clock)
    zone = BEIJING if sign is None else _zone(sign, int(hours), int(minutes))
    moment = datetime(year, month, day, hour, minute, second, tzinfo=UTC if is_utc else zone)
    return moment.astimezone(BEIJING)


def _zone(sign: str, hours: int, minutes: int) -> timezone:
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if sign == "-" else offset)


def format_published_at(moment: datetime) -> str:
    """Return a time in the spelling of a post's front matter.

    >>> format_published_at(datetime(2022, 5, 18, 16, 48, 6, tzinfo=BEIJING))
    '2022-05-18 16:48:06 +0800'
    """
    return f"{moment.astimezone(BEIJING).isoformat(' ')[:LENGTH]}{ZONE}"


def publication_day(moment: datetime) -> date:
    """Return the day in Beijing, which is in the post's file name and URL.

    >>> from datetime import UTC
    >>> publication_day(datetime(2022, 5, 18, 20, 0, tzinfo=UTC)).isoformat()
    '2022-05-19'
    """
    return moment.astimezone(BEIJING).date()
