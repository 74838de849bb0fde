"""The search at 2,000 and at 20,000 posts: recall, precision, bytes, time to the first result, index size, build time.

Run with ``make bench``, or with the numbers of posts as arguments. Needs jekyll, chromium and nginx.
"""

from __future__ import annotations

import statistics
import sys
from pathlib import Path

from tests.benchmarks import options
from tests.benchmarks.nginx import serving_site
from tests.benchmarks.scratch import new_folder
from tests.support.browser import start_browser
from tests.support.search_measures import answers, build_site, measure
from tests.support.searches import CASES, ordinary_articles, special_articles

SIZES = (2_000, 20_000)
MONTHS = 10
ROUNDS = 5


def bench(posts: int, data: Path) -> None:
    articles = [*special_articles(), *ordinary_articles(posts, MONTHS)]
    seconds = build_site(data, articles)
    site = (data / "_site").resolve()
    sizes = [file.stat().st_size for file in (site / "search-index").rglob("*") if file.is_file()]
    print(
        f"{len(articles):,} posts: built in {seconds:.1f} s; index of {sum(sizes) / 1e6:.1f} MB in {len(sizes)} files"
    )
    with start_browser() as browser:
        found = answers(browser, site, articles)
        with serving_site(site) as url:
            costs = list(measure(browser, url, rounds=ROUNDS))
    print(f"  {len(CASES)} queries: recall {found.recall:.3f}, precision {found.precision:.3f}")
    bad = {typed: codes for codes_of in (found.missing, found.wrong) for typed, codes in codes_of.items() if codes}
    print("".join(f"  {typed}: {len(codes)}\n" for typed, codes in bad.items()), end="")
    for name, unit in (("kilobytes", "kB"), ("requests", "requests"), ("milliseconds", "ms")):
        values = {cost.typed: getattr(cost, name) for cost in costs}
        worst = max(values, key=lambda typed: values[typed])
        print(f"  {unit}: median {statistics.median(values.values()):.0f}, largest {values[worst]:.0f} ({worst})")


def main() -> None:
    folder = new_folder()
    for posts in map(int, sys.argv[1:]) if sys.argv[1:] else SIZES:
        bench(posts, folder / str(posts))


if __name__ == "__main__":
    options.main(main)
