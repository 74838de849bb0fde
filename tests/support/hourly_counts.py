"""Simulated archives: Poisson arrivals with the rhythm of the day and of the week, as counts an hour."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta

from finews_crawler.operate.coverage.calendar import Calendar, days_of
from finews_crawler.operate.coverage.time_series import Period
from finews_crawler.utils.timezone import BEIJING
from tests.support.arrivals import BY_HOUR, BY_KIND

Lives = Callable[[str, datetime], float]
Counts = dict[tuple[str, date, int], int]


def media(number: int) -> dict[str, float]:
    """Media with a workday's articles of each: a few large ones, many small ones."""
    return {f"媒体{place}": 120 / place for place in range(1, number + 1)}


def always(_name: str, _hour: datetime) -> float:
    return 1


def simulate(paces: Mapping[str, float], since: date, until: date, seed: int, lives: Lives = always) -> Counts:
    """Counts of each hour from *since* to *until*; *lives* says which share of a medium's articles an hour keeps."""
    dice, calendar = random.Random(seed), Calendar(since, until)
    counts: Counts = {}
    for day in days_of(since, until):
        of_day = BY_KIND[calendar.kind(day)] / sum(BY_HOUR)
        for hour, of_hour in enumerate(BY_HOUR):
            moment = datetime(day.year, day.month, day.day, hour, tzinfo=BEIJING)
            for name, pace in paces.items():
                number = poisson(dice, pace * of_day * of_hour * lives(name, moment))
                if number:
                    counts[name, day, hour] = number
    return counts


def poisson(dice: random.Random, mean: float) -> int:
    """Knuth's way."""
    limit, product, number = math.exp(-mean), dice.random(), 0
    while product > limit:
        product *= dice.random()
        number += 1
    return number


def period_of(since: date, until: date) -> Period:
    """Days that are over."""
    midnight = datetime(until.year, until.month, until.day, tzinfo=BEIJING)
    return Period(since, until, midnight + timedelta(days=2))
