"""``python -m tests.interop``: run the checks and print a table; ``--write`` puts it into docs/interop.md."""

from __future__ import annotations

import argparse
import json
import os
import pkgutil
import subprocess
import sys
import traceback
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path

from tests.interop import environments, readers
from tests.interop.cells import Cell, Check, Checks, NotRun, Outcome, ReaderFailed, Result
from tests.interop.material import material
from tests.interop.table import update

ROOT = Path(__file__).parents[2]
RESULTS = ROOT / "build" / "interop" / "results.json"
DOCUMENT = ROOT / "docs" / "interop.md"


def all_checks() -> list[Check]:
    """Return the checks of all modules in ``tests/interop/readers``, in the order of their names."""
    modules = sorted(module.name for module in pkgutil.iter_modules(readers.__path__))
    found = [check for name in modules for check in _of(name).all]
    names = [check.name for check in found]
    assert len(set(names)) == len(names), f"two checks have one name: {sorted(names)}"
    return found


def _of(module: str) -> Checks:
    checks = import_module(f"tests.interop.readers.{module}").CHECKS
    assert isinstance(checks, Checks)
    return checks


def outcome(check: Check, version: str) -> Outcome:
    """Run one check; a reader that ends with an error is wrong, one that is missing is not run."""
    try:
        return check.run(material(), version)
    except NotRun as missing:
        return Outcome(Result.NOT_RUN, "", f"{missing}")
    except (ReaderFailed, subprocess.TimeoutExpired) as failed:
        return Outcome(Result.WRONG, f"{failed}".replace("\n", " "))
    except Exception:  # noqa: BLE001 (a script of ours that breaks is to be seen in the table, and the others to run)
        return Outcome(Result.WRONG, traceback.format_exc(limit=-3).replace("\n", " "))


def cells(checks: Iterable[Check]) -> Iterator[Cell]:
    for check in checks:
        for version in check.versions:
            found = outcome(check, version)
            shown, _, seen = found.seen.rpartition("\t")
            yield Cell(check.name, check.output, check.reader, version or shown, found.result, seen, found.note)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.interop", description=__doc__)
    parser.add_argument("only", nargs="*", help="names of checks, or the beginning of some; default: all")
    parser.add_argument("--list", action="store_true", help="list the names of the checks and end")
    parser.add_argument("--write", action="store_true", help="put what came out into docs/interop.md")
    options = parser.parse_args()
    chosen = [check for check in all_checks() if not options.only or check.name.startswith(tuple(options.only))]
    if not chosen or options.list:
        print(*(check.name for check in chosen or all_checks()), sep="\n")
        return 0 if options.list else 2
    found: list[Cell] = []
    try:
        for cell in cells(chosen):
            print(f"{cell.name} {cell.version}: {cell.result}. {cell.seen} {cell.note}".rstrip(), flush=True)
            found.append(cell)
    finally:
        if "INTEROP_CACHE" not in os.environ:
            environments.remove()
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    RESULTS.write_text(json.dumps([cell.as_dict() for cell in found], ensure_ascii=False, indent=1), "utf-8")
    if options.write:
        update(DOCUMENT, found, [check.name for check in all_checks()])
    return int(any(cell.result == Result.WRONG for cell in found))


if __name__ == "__main__":
    sys.exit(main())
