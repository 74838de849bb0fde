"""Silent channels: the time without a new article, measured by the articles that are usual in it.

A limit in hours would alert every night, weekend and holiday, or miss a channel that fails in a busy hour.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import accumulate, pairwise
from typing import NamedTuple

from finews_crawler.operate.coverage.baseline import FEWEST_DAYS, SETTLING, Baseline
from finews_crawler.operate.coverage.calendar import Calendar, days_of
from finews_crawler.operate.coverage.time_series import Series
from finews_crawler.utils.timezone import BEIJING

HISTORY = timedelta(days=90)
MIN_EXPECTED = 12
"""A pause in which 12 articles are expected happens by chance once in 160,000 (Poisson: exp(-12))."""
MIN_RATIO = 1.75
"""Ratio to the longest usual pause: days differ."""
USUAL_QUANTILE = 0.9
"""The usual pause is the longest of nine days out of ten: a day on which the channel was dead is not a baseline."""
ONE_HOUR = timedelta(hours=1)


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
    hint = f"run `scrapy crawl channel -a channels={channel}` and check whether its URL has changed"
    return f"{what}, about {silence.expected:.0f} articles are usual in such a time: {hint}"


def measure_silence(published: Sequence[datetime], now: datetime, newest_row: datetime | None = None) -> Silence | None:
    """Return the silence since the last of *published* (ascending, none after *now*); None without a baseline.

    It begins later if the channel's list has a *newest_row* that is not among them, since another list gave it too.
    """
    if not published or now < published[0] + SETTLING:
        return None
    rhythm = Rhythm(published, now.astimezone(BEIJING).date())
    usual, last = rhythm.usual_pause(), max(published[-1], newest_row or published[-1])
    return None if usual is None else Silence(last, now - last, rhythm.expected(last, now), usual)


class Rhythm:
    """Number of articles that a channel usually publishes in a period that ends *today* at the latest."""

    def __init__(self, published: Sequence[datetime], today: date) -> None:
        self.published = [time.astimezone(BEIJING) for time in published]
        self.today, first = today, self.published[0].date()
        self.calendar = Calendar(first, today)
        series = Series()
        for time in self.published:
            series.add(time.date(), time.hour, 1)
        days = days_of(first, today)
        baseline = Baseline(series, self.calendar, days[:-1])
        self.begins = datetime(first.year, first.month, first.day, tzinfo=BEIJING)
        self.by_hour = [number for day in days for number in baseline.of_hours(day)]
        self.before_hour = [0.0, *accumulate(self.by_hour)]
        self.settled = first + SETTLING

    def expected(self, begin: datetime, end: datetime) -> float:
        return self._until(end) - self._until(begin)

    def _until(self, time: datetime) -> float:
        hours = (time - self.begins) / ONE_HOUR
        whole = min(int(hours), len(self.by_hour) - 1)
        return self.before_hour[whole] + min(hours - whole, 1) * self.by_hour[whole]

    def usual_pause(self) -> float | None:
        """Return the longest pause, in expected articles, of a usual day of today's kind; None with too few days.

        Days of every kind are compared when too few are of today's kind.
        """
        longest: dict[date, float] = defaultdict(float)
        for begin, end in pairwise(self.published):
            day = end.date()
            if self.settled <= day < self.today:
                longest[day] = max(longest[day], self.expected(begin, end))
        kind = self.calendar.kind(self.today)
        alike = [pause for day, pause in longest.items() if self.calendar.kind(day) is kind]
        pauses = sorted(alike if len(alike) >= FEWEST_DAYS else longest.values())
        if len(pauses) < FEWEST_DAYS:
            return None
        return pauses[min(int(USUAL_QUANTILE * len(pauses)), len(pauses) - 1)]
