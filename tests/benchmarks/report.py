"""Results of a benchmark: tables and ratios on standard output, and the same as JSON in ``build/bench``."""

from __future__ import annotations

import dataclasses
import json
import operator
import os
import platform
import subprocess
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.benchmarks.measure import Cost, median

ROOT = Path(__file__).resolve().parents[2]
RESULTS = ROOT / "build" / "bench"
BOUNDS = {"at_most": ("≤", operator.le), "at_least": ("≥", operator.ge)}


class Report:
    """Prints results as they come, and writes all of them as ``NAME.json`` at the end of the block."""

    def __init__(self, name: str) -> None:
        self.path = RESULTS / f"{name}.json"
        self.results: dict[str, Any] = {"machine": machine(), "tables": [], "figures": [], "profiles": []}

    def __enter__(self) -> Report:
        return self

    def __exit__(self, *_: object) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text(json.dumps(self.results, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")

    def table(self, title: str, costs: Mapping[str, Sequence[Cost]], count: int = 1) -> None:
        """Print the medians of each variant; *count* articles make the columns of one article."""
        rounds = len(next(iter(costs.values())))
        has_window = any(cost.window for runs in costs.values() for cost in runs)
        print(f"\n{title} (medians of {rounds})")
        times = "".join(f"{name:>8}" for name in ("CPU s", "user", "system", "wall s"))
        print(f"  {'':34}{times}{'MiB':>6}{'CPU ms each':>13}{'each/CPU s':>12}", end="")
        print(f"{'at server s':>13}" if has_window else "")
        for name, runs in costs.items():
            cpu, wall, peak, window, system = (median(runs, field.name) for field in dataclasses.fields(Cost))
            each = f"{cpu / count * 1e3:13.3f}{count / cpu:12,.0f}" if count > 1 else f"{'':25}"
            seconds = "".join(f"{value:8.2f}" for value in (cpu, cpu - system, system, wall))
            print(f"  {name:34}{seconds}{peak:6.0f}{each}", f"{window:12.2f}" if window else "")
        rows = {name: [dataclasses.asdict(cost) for cost in runs] for name, runs in costs.items()}
        self.results["tables"].append({"title": title, "count": count, "costs": rows})

    def ratio(self, name: str, ours: Sequence[Cost], peer: Sequence[Cost], of: str = "cpu", **bound: float) -> float:
        """Print the ratio of the medians, and the smallest and the largest ratio within a round."""
        value = median(ours, of) / median(peer, of)
        each = [getattr(one, of) / getattr(other, of) for one, other in zip(ours, peer, strict=True)]
        self.figure(name, value, f"({min(each):.2f}–{max(each):.2f})", **bound)
        return value

    def profile(self, name: str, words: str) -> None:
        """Print the largest shares of a profile."""
        print(f"  profile of {name}: {words}", flush=True)
        self.results["profiles"].append({"name": name, "shares": words})

    def figure(self, name: str, value: float, note: str = "", **bound: float) -> None:
        """Print a figure with its bound, ``at_most`` or ``at_least``, if it has one."""
        row: dict[str, Any] = {"name": name, "value": round(value, 4), "note": note, **bound}
        verdict = ""
        for kind, limit in bound.items():
            sign, holds = BOUNDS[kind]
            row["holds"] = bool(holds(value, limit))
            verdict = f"{sign} {limit:<8,g} {'holds' if row['holds'] else 'MISSED'}"
        shown = f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"
        print(f"  {name:66}{shown:>8}  {note:14}{verdict}", flush=True)
        self.results["figures"].append(row)


def machine() -> dict[str, Any]:
    """Return what the figures depend on."""
    commit = subprocess.run(["git", "describe", "--always", "--dirty"], check=False, cwd=ROOT, stdout=subprocess.PIPE)
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": commit.stdout.decode().strip(),
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
    }
