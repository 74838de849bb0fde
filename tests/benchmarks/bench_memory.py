"""Peak memory of long crawls by each spider, which must not grow with the number of articles.

The proof takes sizes that take hours: ``--few-articles 10000 --articles 100000``.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.benchmarks import options
from tests.benchmarks.archives import count_posts
from tests.benchmarks.measure import BenchmarkError, Cost
from tests.benchmarks.report import ROOT, Report
from tests.benchmarks.scratch import new_folder
from tests.benchmarks.trees import FIRST_HOSTS, Tree, ours

SYMBOLS = "symbol=0.309418,0.009356,1.609675,0.309777,1.689733,0.009127,106.JCAR,1.609290,90.BK0493"
"""Of the origin: together they are in most articles."""
SPIDERS = {
    "share": (),
    "category": ("-a", "all=1"),
    "channel": ("-a", "channels=fast", "-a", "since=2015-01-01"),
    "security": ("-a", SYMBOLS, "-a", "since=2015-01-01"),
}
TODAY = ("channel", "security")
"""Only lists of today's hosts have pages."""
MOST_GROWTH = 1.15


@contextmanager
def running_origin(count: int, codes: Path, *options: str) -> Iterator[str]:
    """Run an origin in a process of its own; yield its URL."""
    command = [sys.executable, "-m", "tests.benchmarks.origin_server", str(count), str(codes), *options]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.stdin.close()


def crawl(tree: Tree, spider: str, count: int) -> tuple[Cost, int]:
    """Crawl all that lists of *count* articles lead to; return the cost and the number of posts."""
    folder = new_folder()
    codes, data = folder / "codes.txt", folder / "data"
    with running_origin(count, codes, *(["--rolling"] if spider == "channel" else [])) as url:
        today = {host: url if spider in TODAY else "" for host in tree.hosts if host not in FIRST_HOSTS}
        hosts = {**today, **dict.fromkeys(FIRST_HOSTS, "" if spider in TODAY else url)}
        arguments = SPIDERS[spider] or ("-a", f"file={codes}")
        cost = tree.finews("crawl", spider, *arguments, **hosts, FINEWS_DATA_DIR=data)
    return cost, count_posts(data)


def main() -> None:
    parser = options.parser(__doc__, few_articles=1_000, articles=10_000)
    parser.add_argument("--spiders", nargs="+", choices=SPIDERS, default=list(SPIDERS))
    given = parser.parse_args()
    with Report("memory") as report:
        for spider in given.spiders:
            costs: list[Cost] = []
            for count in (given.few_articles, given.articles):
                cost, posts = crawl(ours(), spider, count)
                if posts < count / 100:
                    raise BenchmarkError(f"{spider}: only {posts} posts of {count} listed articles")
                costs.append(cost)
                report.table(f"crawl {spider}, {count:,} articles listed", {f"{posts:,} posts": [cost]}, posts)
            few, many = costs
            sizes = f"{given.articles:,} / {given.few_articles:,}"
            report.ratio(f"memory, {spider}, {sizes}", [many], [few], "peak", at_most=MOST_GROWTH)


if __name__ == "__main__":
    options.main(main)
