"""Cost of cleaning: ordinary bodies a second, and megabytes a second of hostile input.

Run with ``make bench``. The time for hostile input must be linear: a ratio near 2 between one and two
megabytes.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

from finews_crawler.content.body.clean import clean_body
from finews_crawler.testing.origin.articles import generate
from tests.support.today_bodies import ADVERT

BODIES = 1_000
RUNS = 3
HOSTILE = ("<p>", "<", "{", "&", "<!--", '<p a="', "<b></p>", "<div>", "<b>x", "\u3000")


def seconds(work: Callable[[], object]) -> float:
    """Return the median time of several runs of *work*."""
    times = []
    for _ in range(RUNS):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def main() -> None:
    ordinary = [article.content_html for article in generate(BODIES, 1)]
    for kind, bodies in {"ordinary bodies": ordinary, "with an advert": [body + ADVERT for body in ordinary]}.items():
        taken = seconds(lambda bodies=bodies: [clean_body(body) for body in bodies])
        print(f"{kind}: {BODIES / taken:.0f}/s, {sum(map(len, bodies)) / taken / 1e6:.1f} million characters/s")
    for piece in HOSTILE:
        one, two = (piece * (size // len(piece)) for size in (500_000, 1_000_000))
        first, second = seconds(lambda one=one: clean_body(one)), seconds(lambda two=two: clean_body(two))
        print(f"1 MB of {piece!r:10}: {second:.2f} s; {second / first:.1f} times half of it")


if __name__ == "__main__":
    main()
