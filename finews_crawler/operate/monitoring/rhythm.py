"""Rhythm of a channel: the articles that it usually publishes, and its usual pauses, learned from its articles."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from itertools import accumulate, pairwise

from finews_crawler.operate.coverage.baseline import FEWEST_DAYS, SETTLING, Baseline
from finews_crawler.operate.coverage.calendar import Calendar, days_of
from finews_crawler.operate.coverage.time_series import HOURS, Series
from finews_crawler.operate.monitoring.silence import ONE_HOUR, DayRhythm, Silence
from finews_crawler.utils.timezone import BEIJING

USUAL_QUANTILE = 0.9
"""The usual pause is the longest of nine days out of ten: a day on which the channel was dead is not a baseline."""


def measure_silence(published: Sequence[datetime], now: datetime, newest_row: datetime | None = None) -> Silence | None:
    """Return the silence since the last of *published* (ascending, none after *now*); None without a baseline."""
    rhythm = learn(published, now.astimezone(BEIJING).date())
    return rhythm.silence(now, newest_row) if rhythm else None


def learn(published: Sequence[datetime], today: date) -> DayRhythm | None:
    """Return what *published* (ascending, none after *today*) shows of the rhythm; None without articles."""
    if not published:
        return None
    settled = published[0] + SETTLING
    if today < settled.astimezone(BEIJING).date():
        return DayRhythm(published[-1], settled, None, ())
    rhythm = Rhythm(published, today)
    past = (rhythm.published[-1].date() - rhythm.published[0].date()).days
    by_hour = tuple(rhythm.by_hour[past * HOURS :])
    return DayRhythm(rhythm.published[-1], settled, rhythm.usual_pause(), by_hour)


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
