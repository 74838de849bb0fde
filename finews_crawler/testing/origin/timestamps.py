"""Publication times of the origin's articles: newest first, a few minutes apart, fixed unless the newest is given."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from finews_crawler.testing.origin.seeded_random import seeded_random
from finews_crawler.utils.timezone import BEIJING

NEWEST = datetime(2022, 5, 26, 23, 59, 58, tzinfo=BEIJING)
SHOWTIME = "%Y-%m-%d %H:%M:%S"
GAP_SECONDS = (60, 600)


def moments(seed: int, newest: datetime = NEWEST) -> Iterator[datetime]:
    """Yield publishing times without end from *newest* on, newest first, in local time of Beijing.

    >>> next(moments(1, datetime.fromisoformat("2026-09-19T16:30Z"))).strftime(SHOWTIME)
    '2026-09-20 00:30:00'
    """
    gaps, moment = seeded_random(seed, "gaps"), newest.astimezone(BEIJING)
    while True:
        yield moment
        moment = step_back(moment, gaps.randrange(*GAP_SECONDS))


def step_back(moment: datetime, seconds: int) -> datetime:
    """Step back, with one time just after midnight and one just before: errors in dates show there first.

    >>> step_back(datetime(2022, 5, 26, 0, 3, tzinfo=BEIJING), 300).strftime(SHOWTIME)
    '2022-05-26 00:00:07'
    >>> step_back(datetime(2022, 5, 26, 0, 0, 7, tzinfo=BEIJING), 300).strftime(SHOWTIME)
    '2022-05-25 23:59:51'
    """
    earlier = moment - timedelta(seconds=seconds)
    if earlier.date() == moment.date():
        return earlier
    midnight = moment.replace(hour=0, minute=0, second=0)
    first_of_day, last_before = midnight + timedelta(seconds=7), midnight - timedelta(seconds=9)
    return first_of_day if moment > first_of_day else last_before


def is_showtime(text: str) -> bool:
    """Return True if *text* is a valid date and time in upstream's format.

    >>> is_showtime("2022-05-18 16:48:06"), is_showtime("2022-02-30 00:00:00"), is_showtime("")
    (True, False, False)
    """
    try:
        return datetime.strptime(text, SHOWTIME).replace(tzinfo=BEIJING).strftime(SHOWTIME) == text
    except ValueError:
        return False
