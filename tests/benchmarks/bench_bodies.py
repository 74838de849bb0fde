"""Cleaning of bodies, in this process: ordinary ones beside nh3, the whole stage, and hostile ones at twice the size.

No body is cleaned twice by the same variant, so that no cache helps.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import nh3

from finews_crawler.articles.derive import derive
from finews_crawler.articles.links import PostUrls
from finews_crawler.content.body.clean import clean_body
from finews_crawler.sources.eastmoney.news_text import parse_news_text
from finews_crawler.testing.origin.articles import OriginArticle, generate
from finews_crawler.testing.origin.share_site import news_text
from tests.benchmarks import options
from tests.benchmarks.measure import Cost, interleave, median
from tests.benchmarks.report import Report
from tests.support.today_bodies import ADVERT

HOSTILE = ("<p>", "<", "{", "&", "<!--", '<p a="', "<b></p>", "<div>", "<b>x", "\u3000", "<a><p>", "&#", "<table><td>")
HALF, WHOLE = 150_000, 300_000
"""Characters. A crawl rejects longer bodies before it cleans them."""
LINEAR = 2.2
URLS = PostUrls()


class Batches:
    """Calls *function* with the next batch of arguments each time."""

    def __init__(self, function: Callable[[Any], object], batches: Iterable[list[Any]]) -> None:
        self.function, self.batches = function, iter(batches)

    def __call__(self) -> Cost:
        batch, function = next(self.batches), self.function
        return cpu_of(lambda: [function(argument) for argument in batch])


def cpu_of(work: Callable[[], object]) -> Cost:
    """Return the cost of *work* in this process, without its memory."""
    began, cpu = time.perf_counter(), time.process_time()
    work()
    return Cost(time.process_time() - cpu, time.perf_counter() - began, 0)


def ordinary(report: Report, articles: list[OriginArticle], rounds: int) -> None:
    size = len(articles) // rounds
    parts = [articles[size * number : size * (number + 1)] for number in range(rounds)]
    texts = [[one.text_html for one in part] for part in parts]
    contents = [[one.content_html for one in part] for part in parts]
    adverts = [[body + ADVERT for body in part] for part in texts]
    parsed = [[parse_news_text(news_text(one), one.info_code).article for one in part] for part in parts]
    variants = {
        "clean_body, text": Batches(clean_body, texts),
        "nh3.clean, text": Batches(nh3.clean, texts),
        "clean_body, content": Batches(clean_body, contents),
        "nh3.clean, content": Batches(nh3.clean, contents),
        "clean_body, with an advert": Batches(clean_body, adverts),
        "the whole clean stage": Batches(lambda article: derive(article, URLS), parsed),
    }
    costs = interleave(variants, rounds)
    report.table(f"{size:,} ordinary bodies", costs, size)
    for kind in ("text", "content"):
        report.ratio(
            f"CPU, clean_body / nh3.clean, {kind}", costs[f"clean_body, {kind}"], costs[f"nh3.clean, {kind}"], at_most=1
        )
    report.ratio("CPU, the whole clean stage / nh3.clean", costs["the whole clean stage"], costs["nh3.clean, text"])


def hostile(report: Report, rounds: int) -> None:
    variants: dict[str, Callable[[], Cost]] = {}
    for piece in HOSTILE:
        for size in (HALF, WHOLE):
            body = piece * (size // len(piece))
            variants[f"{size // 1000:,} kB of {piece!r}"] = partial(cpu_of, partial(clean_body, body))
    costs = interleave(variants, rounds)
    report.table("hostile bodies", costs)
    for piece in HOSTILE:
        half, whole = (costs[f"{size // 1000:,} kB of {piece!r}"] for size in (HALF, WHOLE))
        report.ratio(f"CPU, {WHOLE // 1000:,} kB / {HALF // 1000:,} kB of {piece!r}", whole, half, at_most=LINEAR)
    slowest = max(median(runs) for runs in costs.values())
    report.figure("seconds of the slowest", slowest)


def main() -> None:
    given = options.parser(__doc__, bodies=1_000).parse_args()
    with Report("bodies") as report:
        ordinary(report, generate(given.bodies * given.rounds, 1), given.rounds)
        hostile(report, given.rounds)


if __name__ == "__main__":
    options.main(main)
