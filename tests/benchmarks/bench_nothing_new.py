"""A poll that finds nothing new, as cron makes it every few minutes: the whole process, with small and large indexes.

Five lists and robots.txt are requested; nginx answers 304 for each list. The look-up of a list's articles in the index
is timed, too.
"""

from __future__ import annotations

import random
import shutil
import statistics
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from finews_crawler.archive.index import Index
from tests.benchmarks import options
from tests.benchmarks.archives import large_index
from tests.benchmarks.crawls import write_origin
from tests.benchmarks.measure import BenchmarkError, Cost, interleave, run
from tests.benchmarks.nginx import Server, serving
from tests.benchmarks.report import Report
from tests.benchmarks.scratch import new_folder
from tests.benchmarks.trees import Tree, earlier, ours, profile_of

ARTICLES = 500
REQUESTS = 6
CODES, LOOK_UPS = 100, 50
VERSION, ELSEWHERE = "scrapy version in the project", "scrapy version elsewhere"


def poll(tree: Tree, data: Path, server: Server) -> Cost:
    """Poll the lists. Raises BenchmarkError if an article was fetched."""
    position = server.begin()
    cost = tree.finews("crawl", "channel", **tree.at(server.url), FINEWS_DATA_DIR=data)
    if (requests := server.requests(position)) != REQUESTS:
        raise BenchmarkError(f"{requests} requests where nothing is new, instead of {REQUESTS}")
    return cost


def polls(tree: Tree, name: str, given_rows: list[int], folder: Path, server: Server) -> dict[str, Callable[[], Cost]]:
    """Return a poll of *tree* for each number of rows: the articles of the lists are archived already."""
    crawl = partial(tree.finews, "crawl", "channel", **tree.at(server.url))
    base = folder / name
    crawl(FINEWS_DATA_DIR=base)
    variants: dict[str, Callable[[], Cost]] = {}
    for rows in given_rows:
        data = folder / f"{name}-{rows}"
        data.mkdir()
        shutil.copyfile(large_index(base, tree, rows), data / "index.sqlite")
        for _ in range(2):  # the first one fetches what is newer than a kept index, the second one has all lists
            crawl(FINEWS_DATA_DIR=data)
        variants[f"{name}, {rows:,} rows"] = partial(poll, tree, data, server)
    return variants


def look_up_time(data: Path, *, are_adjacent: bool) -> float:
    """Return the median of the milliseconds to look up CODES articles of a day, or of any day, in the index."""
    choice, times = random.Random(0), []
    with closing(Index(data / "index.sqlite", read_only=True)) as index:
        ((rows,),) = index.select("SELECT max(rowid) FROM article")
        for _ in range(LOOK_UPS):
            first = choice.randrange(rows - CODES) + 1
            numbers = range(first, first + CODES) if are_adjacent else choice.sample(range(1, rows + 1), CODES)
            query = f"SELECT info_code FROM article WHERE rowid IN ({', '.join(map(str, numbers))})"
            codes = [code for (code,) in index.select(query)]
            began = time.perf_counter()
            archived = index.contains_each(codes)
            times.append(time.perf_counter() - began)
            if archived != set(codes):
                raise BenchmarkError(f"{len(archived)} of {len(codes)} articles were found in {data}")
    return statistics.median(times) * 1e3


def main() -> None:
    given = options.parser(__doc__, rows=20_000, many_rows=1_000_000).parse_args()
    rows, tree = [given.rows, given.many_rows], ours()
    with Report("nothing_new") as report:
        folder = new_folder()
        write_origin(ARTICLES, folder / "origin", newest=datetime.now(UTC).isoformat())
        with serving(folder / "origin") as server:
            variants = {
                VERSION: partial(tree.scrapy, "version"),
                ELSEWHERE: partial(run, [tree.python, "-m", "scrapy", "version"], cwd=folder),
                **polls(tree, "ours", rows, folder, server),
                **(polls(earlier(given.baseline), "baseline", rows, folder, server) if given.baseline else {}),
            }
            costs = interleave(variants, given.rounds)
            profile = profile_of(lambda tree: poll(tree, folder / f"ours-{rows[0]}", server))
        report.table(f"nothing new, {REQUESTS} requests", costs)
        small, large = (costs[f"ours, {number:,} rows"] for number in rows)
        report.ratio(
            "CPU, ours / scrapy version in the project", small, costs["scrapy version in the project"], at_most=1.3
        )
        report.ratio("CPU, ours / scrapy version elsewhere", small, costs["scrapy version elsewhere"])
        report.ratio(f"CPU, {rows[1]:,} rows / {rows[0]:,}", large, small, at_most=1.05)
        report.ratio(f"memory, {rows[1]:,} rows / {rows[0]:,}", large, small, "peak", at_most=1.05)
        if given.baseline:
            for number in rows:
                before, now = (costs[f"{name}, {number:,} rows"] for name in ("baseline", "ours"))
                report.ratio(f"CPU, baseline / ours, {number:,} rows", before, now)
        for number in rows:
            data = folder / f"ours-{number}"
            of_a_day, anywhere = (look_up_time(data, are_adjacent=adjacent) for adjacent in (True, False))
            report.figure(f"ms to look up {CODES} articles of a day, of {number:,}", of_a_day, at_most=2)
            report.figure(f"ms to look up {CODES} articles of any day, of {number:,}", anywhere)
        report.profile("a poll", profile)


if __name__ == "__main__":
    options.main(main)
