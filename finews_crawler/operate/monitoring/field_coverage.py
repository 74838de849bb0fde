"""A field that upstream used to fill and no longer does, as when a list's key is spelt anew."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple

FIELDS = ("media_name", "digest", "public_url", "tickers")
"""What an article may lack and still be a post."""
FEWEST = 20
LEAST_SHARE = 0.2
TIMES_MORE = 2
FEWEST_BEFORE = 100
CHANCE = 1e-6
"""A run every half hour judges some tens of thousands of shares a year; by chance alone none is to alarm."""


class Share(NamedTuple):
    """How many of the newest articles, and of those before them, have a field empty."""

    surfaces: str
    """The channels that told of these articles: each gives other fields."""
    empty: int
    of: int
    empty_before: int
    before: int


def check_field_coverage(field: str, shares: Iterable[Share]) -> str | None:
    """The share with the least chance alarms; None when there is too little to compare.

    >>> check_field_coverage("digest", [Share("media", 4, 20, 30, 1000)])
    ''
    >>> check_field_coverage("digest", [Share("media", 4, 9, 0, 50)]) is None
    True
    >>> check_field_coverage("digest", [Share("media+rolling", 18, 20, 12, 1000)])[:67]
    'digest is empty in 18 of the newest 20 articles of media+rolling, b'
    """
    judged = [share for share in shares if share.of >= FEWEST and share.before >= FEWEST_BEFORE]
    alarming = [share for share in judged if is_alarming(share)]
    if not alarming:
        return "" if judged else None
    worst = min(alarming, key=chance_of)
    newest = f"{worst.empty} of the newest {worst.of} articles of {worst.surfaces}"
    usual = f"{worst.empty_before} of the {worst.before} before them"
    advice = "see whether upstream spells it anew, and update finews_crawler"
    return f"{field} is empty in {newest}, but in {usual}: {advice}"


def is_alarming(share: Share) -> bool:
    """Far more than before, and not by chance: of twenty articles four are soon without a ticker.

    >>> is_alarming(Share("media", 6, 20, 0, 1000)), is_alarming(Share("media", 6, 20, 90, 1000))
    (True, False)
    """
    now, before = share.empty / share.of, share.empty_before / share.before
    return now >= LEAST_SHARE and now > TIMES_MORE * before and chance_of(share) < CHANCE


def chance_of(share: Share) -> float:
    """The chance of so many empty ones or more, were they as frequent as before (binomial).

    >>> round(chance_of(Share("media", 10, 10, 499, 998)) * 2**10)
    1
    """
    often = (share.empty_before + 1) / (share.before + 2)  # Laplace: none of a thousand is not never
    return sum(binomial(number, share.of, often) for number in range(share.empty, share.of + 1))


def binomial(hits: int, trials: int, often: float) -> float:
    """The chance of exactly so many hits; by logarithms, for thousands of trials."""
    ways = math.lgamma(trials + 1) - math.lgamma(hits + 1) - math.lgamma(trials - hits + 1)
    return math.exp(ways + hits * math.log(often) + (trials - hits) * math.log1p(-often))
