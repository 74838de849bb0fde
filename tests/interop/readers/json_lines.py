"""JSON lines, plain and compressed: what notebooks, databases and shells read of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from tests.interop.cells import Checks, Outcome, ReaderFailed, Result, helped, in_version, right, with_help
from tests.interop.environments import SCRIPTS, node_program, program, python_with, r_library, run
from tests.interop.expected import MOMENTS, NAMES, compare_records
from tests.interop.material import Material
from tests.interop.odd_articles import odd_material
from tests.interop.packages import CHDB, DUCKDB, NODE, PANDAS, POLARS, PYARROW, SQLITE_UTILS

CHECKS = Checks()
OUTPUT = "JSON lines"
FILES = {"gzip": "articles.jsonl.gz", "zstd": "articles.jsonl.zst", "none": "articles.jsonl"}
ZONES = "Its times are those of UTC, without a zone: name their types when it reads, as times with a zone"
UNPACK = {"gzip": "zcat", "zstd": "zstdcat", "none": "cat"}


def each(read: Callable[[Path], str]) -> Outcome:
    """Read the file of each compression. One that the reader cannot read is left to its own program."""
    made, unreadable = odd_material(), []
    for compression in ("none", "gzip", "zstd"):
        file = made.export("jsonl", "--compress", compression) / FILES[compression]
        try:
            found = compare_records(made.records, read(file))
        except ReaderFailed:
            if compression == "none":
                raise
            unreadable.append(compression)
            continue
        if found.result != Result.RIGHT:
            return found
    if unreadable:
        return helped(found.seen, f"It cannot read {' and '.join(unreadable)}: unpack it, or use `--compress none`")
    return right(f"plain, gzip, zstd: {found.seen}")


def piped(*command: str | Path) -> Callable[[Path], str]:
    """Return a reader of standard input, to which the file is unpacked."""

    def read(file: Path) -> str:
        unpack = next(UNPACK[name] for name, of_it in FILES.items() if of_it == file.name)
        return run("sh", "-c", f'{unpack} "$0" | "$@"', file, *command)

    program("zstdcat", "zstd")
    return read


def by_script(script: str, *requirements: str, options: Sequence[str] = ()) -> Outcome:
    python = python_with(*requirements)
    return each(lambda file: run(python, SCRIPTS / script, file, *options))


def by_script_with_types(script: str, *requirements: str) -> Outcome:
    """Name the types of the times if the reader takes them for times without a zone."""
    alone = by_script(script, *requirements)
    return with_help(alone, lambda: by_script(script, *requirements, options=MOMENTS), ZONES)


@CHECKS.add("jsonl-duckdb", OUTPUT, "DuckDB, read_json", *DUCKDB)
def duckdb(_: Material, version: str) -> Outcome:
    return by_script_with_types("jsonl_duckdb.py", *DUCKDB[version])


@CHECKS.add("jsonl-pandas", OUTPUT, "pandas, read_json(lines=True)", *PANDAS)
def pandas(_: Material, version: str) -> Outcome:
    return by_script("jsonl_pandas.py", *PANDAS[version])


@CHECKS.add("jsonl-polars", OUTPUT, "polars, scan_ndjson", *POLARS)
def polars(_: Material, version: str) -> Outcome:
    return by_script("jsonl_polars.py", *POLARS[version])


@CHECKS.add("jsonl-pyarrow", OUTPUT, "pyarrow.json", *PYARROW)
def pyarrow(_: Material, version: str) -> Outcome:
    return by_script_with_types("jsonl_pyarrow.py", *PYARROW[version])


@CHECKS.add("jsonl-chdb", OUTPUT, "ClickHouse (chdb), JSONEachRow", *CHDB)
def chdb(_: Material, version: str) -> Outcome:
    return by_script("jsonl_chdb.py", *CHDB[version])


@CHECKS.add("jsonl-sqlite-utils", OUTPUT, "sqlite-utils insert --nl", *SQLITE_UTILS)
def sqlite_utils(_: Material, version: str) -> Outcome:
    python = python_with(*SQLITE_UTILS[version])
    return each(piped(python, SCRIPTS / "jsonl_sqlite_utils.py"))


@CHECKS.add("jsonl-node", OUTPUT, "Node, readline and JSON.parse", *NODE)
def node(_: Material, version: str) -> Outcome:
    return each(piped(node_program(version), SCRIPTS / "jsonl_node.mjs"))


@CHECKS.add("jsonl-jq", OUTPUT, "jq")
def jq(_: Material, version: str) -> Outcome:
    path = program("jq", "jq")
    return in_version(run(path, "--version"), each(piped(path, "-c", ".")))


@CHECKS.add("jsonl-sqlite", OUTPUT, "SQLite's json_extract")
def sqlite(_: Material, version: str) -> Outcome:
    path = program("sqlite3", "sqlite3")
    values = ", ".join(f"'{name}', json_extract(line, '$.{name}')" for name in NAMES)
    steps = ("CREATE TABLE lines (line)", ".mode ascii", r".separator \037 \n", ".import /dev/stdin lines")
    shown = (".mode list", f"SELECT json_object({values}) FROM lines")
    return in_version(run(path, "--version").split()[0], each(piped(path, ":memory:", *steps, *shown)))


@CHECKS.add("jsonl-r", OUTPUT, "R, jsonlite::stream_in")
def jsonlite(_: Material, version: str) -> Outcome:
    rscript, shown = r_library("jsonlite")
    return in_version(shown, each(piped(rscript, SCRIPTS / "jsonl.R")))
