"""Arguments that the benchmarks share, and how they end."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Callable

from tests.benchmarks.measure import BenchmarkError
from tests.benchmarks.scratch import remove_own
from tests.benchmarks.trees import BASELINE

ROUNDS = 5


def parser(about: str | None, **numbers: int) -> argparse.ArgumentParser:
    """Return a parser of ``--rounds``, ``--baseline`` and *numbers*, each with its default."""
    made = argparse.ArgumentParser(description=(about or "").partition("\n")[0])
    made.add_argument("--rounds", type=int, default=ROUNDS)
    made.add_argument("--baseline", metavar="COMMIT", default=BASELINE, help="commit to compare with; '': none")
    for name, default in numbers.items():
        made.add_argument(f"--{name.replace('_', '-')}", type=int, default=default, help=f"default: {default:,}")
    return made


def main(bench: Callable[[], None]) -> None:
    """Run a benchmark; a failure is one message and exit status 1."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # servers are stopped, and folders removed
    try:
        bench()
    except BenchmarkError as error:
        sys.exit(f"\n{error}")
    finally:
        remove_own()
