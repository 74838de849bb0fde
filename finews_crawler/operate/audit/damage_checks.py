"""Damage of the index as findings: every row of every table is decoded, and SQLite checks its file."""

from __future__ import annotations

from collections.abc import Iterator

from finews_crawler.archive.damage import find_corruption, find_damage
from finews_crawler.archive.index import Index
from finews_crawler.content.info_code import INFO_CODE
from finews_crawler.operate.audit.findings import Finding, FindingKind


def check_damage(index: Index, path: str) -> Iterator[Finding]:
    """Yield the findings of the index, which they name *path*. Raises UnusableIndex for a file that SQLite refuses."""
    for problem in find_corruption(index):
        yield Finding(FindingKind.DAMAGED_INDEX, path, detail=problem)
    for row in find_damage(index):
        code = row.key if INFO_CODE.fullmatch(row.key) else ""
        where = f"table {row.table}{'' if code else f', row of {row.key}'}, column {row.column}"
        yield Finding(FindingKind.DAMAGED_ROW, path, code, f"{where}: {row.why}")
