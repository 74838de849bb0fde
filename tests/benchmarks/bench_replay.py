"""Replay of a recorded crawl, in articles a CPU second, beside a bare reading of the same file by warcio."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from tests.benchmarks import options
from tests.benchmarks.archives import count_posts
from tests.benchmarks.crawls import origin_files
from tests.benchmarks.measure import BenchmarkError, Cost, interleave, median, run
from tests.benchmarks.nginx import Server, serving
from tests.benchmarks.report import Report
from tests.benchmarks.scratch import new_folder
from tests.benchmarks.trees import PEERS, Tree, earlier, ours, peers, profile_of


def record(tree: Tree, server: Server, folder: Path) -> Path:
    """Crawl all articles, and return the folder of the recording."""
    codes, settings = f"file={server.codes}", tree.at(server.url)
    tree.finews(
        "crawl", "share", "-a", codes, **settings, FINEWS_DATA_DIR=folder / "data", FINEWS_WARC_DIR=folder / "warc"
    )
    return folder / "warc"


def replay(tree: Tree, recording: Path, server: Server, count: int) -> Cost:
    """Replay a recording into an empty archive. Raises BenchmarkError if posts are missing, or for any request."""
    codes, position = f"file={server.codes}", server.begin()
    data, settings = new_folder() / "data", {**tree.at(server.url), "FINEWS_REPLAY": str(recording)}
    cost = tree.finews("crawl", "share", "-a", codes, **settings, FINEWS_DATA_DIR=data)
    if (posts := count_posts(data)) != count or server.requests(position):
        raise BenchmarkError(f"{posts} posts of {count} recorded articles")
    return cost


def main() -> None:
    given = options.parser(__doc__, articles=2_000).parse_args()
    count = given.articles
    trees = {"ours": ours(), **({"baseline": earlier(given.baseline)} if given.baseline else {})}
    with Report("replay") as report, serving(origin_files(count)) as server:
        recordings = {whose: record(tree, server, new_folder()) for whose, tree in trees.items()}
        variants: dict[str, Callable[[], Cost]] = {
            whose: partial(replay, tree, recordings[whose], server, count) for whose, tree in trees.items()
        }
        files = sorted(recordings["ours"].rglob("*.warc.gz"))
        variants["warcio, reading"] = partial(run, [peers(), PEERS / "warc_reading.py", *files])
        costs = interleave(variants, given.rounds)
        report.table(f"replay of {count:,} articles", costs, count)
        report.figure("articles a CPU second", count / median(costs["ours"]), at_least=700)
        report.ratio("CPU, ours / bare reading by warcio", costs["ours"], costs["warcio, reading"])
        if given.baseline:
            report.ratio("CPU, baseline / ours", costs["baseline"], costs["ours"], at_least=4)
        again = partial(replay, recording=recordings["ours"], server=server, count=count)
        report.profile("a replay", profile_of(again))


if __name__ == "__main__":
    options.main(main)
