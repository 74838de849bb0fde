"""The results in ``build/bench`` as Markdown, for docs/performance.md: ``python -m tests.benchmarks.summary``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

from tests.benchmarks.report import BOUNDS, RESULTS


def lines(path: Path) -> Iterator[str]:
    """Yield the lines about one benchmark."""
    results = json.loads(path.read_text(encoding="utf-8"))
    machine = results["machine"]
    yield f"### `make bench BENCH={path.stem}`"
    yield ""
    runs_on = f"Python {machine['python']}, {machine['cores']} cores, load average {machine['load']} at the start"
    yield f"At {machine['commit']}, {machine['at'][:10]}: {runs_on}."
    yield ""
    for table in results["tables"]:
        yield f"| {table['title']} | CPU s | user | system | wall s | MiB | CPU ms each |"
        yield "|---|---|---|---|---|---|---|"
        yield from (row_of(name, costs, table["count"]) for name, costs in table["costs"].items())
        yield ""
    yield "| figure | value | within rounds | required |"
    yield "|---|---|---|---|"
    for figure in results["figures"]:
        required = "".join(f"{sign} {figure[kind]:,g}" for kind, (sign, _) in BOUNDS.items() if kind in figure)
        missed = "" if figure.get("holds", True) else ", missed"
        yield f"| {figure['name']} | {shown(figure['value'])} | {figure['note'].strip('()')} | {required}{missed} |"
    for profile in results["profiles"]:
        yield from ("", f"Profile of {profile['name']}: {profile['shares']}.")


def row_of(name: str, costs: list[dict[str, float]], count: int) -> str:
    fields = ("cpu", "system", "wall", "peak")
    cpu, system, wall, peak = (median(cost.get(field, 0) for cost in costs) for field in fields)
    each = f"{cpu / count * 1e3:.3f}" if count > 1 else ""
    return f"| {name} | {cpu:.2f} | {cpu - system:.2f} | {system:.2f} | {wall:.2f} | {peak:.0f} | {each} |"


def shown(value: Any) -> str:
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"


def main() -> None:
    for path in sorted(RESULTS.glob("*.json")):
        print("\n".join(lines(path)), end="\n\n")


if __name__ == "__main__":
    main()
