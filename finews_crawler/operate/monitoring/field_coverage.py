"""Field coverage: fields that upstream used to fill and no longer does, for example after it renamed a key."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple

FIELDS = ("media_name", "digest", "public_url", "tickers")
"""The fields that a post can do without."""
MIN_ARTICLES = 20
MIN_SHARE = 0.2
MIN_RATIO = 2
MIN_ARTICLES_BEFORE = 100
MAX_PROBABILITY = 1e-6
"""A run every half hour compares some ten thousand shares a year; none of them may alert by chance alone."""


class Share(NamedTuple):
    """Articles with an empty field, among the newest and among those before them."""

    channels: str
    """The lists that have these articles, by family, such as ``columns+rolling``: each fills other fields."""
    empty: int
    total: int
    empty_before: int
    total_before: int


def check_field_coverage(field: str, shares: Iterable[Share]) -> str | None:
    """Return the alert text of the most improbable share, '' when healthy, None when there are too few articles.

    >>> check_field_coverage("digest", [Share("media", 4, 20, 30, 1000)])
    ''
    >>> check_field_coverage("digest", [Share("media", 4, 9, 0, 50)]) is None
    True
    >>> check_field_coverage("digest", [Share("media+rolling", 18, 20, 12, 1000)])[:67]
    'digest is empty in 18 of the newest 20 articles of media+rolling, b'
    """
    compared = [share for share in shares if share.total >= MIN_ARTICLES and share.total_before >= MIN_ARTICLES_BEFORE]
    suspicious = [share for share in compared if is_suspicious(share)]
    if not suspicious:
        return "" if compared else None
    worst = min(suspicious, key=probability_of)
    newest = f"{worst.empty} of the newest {worst.total} articles of {worst.channels}"
    before = f"{worst.empty_before} of the {worst.total_before} before them"
    hint = "check whether upstream renamed the key, and update finews_crawler"
    return f"{field} is empty in {newest}, but in {before}: {hint}"


def is_suspicious(share: Share) -> bool:
    """Return True when far more are empty than before, and not by chance: 4 of 20 articles often have no ticker.

    >>> is_suspicious(Share("media", 6, 20, 0, 1000)), is_suspicious(Share("media", 6, 20, 90, 1000))
    (True, False)
    """
    now, before = share.empty / share.total, share.empty_before / share.total_before
    return now >= MIN_SHARE and now > MIN_RATIO * before and probability_of(share) < MAX_PROBABILITY


def probability_of(share: Share) -> float:
    """Return the probability of this number of empty fields or more at the rate of before (binomial tail).

    >>> round(probability_of(Share("media", 10, 10, 499, 998)) * 2**10)
    1
    """
    rate = (share.empty_before + 1) / (share.total_before + 2)  # Laplace: none of a thousand does not mean never
    return sum(binomial(number, share.total, rate) for number in range(share.empty, share.total + 1))


def binomial(hits: int, trials: int, rate: float) -> float:
    """Return the probability of exactly *hits*, by logarithms: powers underflow at thousands of trials."""
    ways = math.lgamma(trials + 1) - math.lgamma(hits + 1) - math.lgamma(trials - hits + 1)
    return math.exp(ways + hits * math.log(rate) + (trials - hits) * math.log1p(-rate))
