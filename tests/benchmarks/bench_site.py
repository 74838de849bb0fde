"""The site: 100 posts on a new day of a large month and of a small one, and a build where nothing has changed.

Needs jekyll. Each build is a command of its own, as in cron; the peak is that of its largest process.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import count
from pathlib import Path

from tests.benchmarks import options
from tests.benchmarks.archives import count_posts
from tests.benchmarks.crawls import write_origin
from tests.benchmarks.measure import BenchmarkError, Cost, interleave, median
from tests.benchmarks.nginx import serving
from tests.benchmarks.report import Report
from tests.benchmarks.scratch import new_folder
from tests.benchmarks.trees import Tree, earlier, ours, profile_of

MONTH, FIRST_NEW_DAY, LAST_DAY = "2022-05", 22, 31
NEW = 100
MEGABYTES = 300 * 1e6 / 2**20
SECONDS = 10


class Site:
    """An archive of a month with *posts* posts before FIRST_NEW_DAY, and its site."""

    def __init__(self, tree: Tree, data: Path, posts: int) -> None:
        self.tree, self.data, self.posts = tree, data, posts
        self.new_days = count(FIRST_NEW_DAY)
        self.add(posts, FIRST_NEW_DAY - 1, FIRST_NEW_DAY - 1)
        self.full = self.build()

    def add(self, number: int, last_day: int, days: int) -> None:
        """Crawl *number* articles of the *days* up to *last_day*. Raises BenchmarkError if posts are missing."""
        first = count_posts(self.data) if self.data.exists() else 0
        files, newest = new_folder(), f"{MONTH}-{last_day:02}T23:59:00+08:00"
        write_origin(number, files, newest=newest, days=days, first=first)
        with serving(files) as server:
            settings = {**self.tree.at(server.url), "FINEWS_DATA_DIR": self.data}
            self.tree.finews("crawl", "share", "-a", f"file={server.codes}", **settings)
        if count_posts(self.data) != first + number:
            raise BenchmarkError(f"{count_posts(self.data)} posts instead of {first + number}")

    def build(self) -> Cost:
        return self.tree.finews("site", "build", FINEWS_DATA_DIR=self.data)

    def build_new_day(self) -> Cost:
        """Add NEW posts of another day, and build the site."""
        self.add(NEW, next(self.new_days), 1)
        cost = self.build()
        pages = sum(1 for page in (self.data / "_site").rglob("*.html") if MONTH in page.name or page.stem.isdigit())
        if not pages:
            raise BenchmarkError("the site has no pages")
        return cost


def main() -> None:
    given = options.parser(__doc__, posts=20_000, few_posts=2_000).parse_args()
    if given.rounds > LAST_DAY + 1 - FIRST_NEW_DAY:
        raise BenchmarkError(f"a month has no more than {LAST_DAY + 1 - FIRST_NEW_DAY} new days: --rounds")
    large, small = f"month of {given.posts:,}", f"month of {given.few_posts:,}"
    folder = new_folder()
    with Report("site") as report:
        sites = {
            large: Site(ours(), folder / "large", given.posts),
            small: Site(ours(), folder / "small", given.few_posts),
        }
        if given.baseline:
            sites[f"baseline, {small}"] = Site(earlier(given.baseline), folder / "baseline", given.few_posts)
        report.table("full builds", {whose: [site.full] for whose, site in sites.items()})
        costs = interleave({whose: site.build_new_day for whose, site in sites.items()}, given.rounds)
        report.table(f"{NEW} posts on a new day", costs)
        report.figure(f"CPU seconds, {large}", median(costs[large]), at_most=SECONDS)
        report.figure(f"MiB, {large}", median(costs[large], "peak"), at_most=MEGABYTES)
        report.ratio(f"CPU, {large} / {small}", costs[large], costs[small], at_most=1.2)
        report.ratio(f"memory, {large} / {small}", costs[large], costs[small], "peak")
        if given.baseline:
            report.ratio(f"CPU, baseline / ours, {small}", costs[f"baseline, {small}"], costs[small])
        unchanged: dict[str, Callable[[], Cost]] = {whose: site.build for whose, site in sites.items()}
        unchanged["scrapy version"] = partial(ours().scrapy, "version")
        costs = interleave(unchanged, given.rounds)
        report.table("nothing has changed", costs)
        report.ratio(f"CPU, no change, {large} / scrapy version", costs[large], costs["scrapy version"], at_most=1.5)
        again = profile_of(lambda tree: tree.finews("site", "build", FINEWS_DATA_DIR=sites[large].data))
        report.profile("a build where nothing has changed", again)


if __name__ == "__main__":
    options.main(main)
