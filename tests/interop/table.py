"""The table of docs/interop.md, one for each kind of output, between two comments of the page."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from tests.interop.cells import Cell, Result

BEGIN, END = "<!-- results -->\n", "<!-- end of results -->\n"
ROW = re.compile(r"\| (.+?) \| (.*?) \| (.+?) \| (.*) \| `make interop ONLY=(\S+)` \|")
HEAD = "| reader | version | result | what came out | command |\n|---|---|---|---|---|\n"


def row(cell: Cell) -> str:
    """Return a line of the table.

    >>> print(row(Cell("csv-calc", "CSV", "LibreOffice", "7.4", "right", "300 rows")), end="")
    | LibreOffice | 7.4 | right | 300 rows | `make interop ONLY=csv-calc` |
    """
    came = ". ".join(text for text in (cell.seen, cell.note) if text).replace("|", r"\|")
    return f"| {cell.reader} | {cell.version} | {cell.result} | {came} | `make interop ONLY={cell.name}` |\n"


def tables(cells: Iterable[Cell]) -> str:
    """Return all tables, in the order of *cells*, and a line with the count of each result."""
    every = list(cells)
    counts = Counter(cell.result for cell in every)
    parts = [f"{len(every)} cells: {', '.join(f'{counts[result]} {result}' for result in Result)}.\n"]
    for output, group in by_output(every).items():
        parts.append(f"\n### {output}\n\n{HEAD}{''.join(map(row, group))}")
    return "".join(parts)


def by_output(cells: Iterable[Cell]) -> dict[str, list[Cell]]:
    groups: dict[str, list[Cell]] = {}
    for cell in cells:
        groups.setdefault(cell.output, []).append(cell)
    return groups


def listed(document: Path) -> list[Cell]:
    """Return the cells of the page's tables; what came out and the note are one text there."""
    table = document.read_text("utf-8").split(BEGIN)[1].split(END)[0]
    cells, output = [], ""
    for line in table.splitlines():
        if line.startswith("### "):
            output = line.removeprefix("### ")
        elif found := ROW.fullmatch(line):
            reader, version, result, came, name = found.groups()
            cells.append(Cell(name, output, reader, version, result, came.replace(r"\|", "|")))
    return cells


def update(document: Path, cells: Sequence[Cell], order: Sequence[str]) -> None:
    """Replace the rows of the checks that *cells* come from; others stay, but for checks that are not in *order*.

    Cells of one output stand together, checks in the *order* of their names.
    """
    again = {cell.name for cell in cells}
    known = [cell for cell in listed(document) if cell.name in order and cell.name not in again] + list(cells)
    first = {output: min(order.index(cell.name) for cell in group) for output, group in by_output(known).items()}
    known.sort(key=lambda cell: (first[cell.output], order.index(cell.name)))
    before, rest = document.read_text("utf-8").split(BEGIN)
    document.write_text(f"{before}{BEGIN}\n{tables(known)}\n{END}{rest.split(END)[1]}", "utf-8")
