"""Detection of intervals with far too few articles: a CUSUM test on Poisson counts (Page 1954).

The evidence of an hour is the log-likelihood ratio of two hypotheses: articles arrive at a fifth of the expected rate,
or at the expected rate. For n articles where e were expected it is 0.8 e - 1.61 n, which is positive for less than half
of the expected number. By Ville's inequality, chance alone raises the sum from a given hour to T with a probability of
at most exp(-T). ``needed_evidence`` therefore bounds the probability of a false gap in a whole report, over all hours,
outlets and lengths.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

GAP_RATE = 0.2
"""Arrival rate within a gap, relative to the expected one: single articles still arrive, for example by hand."""

FALSE_GAPS = 0.05
"""Maximum share of reports with a false gap, for archives without gaps. In simulations it is lower."""

SLIGHT = 3.0
"""Evidence of 20 to 1, which at the edge of a gap may be chance."""


class Interval(NamedTuple):
    """Positions in a sequence of hours, from *begin* up to but not including *end*."""

    begin: int
    end: int


def needed_evidence(chances: int) -> float:
    """Return the evidence that makes a gap, if a gap could begin at *chances* points.

    For 43,200 hours (30 outlets, 60 days), an interval without articles is a gap if 17 articles were expected in it.

    >>> round(needed_evidence(43_200) / (1 - GAP_RATE), 1)
    17.1
    """
    return math.log(max(chances, 1) / FALSE_GAPS)


def evidence(found: int, expected: float) -> float:
    """Return the evidence of one hour for a gap.

    >>> round(evidence(0, 10), 1), round(evidence(4, 10), 1), round(evidence(10, 10), 1)
    (8.0, 1.6, -8.1)
    """
    return expected * (1 - GAP_RATE) + found * math.log(GAP_RATE)


def find_intervals(evidences: Sequence[float], needed: float) -> list[Interval]:
    """Return the intervals whose evidence is at least *needed*. Hours without evidence, such as nights, may be inside.

    An interval ends at the peak of the evidence, once the sum has fallen by *needed* from there.

    >>> find_intervals([-9, 4, 4, 0, 4, -9, -9, 3, -9, 12], needed=10)
    [Interval(begin=1, end=5), Interval(begin=9, end=10)]
    """
    found = []
    position = 0
    while position < len(evidences):
        interval, peak = _next_interval(evidences, position, needed)
        if peak >= needed:
            found.append(interval)
        position = interval.end
    return found


def _next_interval(evidences: Sequence[float], begin: int, needed: float) -> tuple[Interval, float]:
    """Return the next interval from *begin* on and its evidence; without enough evidence it ends where the sum is 0."""
    total = peak = 0.0
    end = begin
    for position in range(begin, len(evidences)):
        if not peak:
            begin, total = position, 0.0
        total += evidences[position]
        if total > peak:
            peak, end = total, position + 1
        elif peak and (total <= 0 or total < peak - needed):
            return Interval(begin, end if peak >= needed else position + 1), peak
    return Interval(begin, end if peak >= needed else len(evidences)), peak


def trim(interval: Interval, found: Sequence[int], evidences: Sequence[float]) -> Interval:
    """Return the interval without hours at its edges, up to one with articles, that add only slight evidence.

    Otherwise, after a slow evening, the gap of the next day would begin on the day before.

    >>> trim(Interval(0, 5), found=[0, 1, 0, 0, 0], evidences=[2.0, 0.5, 9.0, 9.0, 2.0])
    Interval(begin=2, end=5)
    """
    hours = range(*interval)
    from_begin = _slight_hours([(found[hour], evidences[hour]) for hour in hours])
    from_end = _slight_hours([(found[hour], evidences[hour]) for hour in reversed(hours)])
    return Interval(interval.begin + from_begin, interval.end - from_end)


def _slight_hours(hours: Sequence[tuple[int, float]]) -> int:
    """Return the number of *hours* (articles found, evidence) to drop, before the evidence exceeds SLIGHT."""
    total, dropped = 0.0, 0
    for number, (found, of_hour) in enumerate(hours, 1):
        total += of_hour
        if total >= SLIGHT:
            break
        if found:
            dropped = number
    return dropped
