"""A crawl into an empty archive, from nginx on loopback: CPU an article without latency, articles a second with it.

The peers write no index, sync nothing and keep no revisions: bare Scrapy throws each response away.
"""

from __future__ import annotations

from argparse import Namespace

from tests.benchmarks import options
from tests.benchmarks.crawls import DEFAULT_CONNECTIONS, THREADS, Crawl, origin_files
from tests.benchmarks.measure import interleave, median
from tests.benchmarks.nginx import DELAY_MS, serving
from tests.benchmarks.report import Report
from tests.benchmarks.trees import Tree, earlier, ours, profile_of

MANY_CONNECTIONS = 32


def without_latency(report: Report, given: Namespace, baseline: Tree | None) -> None:
    """Compare the CPU of whole processes."""
    count = given.articles
    with serving(origin_files(count)) as server:
        crawl = Crawl(server, count)
        variants = {
            "ours": crawl.by(ours()),
            "bare Scrapy as shipped": crawl.by_bare_scrapy(),
            "bare Scrapy, our reactor, handler": crawl.by_own_scrapy(ours()),
            f"requests in {THREADS} threads": crawl.by_script("requests_threads.py", THREADS),
            "aiohttp to files": crawl.by_script("aiohttp_files.py", DEFAULT_CONNECTIONS),
            **({"baseline": crawl.by(baseline)} if baseline else {}),
        }
        costs = interleave(variants, given.rounds)
        profile = profile_of(lambda tree: crawl.by(tree)())
    report.table(f"crawl of {count:,} articles at 0 ms, {DEFAULT_CONNECTIONS} connections", costs, count)
    bounds = {"bare Scrapy as shipped": 0.75, "bare Scrapy, our reactor, handler": 1.5}
    for peer in list(costs)[1:]:
        bound = {"at_most": bounds[peer]} if peer in bounds else {}
        report.ratio(f"CPU, ours / {peer}", costs["ours"], costs[peer], **bound)
    if baseline:
        report.ratio("CPU, baseline / ours", costs["baseline"], costs["ours"], at_least=2.7)
    report.profile("a crawl", profile)


def with_latency(report: Report, given: Namespace, baseline: Tree | None) -> None:
    """Compare articles a second, from the first request to the last response as the server recorded them."""
    count, connections = given.slow_articles, MANY_CONNECTIONS
    with serving(origin_files(count)) as server:
        crawl = Crawl(server, count, connections, is_slow=True)
        variants = {
            "ours": crawl.by(ours()),
            "bare Scrapy as shipped": crawl.by_bare_scrapy(),
            f"requests in {THREADS} threads": crawl.by_script("requests_threads.py", THREADS),
            "aiohttp to files": crawl.by_script("aiohttp_files.py", connections),
            **({"baseline": crawl.by(baseline)} if baseline else {}),
        }
        costs = interleave(variants, given.rounds)
    report.table(f"crawl of {count:,} articles at {DELAY_MS} ms, {connections} connections", costs, count)
    threads = costs[f"requests in {THREADS} threads"]
    report.ratio("articles a second, ours / requests in threads", threads, costs["ours"], "window", at_least=4)
    report.ratio("the same of whole processes", threads, costs["ours"], "wall")
    limit = count / connections * DELAY_MS / 1000
    share = limit / median(costs["ours"], "window")
    report.figure(f"articles a second / what {connections} connections can give", share, at_least=0.9)
    report.figure("the same of the whole process", limit / median(costs["ours"], "wall"))


def main() -> None:
    given = options.parser(__doc__, articles=2_000, slow_articles=1_000).parse_args()
    baseline = earlier(given.baseline) if given.baseline else None
    with Report("crawl") as report:
        without_latency(report, given, baseline)
        with_latency(report, given, baseline)


if __name__ == "__main__":
    options.main(main)
