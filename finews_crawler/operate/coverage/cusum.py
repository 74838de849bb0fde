"""Stretches of hours in which far too few articles came: a scan of Poisson arrivals for a change, and back.

Each hour is evidence, for or against it, that articles come at a fifth of the pace expected: the logarithm of how much
likelier its count is then. It is summed from the hour that makes the most of it (CUSUM, Page 1954). n articles
where e were expected are 0.8 e - 1.61 n: below half of what was expected it grows. By Ville's inequality, chance alone
brings it to T from a given hour with a probability of at most exp(-T), so that ``needed_evidence`` bounds the false
alarms of a whole report, however many hours, media and lengths are tried.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

PACE_LEFT = 0.2
"""Of a hole: an odd article still comes, by hand or another way. Less than half of the expected becomes a hole."""

FALSE_ALARMS = 0.05
"""Among the reports on an archive without a hole, at most; the bound is a wide one, and simulated ones have fewer."""

SLIGHT = 3.0
"""Evidence of 20 to 1: at the edge of a hole as good as chance."""


class Interval(NamedTuple):
    """Positions in a row of hours: from *begin*, up to *end* and without it."""

    begin: int
    end: int


def needed_evidence(chances: int) -> float:
    """How much evidence makes a hole, where it has so many *chances* to come about.

    That of no article for 43,200 hours (30 media, 60 days): 17 articles must have been expected.

    >>> round(needed_evidence(43_200) / (1 - PACE_LEFT), 1)
    17.1
    """
    return math.log(max(chances, 1) / FALSE_ALARMS)


def evidence(found: int, expected: float) -> float:
    """For a pace of a fifth, against the expected one.

    >>> round(evidence(0, 10), 1), round(evidence(4, 10), 1), round(evidence(10, 10), 1)
    (8.0, 1.6, -8.1)
    """
    return expected * (1 - PACE_LEFT) + found * math.log(PACE_LEFT)


def find_intervals(evidences: Sequence[float], needed: float) -> list[Interval]:
    """The stretches whose evidence is *needed* or more. An hour that says nothing (a night) joins its neighbours.

    A stretch ends with the hour of the most evidence, once as much speaks for its being over.

    >>> find_intervals([-9, 4, 4, 0, 4, -9, -9, 3, -9, 12], needed=10)
    [Interval(begin=1, end=5), Interval(begin=9, end=10)]
    """
    found = []
    position = 0
    while position < len(evidences):
        stretch, most = _next_stretch(evidences, position, needed)
        if most >= needed:
            found.append(stretch)
        position = stretch.end
    return found


def _next_stretch(evidences: Sequence[float], begin: int, needed: float) -> tuple[Interval, float]:
    """The next stretch from *begin* on, and its evidence. One without enough ends where that came to nought."""
    total = most = 0.0
    end = begin
    for position in range(begin, len(evidences)):
        if not most:
            begin, total = position, 0.0
        total += evidences[position]
        if total > most:
            most, end = total, position + 1
        elif most and (total <= 0 or total < most - needed):
            return Interval(begin, end if most >= needed else position + 1), most
    return Interval(begin, end if most >= needed else len(evidences)), most


def tightened(stretch: Interval, found: Sequence[int], evidences: Sequence[float]) -> Interval:
    """Without hours at its edges up to one with articles, where they are next to no evidence.

    After a slow evening the hole of the next day would begin on the day before.

    >>> tightened(Interval(0, 5), found=[0, 1, 0, 0, 0], evidences=[2.0, 0.5, 9.0, 9.0, 2.0])
    Interval(begin=2, end=5)
    """
    hours = range(*stretch)
    from_begin = _slight([(found[hour], evidences[hour]) for hour in hours])
    from_end = _slight([(found[hour], evidences[hour]) for hour in reversed(hours)])
    return Interval(stretch.begin + from_begin, stretch.end - from_end)


def _slight(hours: Sequence[tuple[int, float]]) -> int:
    """How many of *hours* (articles found, evidence) go before the evidence is more than slight."""
    total, gone = 0.0, 0
    for number, (found, of_hour) in enumerate(hours, 1):
        total += of_hour
        if total >= SLIGHT:
            break
        if found:
            gone = number
    return gone
