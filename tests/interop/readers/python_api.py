"""``Archive`` with the packages that docs/exports.md names, and the examples of that page in several versions."""

from __future__ import annotations

import json
import re
import shutil
import sys
from collections import Counter
from pathlib import Path

from tests.interop.cells import Checks, Outcome, right, wrong
from tests.interop.environments import SCRIPTS, folder, program, python_with, run
from tests.interop.expected import compare_records
from tests.interop.material import Material
from tests.interop.odd_articles import odd_material
from tests.interop.packages import DUCKDB, PANDAS

CHECKS = Checks()
API, EXAMPLES = "From Python", "Examples of docs/exports.md"
ROOT = Path(__file__).parents[3]
BLOCKS = re.findall(
    r"^```(\w+)\n(.*?)^```", (ROOT / "docs" / "exports.md").read_text("utf-8"), re.MULTILINE | re.DOTALL
)
SYMBOL = "600050.SH"


def block(kind: str, part: str) -> str:
    """Return the example of the page that contains *part*."""
    (found,) = (text for language, text in BLOCKS if language == kind and part in text)
    return found


def with_archive(how: str, version: str) -> Outcome:
    """Run our package with the pandas and the pyarrow of an environment before its own."""
    made = odd_material()
    packages = python_with(*PANDAS[version]).parents[1] / "lib" / f"python3.{sys.version_info.minor}" / "site-packages"
    paths = {"PYTHONPATH": f"{packages}:{ROOT}"}
    printed = run(sys.executable, SCRIPTS / "archive.py", made.data, how, version, environment=paths)
    return compare_records(made.records, printed)


@CHECKS.add("archive-pandas", API, "pandas.DataFrame(archive.articles())", *PANDAS)
def dataframe(_: Material, version: str) -> Outcome:
    return with_archive("pandas", version)


@CHECKS.add("archive-arrow", API, "archive.to_arrow() with pyarrow 20 and 26, to pandas", *PANDAS)
def to_arrow(_: Material, version: str) -> Outcome:
    return with_archive("arrow", version)


def home() -> Path:
    """Return a folder with the exports where the examples look for them."""
    made, found = odd_material(), folder() / "examples"
    for name in ("parquet", "jsonl", "sqlite"):
        shutil.copytree(made.export(name), found / "exports" / name, dirs_exist_ok=True)
    return found


def mentions() -> Counter[str]:
    """Return the number of articles by day that name the security of the examples."""
    records = odd_material().records
    return Counter(record["day"] for record in records if SYMBOL in {one["symbol"] for one in record["tickers"]})


def agrees(found: object, expected: object, seen: str) -> Outcome:
    assert expected
    return right(seen) if found == expected else wrong(f"{found} instead of {expected}")


@CHECKS.add("example-duckdb", EXAMPLES, "DuckDB, articles a day", *DUCKDB)
def duckdb(_: Material, version: str) -> Outcome:
    statement = block("sql", "read_parquet('exports/parquet/articles")
    printed = run(python_with(*DUCKDB[version]), SCRIPTS / "example_duckdb.py", statement, cwd=home())
    return agrees(
        json.loads(printed), dict(mentions()), f"{sum(mentions().values())} articles of {len(mentions())} days"
    )


@CHECKS.add("example-duckdb-reader", EXAMPLES, "DuckDB, beside an export", *DUCKDB)
def duckdb_reader(_: Material, version: str) -> Outcome:
    printed = run(python_with(*DUCKDB[version]), "-c", block("python", "def read("), cwd=home())
    return agrees(printed.strip(), f"[({len(odd_material().records)},)]", printed.strip())


@CHECKS.add("example-pandas", EXAMPLES, "pandas, the most frequent tickers", *PANDAS)
def pandas(_: Material, version: str) -> Outcome:
    printed = run(python_with(*PANDAS[version]), "-c", block("python", "pandas.read_parquet"), cwd=home())
    found = [int(number) for number in re.findall(r"^\S+ +(\d+)$", printed, re.MULTILINE)]
    named = Counter(
        symbol for record in odd_material().records for symbol in {one["symbol"] for one in record["tickers"]}
    )
    return agrees(
        found, [number for _, number in named.most_common(10)], f"ten tickers, {found[0]} to {found[-1]} articles"
    )


@CHECKS.add("example-shell", EXAMPLES, "zgrep")
def zgrep(_: Material, version: str) -> Outcome:
    program("zgrep", "gzip")
    printed = run("sh", "-c", block("sh", "zgrep"), cwd=home())
    return agrees(int(printed), sum(mentions().values()), f"Debian\t{printed.strip()} articles")


@CHECKS.add("example-sqlite", EXAMPLES, "sqlite3, a search")
def sqlite(_: Material, version: str) -> Outcome:
    path = program("sqlite3", "sqlite3")
    statement = block("sql", "MATCH '净利润'")
    found = run(path, "-json", home() / "exports/sqlite/articles.sqlite", statement)
    expected = [
        {"day": record["day"], "title": record["title"]}
        for record in odd_material().records
        if "净利润" in f"{record['title']}\n{record['text']}"
    ]
    return agrees(json.loads(found), expected, f"{run(path, '--version').split()[0]}\t{len(expected)} articles")
