"""Silent channels: the time without a new article, measured by the articles that are usual in it.

A limit in hours would alert every night, weekend and holiday, or miss a channel that fails in a busy hour.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from finews_crawler.utils.timezone import BEIJING

HISTORY = timedelta(days=90)
MIN_EXPECTED = 12
"""A pause in which 12 articles are expected happens by chance once in 160,000 (Poisson: exp(-12))."""
MIN_RATIO = 1.75
"""Ratio to the longest usual pause: days differ."""
ONE_HOUR, HOURS = timedelta(hours=1), 24


class Silence(NamedTuple):
    """The time since the newest article of a channel."""

    since: datetime
    duration: timedelta
    expected: float
    """Articles that are usual in this time."""
    usual: float
    """The same for the longest pause of usual days of this kind (workday, weekend, holiday)."""


def check_silence(channel: str, silence: Silence | None, min_hours: float = 0) -> str | None:
    """Return the alert text for a silence beyond the channel's baseline, '' otherwise, None without a baseline.

    >>> noon, two_hours = datetime(2026, 9, 10, 12, tzinfo=BEIJING), timedelta(hours=2)
    >>> [check_silence("media", Silence(noon, two_hours, *pause)) for pause in ((9, 5), (16, 12))]
    ['', '']
    >>> check_silence("media", Silence(noon, two_hours, 30, 6))[:72]
    'nothing new from media since 2026-09-10 12:00, about 30 articles are usu'
    >>> check_silence("media", Silence(noon, two_hours, 30, 6), min_hours=3), check_silence("media", None)
    ('', None)
    """
    if silence is None:
        return None
    is_long = silence.duration >= min_hours * ONE_HOUR
    if not is_long or silence.expected < max(MIN_EXPECTED, MIN_RATIO * silence.usual):
        return ""
    what = f"nothing new from {channel} since {silence.since:%Y-%m-%d %H:%M}"
    hint = f"run `finews crawl channel -a channels={channel}` and check whether its URL has changed"
    return f"{what}, about {silence.expected:.0f} articles are usual in such a time: {hint}"


class DayRhythm(NamedTuple):
    """The usual rhythm of a channel, as far as it is needed to measure its silence on one day."""

    last: datetime
    """Publication time of its newest article."""
    settled: datetime
    """Time from which it has a baseline."""
    usual: float | None
    """Longest usual pause, in expected articles; None with too few days."""
    by_hour: tuple[float, ...]
    """Expected articles of each hour, from midnight before *last* to the end of the day."""

    def with_newest(self, newest: datetime) -> DayRhythm:
        """Return the rhythm after an article of the day itself, which is not part of the baseline."""
        if newest <= self.last:
            return self
        past = (midnight(newest) - midnight(self.last)).days
        return self._replace(last=newest, by_hour=self.by_hour[past * HOURS :])

    def silence(self, now: datetime, newest_row: datetime | None = None) -> Silence | None:
        """Return the silence since the newest article; None without a baseline. *now* is on the day.

        It begins later if the channel's list has a *newest_row* that is not among its articles, since another list gave
        it too.
        """
        if now < self.settled or self.usual is None:
            return None
        since = max(self.last, newest_row or self.last)
        return Silence(since, now - since, self.expected(since, now), self.usual)

    def expected(self, begin: datetime, end: datetime) -> float:
        """Return the number of articles that are usual between two times, none before *last*."""
        return self._until(end) - self._until(begin)

    def _until(self, time: datetime) -> float:
        hours = (time - midnight(self.last)) / ONE_HOUR
        whole = min(int(hours), len(self.by_hour) - 1)
        return sum(self.by_hour[:whole]) + min(hours - whole, 1) * self.by_hour[whole]


def midnight(time: datetime) -> datetime:
    """Return the beginning of the day of a time, in Beijing."""
    day = time.astimezone(BEIJING).date()
    return datetime(day.year, day.month, day.day, tzinfo=BEIJING)
