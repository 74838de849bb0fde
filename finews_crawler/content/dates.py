"""Times: naive in upstream means Beijing wall clock; aware everywhere else.

The zone is a fixed offset, because the posts say ``+0800`` for every day of the archive.
"""

from __future__ import annotations

import re
from datetime import date, datetime

from dateutil import parser as dateutil_parser

from finews_crawler.utils.timezone import BEIJING

# dateutil alone reads "5" as a day of the current month: what is not a whole date is refused before it is asked.
WHOLE_DATE = re.compile(
    r"\d{4}[-/]\d{1,2}[-/]\d{1,2}(?:[T ]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?\s*(?:Z|[+-]\d{2}:?\d{2})?)?", re.ASCII
)
EPOCH_MILLISECONDS = re.compile(r"\d{13}", re.ASCII)
# Upstream's archive begins in this century; an older year is a broken field, such as 1970 or 0001.
FIRST_YEAR = 1990


def parse_published_at(value: str) -> datetime | None:
    """Read upstream's ``showtime``/``datetime``; None when it is empty or not a date.

    >>> parse_published_at("2022-05-18 16:48:06").isoformat()
    '2022-05-18T16:48:06+08:00'
    >>> parse_published_at("2022-05-18T08:48:06Z").isoformat()
    '2022-05-18T16:48:06+08:00'
    >>> parse_published_at("") is None, parse_published_at("2022-02-30 00:00:00") is None
    (True, True)
    """
    text = value.strip()
    try:
        moment = _from_epoch(text) if EPOCH_MILLISECONDS.fullmatch(text) else _from_text(text)
    except (ValueError, OverflowError):
        return None
    if moment is None or moment.year < FIRST_YEAR:
        return None
    return moment.replace(microsecond=0)


def _from_epoch(text: str) -> datetime:
    return datetime.fromtimestamp(int(text) / 1000, tz=BEIJING)


def _from_text(text: str) -> datetime | None:
    if not WHOLE_DATE.fullmatch(text):
        return None
    moment = dateutil_parser.parse(text, yearfirst=True, default=datetime(1, 1, 1))  # noqa: DTZ001 (given a zone below)
    return moment.replace(tzinfo=BEIJING) if moment.tzinfo is None else moment.astimezone(BEIJING)


def format_published_at(moment: datetime) -> str:
    """The archive's spelling of a time, in its front matter.

    >>> format_published_at(datetime(2022, 5, 18, 16, 48, 6, tzinfo=BEIJING))
    '2022-05-18 16:48:06 +0800'
    """
    return moment.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S +0800")


def publication_day(moment: datetime) -> date:
    """The day in Beijing: in the post's file name and address.

    >>> from datetime import UTC
    >>> publication_day(datetime(2022, 5, 18, 20, 0, tzinfo=UTC)).isoformat()
    '2022-05-19'
    """
    return moment.astimezone(BEIJING).date()
