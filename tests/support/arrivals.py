"""Random publication times with the daily and weekly rhythm of news."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta

from finews_crawler.operate.coverage.calendar import Calendar, DayKind, days_of
from finews_crawler.utils.timezone import BEIJING

BY_HOUR = (1, 1, 0, 0, 0, 1, 3, 8, 14, 16, 15, 13, 10, 11, 12, 14, 16, 13, 9, 7, 6, 5, 3, 2)
BY_KIND = {DayKind.WORKDAY: 1.0, DayKind.WEEKEND: 0.45, DayKind.HOLIDAY: 0.25}


def published(a_day: float, since: date, until: date, seed: int) -> list[datetime]:
    """Return Poisson arrivals in order, *a_day* on average on a workday."""
    generator, calendar, found = random.Random(seed), Calendar(since, until), []
    for day in days_of(since, until):
        for hour, weight in enumerate(BY_HOUR):
            rate = a_day * BY_KIND[calendar.kind(day)] * weight / sum(BY_HOUR)
            hours = generator.expovariate(rate) if rate else 1.0
            while hours < 1:
                found.append(datetime(day.year, day.month, day.day, hour, tzinfo=BEIJING) + timedelta(hours=hours))
                hours += generator.expovariate(rate)
    return found
