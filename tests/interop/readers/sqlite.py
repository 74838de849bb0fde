"""The SQLite export in other programs and libraries: its rows, and its search in Chinese.

Each client runs the same two statements. They make JSON of the rows, so that a client only has to print the first
column.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from finews_crawler.articles.record import FIELDS, IMAGE_FIELDS, TICKER_FIELDS, Kind
from finews_crawler.articles.record import Field as RecordField
from tests.interop.cells import Checks, Outcome, ReaderFailed, Result, in_version, reason, right, wrong
from tests.interop.environments import (
    SCRIPTS,
    debian_with,
    node_program,
    node_script,
    node_with,
    program,
    python_with,
    r_library,
    run,
    with_extension,
)
from tests.interop.expected import compare_records
from tests.interop.material import Material
from tests.interop.odd_articles import odd_material
from tests.interop.packages import NODE, SQLITE_UTILS
from tests.support.debian_root import Within

CHECKS = Checks()
OUTPUT = "SQLite"
WORDS = ("锂", "锂电", "净利润", "5G", "A股", '"5.3%"', "产业链今年")
LISTS = {Kind.TICKERS: ("ticker", TICKER_FIELDS), Kind.IMAGES: ("image", IMAGE_FIELDS)}
Client = Callable[[Path, str], str]
"""Runs a statement on a file, and prints the first column of each row on a line of its own."""


def select_articles() -> str:
    """Return the statement that makes JSON of each article, with its lists."""
    parts = [f"'{field.name}', {_value(field)}" for field in FIELDS]
    return f"SELECT json_object({', '.join(parts)}) FROM article ORDER BY published_at, info_code"


def _value(field: RecordField) -> str:
    if field.kind in LISTS:
        table, columns = LISTS[field.kind]
        pairs = ", ".join(f"'{column.name}', {column.name}" for column in columns)
        return f"json((SELECT json_group_array(json_object({pairs})) FROM {table} WHERE article_id = id))"
    return f"json({field.name})" if field.kind == Kind.TEXTS else field.name


def select_found(word: str) -> str:
    """Return the statement of docs/exports.md that searches for a word."""
    match = word.replace("'", "''")
    return (
        "SELECT info_code FROM article WHERE id IN "
        f"(SELECT rowid FROM article_search WHERE article_search MATCH '{match}')"
    )


def with_word(records: list[dict[str, Any]], word: str) -> set[str]:
    """Return the infoCodes of the records of which a line contains the word."""
    plain = word.strip('"').lower()
    return {record["info_code"] for record in records if plain in f"{record['title']}\n{record['text']}".lower()}


def by_client(client: Client) -> Outcome:
    made = odd_material()
    file = made.export("sqlite") / "articles.sqlite"
    rows = compare_records(made.records, client(file, select_articles()))
    return rows if rows.result != Result.RIGHT else searched(rows, lambda word: client(file, select_found(word)))


def searched(rows: Outcome, search: Callable[[str], str]) -> Outcome:
    """Compare the infoCodes that *search* prints for each word with a scan of the texts."""
    records = odd_material().records
    for word in WORDS:
        expected = with_word(records, word)
        assert expected, f"no article has {word}"
        try:
            found = search(word).split()
        except ReaderFailed as failed:
            return wrong(f"{rows.seen}; no search: {reason(failed)}")
        if sorted(found) != sorted(expected):
            return wrong(f"{rows.seen}; {word} is found in {len(found)} articles instead of {len(expected)}")
    return right(f"{rows.seen}; search for {', '.join(WORDS)}: as LIKE finds")


def by_python(script: str, *requirements: str) -> Outcome:
    python = python_with(*requirements)
    return by_client(lambda file, statement: run(python, SCRIPTS / script, file, statement))


def by_node(script: str, node: str | Path, *packages: str) -> Outcome:
    copy = node_script(script, *packages)
    return by_client(lambda file, statement: run(node, copy, file, statement))


def by_program(version: str, *command: str | Path) -> Outcome:
    utf8 = {"LC_ALL": "C.UTF-8"}
    return in_version(version, by_client(lambda file, text: run(*command, file, text, environment=utf8)))


@CHECKS.add("sqlite-program", OUTPUT, "sqlite3, the program")
def sqlite3(_: Material, version: str) -> Outcome:
    path = program("sqlite3", "sqlite3")
    return by_program(run(path, "--version").split()[0], path)


@CHECKS.add("sqlite-apsw", OUTPUT, "apsw", "3.46.1.0", "3.54.1.0")
def apsw(_: Material, version: str) -> Outcome:
    return by_python("sqlite_apsw.py", f"apsw=={version}")


@CHECKS.add("sqlite-pysqlite3", OUTPUT, "pysqlite3-binary", "0.5.0", "0.5.4.post2")
def pysqlite3(_: Material, version: str) -> Outcome:
    return by_python("sqlite_pysqlite3.py", f"pysqlite3-binary=={version}")


@CHECKS.add("sqlite-utils", OUTPUT, "sqlite-utils query", *SQLITE_UTILS)
def sqlite_utils(_: Material, version: str) -> Outcome:
    command = python_with(*SQLITE_UTILS[version]).with_name("sqlite-utils")
    return by_client(lambda file, statement: run(command, "query", file, statement, "--raw-lines"))


@CHECKS.add("sqlite-utils-search", OUTPUT, "sqlite-utils search", *SQLITE_UTILS)
def sqlite_utils_search(_: Material, version: str) -> Outcome:
    command = python_with(*SQLITE_UTILS[version]).with_name("sqlite-utils")
    file = odd_material().export("sqlite") / "articles.sqlite"

    def search(word: str) -> str:
        found = json.loads(run(command, "search", file, "article", word, "-c", "info_code"))
        return "\n".join(row["info_code"] for row in found)

    query = "Use `sqlite-utils query` with [this statement](exports.md#chinese-full-text-search)"
    return replace(searched(right("by its own statement"), search), note=query)


@CHECKS.add("sqlite-duckdb", OUTPUT, "DuckDB, its SQLite extension", "1.4.4")
def duckdb(_: Material, version: str) -> Outcome:
    return by_python("sqlite_duckdb.py", f"duckdb=={version}", "duckdb-ext-sqlite==1.4.4.20260205", "pytz==2026.1")


@CHECKS.add("sqlite-debian", OUTPUT, "sqlite3 of other Debians", "bullseye", "trixie")
def other_debian(_: Material, version: str) -> Outcome:
    root = debian_with(version, "sqlite3")
    within = Within(volumes={"mnt": (odd_material().export("sqlite"))}, environment={"LC_ALL": "C.UTF-8"})

    def client(file: Path, statement: str) -> str:
        return root.run(f"sqlite3 /mnt/{file.name} {shlex.quote(statement)}", within)

    shown = root.run("sqlite3 --version").split()[0]
    found = by_client(client)
    return replace(found, seen=f"SQLite {shown}: {found.seen}")


@CHECKS.add("sqlite-datasette", OUTPUT, "Datasette, search box and query", "0.65.5", "1.0a41")
def datasette(_: Material, version: str) -> Outcome:
    python, made = python_with(f"datasette=={version}", "setuptools==80.9.0"), odd_material()
    script, folder = SCRIPTS / "sqlite_datasette.py", made.export("sqlite")
    columns = [field.name for field in FIELDS if field.kind not in LISTS]
    found = compare_records(made.records, run(python, script, folder, "rows"), columns)
    for how in ("search", "query"):
        if found.result == Result.RIGHT:
            rows = replace(found, seen=found.seen.split(";")[0])
            found = searched(rows, lambda word, how=how: run(python, script, folder, how, word.strip('"')))
    return found


@CHECKS.add("sqlite-node", OUTPUT, "Node, node:sqlite", *NODE)
def node(_: Material, version: str) -> Outcome:
    return by_node("sqlite_node.mjs", node_program(version))


@CHECKS.add("sqlite-better-sqlite3", OUTPUT, "better-sqlite3 (Node)", "12.11.1", "13.2.0")
def better_sqlite3(_: Material, version: str) -> Outcome:
    package = f"better-sqlite3@{version}"
    if version.startswith("12.") and not (node_with(package) / "node_modules/better-sqlite3/build").exists():
        run(program("npm", "npm"), "rebuild", "better-sqlite3", cwd=node_with(package))  # version 13 has its binaries
    node_of_it = program("node", "nodejs") if version.startswith("12.") else node_program(NODE[-1])
    return by_node("sqlite_better_sqlite3.mjs", node_of_it, package)


@CHECKS.add("sqlite-node-wasm", OUTPUT, "node-sqlite3-wasm", "0.8.60")
def node_wasm(_: Material, version: str) -> Outcome:
    return by_node("sqlite_node_wasm.mjs", program("node", "nodejs"), f"node-sqlite3-wasm@{version}")


@CHECKS.add("sqlite-sql-js", OUTPUT, "sql.js (WebAssembly)", "1.17.0")
def sql_js(_: Material, version: str) -> Outcome:
    found = by_node("sqlite_sql_js.mjs", program("node", "nodejs"), f"sql.js@{version}")
    return replace(found, note="It is built without FTS5: use node-sqlite3-wasm, or make a build of it with FTS5")


@CHECKS.add("sqlite-php", OUTPUT, "PHP, PDO")
def php(_: Material, version: str) -> Outcome:
    path = with_extension("php", "php-cli", "php-sqlite3", "-r", "exit(extension_loaded('pdo_sqlite') ? 0 : 1);")
    return by_program(run(path, "-r", "echo PHP_VERSION;"), path, SCRIPTS / "sqlite_pdo.php")


@CHECKS.add("sqlite-perl", OUTPUT, "Perl, DBD::SQLite")
def perl(_: Material, version: str) -> Outcome:
    path = with_extension("perl", "perl", "libdbd-sqlite3-perl", "-MDBD::SQLite", "-e", "1")
    shown = run(path, "-MDBD::SQLite", "-e", "print $DBD::SQLite::VERSION")
    return by_program(shown, path, SCRIPTS / "sqlite_dbd.pl")


@CHECKS.add("sqlite-ruby", OUTPUT, "Ruby, sqlite3")
def ruby(_: Material, version: str) -> Outcome:
    path = with_extension("ruby", "ruby", "ruby-sqlite3", "-e", "require 'sqlite3'")
    return by_program(run(path, "-rsqlite3", "-e", "print SQLite3::VERSION"), path, SCRIPTS / "sqlite_ruby.rb")


@CHECKS.add("sqlite-r", OUTPUT, "R, RSQLite")
def rsqlite(_: Material, version: str) -> Outcome:
    rscript, shown = r_library("RSQLite")
    return by_program(shown, rscript, SCRIPTS / "sqlite_r.R")


@CHECKS.add("sqlite-tcl", OUTPUT, "Tcl, sqlite3")
def tcl(_: Material, version: str) -> Outcome:
    path = program("tclsh", "tcl")
    return by_program("Debian 12", path, SCRIPTS / "sqlite_tcl.tcl")
