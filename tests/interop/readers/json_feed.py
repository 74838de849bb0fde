"""The JSON and the JSON lines that Scrapy's feeds write while they crawl (``-O articles.json``)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.interop.cells import Checks, Outcome, Result, in_version, right
from tests.interop.environments import SCRIPTS, program, python_with, run
from tests.interop.expected import MOMENTS, compare_records, records_in
from tests.interop.material import Material
from tests.interop.odd_articles import odd_material
from tests.interop.packages import DUCKDB, PANDAS

CHECKS = Checks()
OUTPUT = "JSON and JSON lines, Scrapy's feeds"


def expected() -> list[dict[str, Any]]:
    """Return the records in the order of the crawl; the index has not numbered them yet."""
    made = odd_material()
    order = [record["info_code"] for record in records_in(made.feed.with_suffix(".jsonl").read_text("utf-8"))]
    records = ({**record, "change": None} for record in made.records)
    return sorted(records, key=lambda record: order.index(record["info_code"]))


def both(commands: dict[str, tuple[str | Path, ...]], *options: str) -> Outcome:
    """Compare what a command prints of each file, by the suffix of the file. *options* come after the file."""
    for suffix, command in commands.items():
        found = compare_records(expected(), run(*command, odd_material().feed.with_suffix(suffix), *options))
        if found.result != Result.RIGHT:
            return found
    return right(f"both: {found.seen}")


@CHECKS.add("feed-duckdb", OUTPUT, "DuckDB, read_json with named types", *DUCKDB)
def duckdb(_: Material, version: str) -> Outcome:
    python = python_with(*DUCKDB[version])
    return both(dict.fromkeys((".json", ".jsonl"), (python, SCRIPTS / "jsonl_duckdb.py")), *MOMENTS)


@CHECKS.add("feed-pandas", OUTPUT, "pandas, read_json", *PANDAS)
def pandas(_: Material, version: str) -> Outcome:
    python = python_with(*PANDAS[version])
    return both(dict.fromkeys((".json", ".jsonl"), (python, SCRIPTS / "feed_pandas.py")))


@CHECKS.add("feed-jq", OUTPUT, "jq")
def jq(_: Material, version: str) -> Outcome:
    path = program("jq", "jq")
    found = both({".json": (path, "-c", ".[]"), ".jsonl": (path, "-c", ".")})
    return in_version(run(path, "--version"), found)
