"""Exports, beside floors that write the same records from a plain table (``peers/export_floors.py``), and the baseline.

A floor is what the libraries cost: SQLite, zstd, orjson, pyarrow, FTS5. Its output is compared with ours.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from tests.benchmarks import options
from tests.benchmarks.archives import archive
from tests.benchmarks.measure import Cost, interleave, median, run
from tests.benchmarks.report import Report
from tests.benchmarks.scratch import new_folder
from tests.benchmarks.trees import PEERS, Tree, earlier, ours, peers, profile_of

FORMATS = {"jsonl": "sqlite3 + orjson", "parquet": "sqlite3 + pyarrow", "sqlite": "sqlite3 + FTS5"}
FLOORS = PEERS / "export_floors.py"
OPTIONS = {"jsonl": ("--compress", "none")}


def export(tree: Tree, data: Path, kind: str, out: Path | None = None) -> Cost:
    """Export *data* into *out*, or into a folder that nothing reads."""
    target = ("--format", kind, "--out", out or new_folder() / "out")
    return tree.finews("export", *target, *OPTIONS.get(kind, ()), FINEWS_DATA_DIR=data)


def floor(kind: str, records: Path, exported: Path) -> Cost:
    """Write the floor of a format, and compare it with the export."""
    out = new_folder() / "out"
    cost = run([peers(), FLOORS, kind, records, exported, out])
    run([peers(), FLOORS, "check", kind, exported, out])
    return cost


def main() -> None:
    given = options.parser(__doc__, articles=10_000, few_articles=2_000).parse_args()
    count, few, tree = given.articles, given.few_articles, ours()
    baseline = earlier(given.baseline) if given.baseline else None
    data, small = archive(tree, count), archive(tree, few)
    before = archive(baseline, count) if baseline else None
    with Report("export") as report:
        folder = new_folder()
        exported = {kind: folder / kind for kind in FORMATS}
        for kind, out in exported.items():
            export(tree, data, kind, out)
        records = folder / "records.sqlite"
        run([peers(), FLOORS, "prepare", exported["jsonl"] / "articles.jsonl", records])
        for kind, peer in FORMATS.items():
            variants: dict[str, Callable[[], Cost]] = {
                "ours": partial(export, tree, data, kind),
                f"floor: {peer}": partial(floor, kind, records, exported[kind]),
                f"ours, {few:,} articles": partial(export, tree, small, kind),
            }
            if baseline and before:
                variants["baseline"] = partial(export, baseline, before, kind)
            costs = interleave(variants, given.rounds)
            report.table(f"export of {count:,} articles as {kind}", costs, count)
            report.ratio(f"CPU, ours / floor, {kind}", costs["ours"], costs[f"floor: {peer}"], at_most=2.5)
            growth = median(costs["ours"], "peak") / median(costs[f"ours, {few:,} articles"], "peak")
            report.figure(f"memory, {count:,} / {few:,} articles, {kind}", growth)
            if baseline:
                report.ratio(f"CPU, baseline / ours, {kind}", costs["baseline"], costs["ours"], at_least=5)
            report.profile(f"an export as {kind}", profile_of(partial(export, data=data, kind=kind)))


if __name__ == "__main__":
    options.main(main)
