"""Fuzzes every surface for a long time: ``make fuzz SECONDS=600``, which is the total time of each engine.

Hypothesis generates inputs from strategies; atheris, if it is installed, by code coverage. The processes run one after
another. A failing input is replayed alone and kept in ``build/fuzz``: move it to ``tests/fuzz/cases/<surface>/`` when
the bug is fixed. The exit status is 1 if something was found.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from tests.support.paths import ROOT

BUILD = ROOT / "build" / "fuzz"
ENGINE = ("-m", "tests.fuzz.engine")
ENGINES = ("hypothesis", "atheris")
SECONDS_TO_END = 180
"""Seconds that a process may take after its time: for its last input, and for shrinking the last finding."""


def run(engine: str, surface: str, seconds: float) -> dict[str, Any]:
    """Run one engine on one surface; a process that dies leaves its current input."""
    folder = BUILD / engine / surface
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    command = [sys.executable, *ENGINE, engine, surface, str(seconds), str(folder)]
    with (folder / "log").open("wb") as log:
        try:
            status = subprocess.run(
                command, stdout=log, stderr=log, check=False, timeout=seconds + SECONDS_TO_END, preexec_fn=be_nice
            ).returncode
        except subprocess.TimeoutExpired:
            status = -1
    current = folder / "current.bin"
    if current.exists():
        current.rename(folder / f"died-with-{status}.bin")
    written = folder / "report.json"
    return json.loads(written.read_text(encoding="utf-8")) if written.exists() else {}


def be_nice() -> None:
    os.nice(10)


def confirmed(folder: Path, surface: str) -> list[str]:
    """Return the findings in *folder* that fail without the engine as well; delete the others."""
    told = []
    for path in sorted(folder.glob("*.bin")):
        command = [sys.executable, *ENGINE, "replay", surface, str(path)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=SECONDS_TO_END)
        if done.returncode:
            told.append(f"{path}: {done.stderr.strip().splitlines()[-1][:300]}")
        else:
            path.unlink()
    return told


def without_report(told: dict[str, Any], folder: Path) -> list[str]:
    """Return a finding if an engine tried nothing, as when it cannot be started."""
    return [] if told.get("executions") else [f"{folder}: the engine tried no input: see its log there"]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--engine", choices=ENGINES, action="append")
    parser.add_argument("--surface", action="append")
    options = parser.parse_args()
    from tests.fuzz.surfaces import SURFACES

    findings: list[str] = []
    bodies: list[str] = []
    surfaces = options.surface or list(SURFACES)
    for engine in options.engine or ENGINES:
        if find_spec(engine) is None:
            print(f"{engine}: not installed, left out")
            continue
        for surface in surfaces:
            told = run(engine, surface, options.seconds / len(surfaces))
            new = confirmed(BUILD / engine / surface, surface)
            number = f"{told.get('executions', 0):9} inputs, the slowest {told.get('slowest', 0):.2f} s"
            print(f"{engine:10} {surface:15} {number}, {len(new)} found", flush=True)
            findings += new or without_report(told, BUILD / engine / surface)
            bodies += [body for _, body in told.get("sample", [])]
    findings += seen_in_browser(bodies)
    print(*(findings or ["nothing found"]), sep="\n")
    print(f"findings are in {BUILD}")
    return bool(findings)


def seen_in_browser(bodies: list[str]) -> list[str]:
    """Return violations by the cleaned bodies with the most markup in Chromium."""
    if not bodies or shutil.which("chromium") is None:
        print(f"no browser: {len(bodies)} cleaned bodies, chromium {shutil.which('chromium')}")
        return []
    from tests.fuzz.in_browser import what_runs

    found = what_runs(bodies)
    print(f"chromium   {len(bodies)} cleaned bodies opened, {len(found)} found")
    return [f"in Chromium: {what} in {body[:2000]!r}" for body, what in found.items()]


if __name__ == "__main__":
    sys.exit(main())
