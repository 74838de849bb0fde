"""A channel that has been quiet for too long: measured not in hours but in the articles that usually come in them.

So a night, a weekend or a holiday is no alarm, and a busy hour soon is one.
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
LEAST_MISSING = 12
"""A pause in which so many articles were due comes by chance once in 160,000 (exp(-12))."""
BEYOND_USUAL = 1.75
"""A pause is too long when it holds so many times the articles of the longest usual one: days differ."""
USUAL = 0.9
"""The longest pause of nine days out of ten: a day on which the channel was dead is no norm."""
ONE_HOUR = timedelta(hours=1)


class Silence(NamedTuple):
    """How long a channel has been quiet."""

    since: datetime
    """When its newest article was published."""
    expected: float
    """Articles that usually come in such a time."""
    usual: float
    """The same of the longest pause on usual days of this kind."""


def check_silence(channel: str, silence: Silence | None, now: datetime, least_hours: float = 0) -> str | None:
    """Nothing new for longer than the channel's norm.

    >>> noon, two = (datetime(2026, 9, 10, hour, tzinfo=BEIJING) for hour in (12, 14))
    >>> check_silence("media", Silence(noon, 9, 5), two), check_silence("media", Silence(noon, 16, 12), two)
    ('', '')
    >>> check_silence("media", Silence(noon, 30, 6), two)[:80]
    'nothing new from media since 2026-09-10 12:00, while some 30 articles usually co'
    >>> check_silence("media", Silence(noon, 30, 6), two, least_hours=3), check_silence("media", None, two)
    ('', None)
    """
    if silence is None:
        return None
    is_long = now - silence.since >= least_hours * ONE_HOUR
    if not is_long or silence.expected < max(LEAST_MISSING, BEYOND_USUAL * silence.usual):
        return ""
    told = f"nothing new from {channel} since {silence.since:%Y-%m-%d %H:%M}"
    advice = f"see what `scrapy crawl channel -a channels={channel}` says, and whether its address has changed"
    return f"{told}, while some {silence.expected:.0f} articles usually come in such a time: {advice}"


def silence_of(moments: Sequence[datetime], now: datetime) -> Silence | None:
    """The silence since the last of *moments* of publication (in order, none after *now*); None without a norm yet."""
    if not moments or now < moments[0] + SETTLING:
        return None
    rhythm = Rhythm(moments, now.astimezone(BEIJING).date())
    usual = rhythm.usual_pause()
    return None if usual is None else Silence(moments[-1], rhythm.expected(moments[-1], now), usual)


class Rhythm:
    """How many articles of a channel are usually published in any time up to the end of *today*."""

    def __init__(self, moments: Sequence[datetime], today: date) -> None:
        self.moments = [moment.astimezone(BEIJING) for moment in moments]
        self.today, first = today, self.moments[0].date()
        self.calendar = Calendar(first, today)
        series = Series()
        for moment in self.moments:
            series.add(moment.date(), moment.hour, 1)
        days = days_of(first, today)
        norm = Baseline(series, self.calendar, days[:-1])
        self.begins = datetime(first.year, first.month, first.day, tzinfo=BEIJING)
        self.by_hour = [number for day in days for number in norm.of_hours(day)]
        self.before_hour = [0.0, *accumulate(self.by_hour)]
        self.settled = first + SETTLING

    def expected(self, begin: datetime, end: datetime) -> float:
        """The articles that usually come between two moments."""
        return self._until(end) - self._until(begin)

    def _until(self, moment: datetime) -> float:
        hours = (moment - self.begins) / ONE_HOUR
        whole = min(int(hours), len(self.by_hour) - 1)
        return self.before_hour[whole] + min(hours - whole, 1) * self.by_hour[whole]

    def usual_pause(self) -> float | None:
        """The longest pause of a usual day of today's kind, in articles; of any day where such days are few."""
        longest: dict[date, float] = defaultdict(float)
        for begin, end in pairwise(self.moments):
            day = end.date()
            if self.settled <= day < self.today:
                longest[day] = max(longest[day], self.expected(begin, end))
        kind = self.calendar.kind(self.today)
        alike = [pause for day, pause in longest.items() if self.calendar.kind(day) is kind]
        pauses = sorted(alike if len(alike) >= FEWEST_DAYS else longest.values())
        return pauses[min(int(USUAL * len(pauses)), len(pauses) - 1)] if len(pauses) >= FEWEST_DAYS else None
