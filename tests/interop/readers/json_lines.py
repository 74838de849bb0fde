"""JSON lines: what notebooks, databases and shells read of them."""

from __future__ import annotations

from tests.interop.cells import Checks, Outcome
from tests.interop.environments import SCRIPTS, python_with, run
from tests.interop.expected import compare
from tests.interop.material import Material

CHECKS = Checks()


@CHECKS.add("jsonl-duckdb", "JSON lines", "DuckDB, read_json", "1.5.1")
def duckdb(material: Material, version: str) -> Outcome:
    python = python_with(f"duckdb=={version}", "pytz==2026.1")
    file = material.export("jsonl") / "articles.jsonl.gz"
    return compare(material.articles, run(python, SCRIPTS / "jsonl_duckdb.py", file))
