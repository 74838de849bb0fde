"""Simulated article counts per hour: Poisson arrivals with the daily and weekly rhythm of news."""

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
    """Return outlets with their articles per workday: a few large ones, many small ones."""
    return {f"媒体{place}": 120 / place for place in range(1, number + 1)}


def always(_name: str, _hour: datetime) -> float:
    return 1


def simulate(paces: Mapping[str, float], since: date, until: date, seed: int, lives: Lives = always) -> Counts:
    """Return counts from *since* to *until*; *lives* gives the share of an outlet's articles that an hour keeps."""
    generator, calendar = random.Random(seed), Calendar(since, until)
    counts: Counts = {}
    for day in days_of(since, until):
        of_day = BY_KIND[calendar.kind(day)] / sum(BY_HOUR)
        for hour, of_hour in enumerate(BY_HOUR):
            time = datetime(day.year, day.month, day.day, hour, tzinfo=BEIJING)
            for name, pace in paces.items():
                number = poisson(generator, pace * of_day * of_hour * lives(name, time))
                if number:
                    counts[name, day, hour] = number
    return counts


def poisson(generator: random.Random, mean: float) -> int:
    """Return a Poisson variate, by Knuth's algorithm."""
    limit, product, number = math.exp(-mean), generator.random(), 0
    while product > limit:
        product *= generator.random()
        number += 1
    return number


def period_of(since: date, until: date) -> Period:
    """Return a period of complete days."""
    midnight = datetime(until.year, until.month, until.day, tzinfo=BEIJING)
    return Period(since, until, midnight + timedelta(days=2))
