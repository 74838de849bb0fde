"""Commands over a whole archive, in posts a CPU second: ``audit``, ``rebuild`` and ``reindex``, beside the baseline.

Each is measured where it has most to do: ``rebuild`` without any post, ``reindex`` without an index.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

from tests.benchmarks import options
from tests.benchmarks.archives import archive, count_posts
from tests.benchmarks.measure import BenchmarkError, Cost, interleave, median
from tests.benchmarks.report import Report
from tests.benchmarks.scratch import new_folder
from tests.benchmarks.trees import Tree, earlier, ours, profile_of

POSTS_A_CPU_SECOND = {"rebuild": 2_500, "reindex": 2_000, "audit": 4_000}
WITHOUT = {"rebuild": ("site",), "reindex": ("index.sqlite", "index.sqlite-wal", "index.sqlite-shm"), "audit": ()}
"""What the archive lacks."""


def command(tree: Tree, data: Path, name: str) -> Cost:
    """Run a command on a copy of *data*. Raises BenchmarkError if posts or index are missing afterwards."""
    copy = new_folder() / "data"
    shutil.copytree(data, copy, ignore=shutil.ignore_patterns(*WITHOUT[name]))
    arguments = [copy] if name == "reindex" else []
    cost = tree.finews(name, *arguments, FINEWS_DATA_DIR=copy)
    if count_posts(copy) != count_posts(data) or not (copy / "index.sqlite").exists():
        raise BenchmarkError(f"{name} has not written everything")
    return cost


def main() -> None:
    given = options.parser(__doc__, posts=20_000).parse_args()
    trees = {"ours": ours(), **({"baseline": earlier(given.baseline)} if given.baseline else {})}
    filled = {name: archive(tree, given.posts) for name, tree in trees.items()}
    with Report("archive") as report:
        for name, bound in POSTS_A_CPU_SECOND.items():
            variants: dict[str, Callable[[], Cost]] = {
                whose: partial(command, tree, filled[whose], name) for whose, tree in trees.items()
            }
            costs = interleave(variants, given.rounds)
            report.table(f"{name} of {given.posts:,} posts", costs, given.posts)
            report.figure(f"posts a CPU second, {name}", given.posts / median(costs["ours"]), at_least=bound)
            if given.baseline:
                report.ratio(f"CPU, baseline / ours, {name}", costs["baseline"], costs["ours"])
            report.profile(name, profile_of(partial(command, data=filled["ours"], name=name)))


if __name__ == "__main__":
    options.main(main)
