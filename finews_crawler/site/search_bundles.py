"""Division of the site's posts into search indexes, bundles, so that new posts cost the same in an archive of any size.

Each bundle has the posts of a span of time, and spans are halved like an interval of binary numbers: all times, 256
months, …, one month, half a month, …, one second. A bundle is the largest span that has ended (there are newer posts
than it can have) with at most ``MOST_POSTS`` posts, or ``MOST_OF_MONTHS`` for a span of whole months. The span that has
not ended is divided further, until it has at most ``OPEN_POSTS`` posts. So new posts rebuild a small bundle, bundles
merge in powers of two while time passes, as in a log-structured merge tree, and none is rebuilt that has more than
``MOST_OF_MONTHS`` posts. A half with many times the posts of the other one, as a busy day before a quiet one, stays a
bundle of its own instead of being rebuilt for so few. The bundles depend on the posts alone, not on the builds before.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

MOST_POSTS = 2_048
MOST_OF_MONTHS = 8_192
"""A search requests files of each bundle, at a millisecond or two each, so fewer bundles are better. The first build of
a month may have to build one of this size, which takes 8 to 14 s of CPU."""
OPEN_POSTS = 256
MANY_TIMES = 8
DAY_BITS, MONTH_BITS = 17, 22
"""A day is less than 2 ** 17 seconds, a month less than 2 ** 5 days: a span is within a month, or has whole ones."""
LARGEST = 2**48


class Span(NamedTuple):
    """Bundle of the posts in ``order[begin:end]``, whose name no other bundle of the site has."""

    name: str
    begin: int
    end: int


def place_of(date: str) -> int:
    """Return the place of a time in the order of all times.

    >>> place_of("2022-05-18 10:00:00 +0800") < place_of("2022-05-18 10:00:01 +0800") < place_of("2022-06-01 00:00:00")
    True
    """
    return _place_of_minute(date[:16]) + int(date[17:19])


@lru_cache(maxsize=10_000)
def _place_of_minute(date: str) -> int:
    year, month, day = int(date[:4]), int(date[5:7]), int(date[8:10])
    minutes = int(date[11:13]) * 60 + int(date[14:16])
    return (year * 12 + month - 1 << MONTH_BITS) + (day - 1 << DAY_BITS) + minutes * 60


def divide(places: Sequence[int]) -> list[Span]:
    """Return the bundles of posts with these ascending places, newest first.

    >>> places = [place_of(f"2022-05-18 {n // 60:02}:{n % 60:02}:00") for n in range(1440)]
    >>> [(span.begin, span.end) for span in divide(places)]
    [(1366, 1440), (1093, 1366), (0, 1093)]
    """
    return list(_spans(places, 0, len(places), 0, LARGEST.bit_length()))


def _spans(places: Sequence[int], begin: int, end: int, first: int, bits: int) -> Iterator[Span]:
    """Yield the bundles of ``places[begin:end]``, all between *first* and *first* + 2 ** *bits*."""
    posts = end - begin
    has_ended = end < len(places)
    if posts == 0:
        return
    middle = first + (1 << bits) // 2
    at = bisect_left(places, middle, begin, end)
    most = (MOST_OF_MONTHS if bits >= MONTH_BITS else MOST_POSTS) if has_ended else OPEN_POSTS
    is_small = posts <= most and not _are_unequal(at - begin, end - at)
    if is_small:
        yield Span(f"{bits}-{first >> bits:x}", begin, end)
        return
    if bits == 0:
        yield from _chunks(f"{bits}-{first >> bits:x}", begin, end)
        return
    yield from _spans(places, at, end, middle, bits - 1)
    yield from _spans(places, begin, at, first, bits - 1)


def _are_unequal(*halves: int) -> bool:
    """Return True for halves that are bundles of their own: with these numbers of posts, the smaller one has few."""
    few, many = sorted(halves)
    return 0 < few * MANY_TIMES <= many > OPEN_POSTS


def _chunks(name: str, begin: int, end: int) -> Iterator[Span]:
    """Yield one bundle, or more for too many posts of one second, which are not divided by time."""
    for at in range((end - begin - 1) // MOST_POSTS, -1, -1):
        first = begin + at * MOST_POSTS
        yield Span(f"{name}-{at}" if at else name, first, min(end, first + MOST_POSTS))
