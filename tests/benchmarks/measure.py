"""Costs of commands, as medians of interleaved rounds: CPU of the whole process tree, wall time, peak memory.

This process must stay small: on Linux a command's peak includes what its parent had in memory when it was started.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

KIBIBYTES_OF_A_MEBIBYTE = 1024
LAST_CHARACTERS = 2000
"""Of the output of a command that failed."""
NOT_PASSED_ON = ("PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED")
"""Without byte code, each command would compile the package."""


class BenchmarkError(Exception):
    """A command failed, or did not do all of its work; or a program is missing."""


@dataclass(frozen=True)
class Cost:
    """Cost of one run. *cpu* is user and *system* time; all times are in seconds, *peak* in MiB.

    *window*: seconds from the first request to the last response, where the server recorded them.
    """

    cpu: float
    wall: float
    peak: float
    window: float = 0
    system: float = 0


def run(
    command: Sequence[str | Path],
    *,
    cwd: Path | None = None,
    environment: Mapping[str, str] | None = None,
    statuses: Container[int] = (0,),
) -> Cost:
    """Run *command* to its end, and return its cost. Raises BenchmarkError for another exit status.

    CPU is that of the process and of all descendants that were waited for; *peak* is that of the largest of them.
    """
    passed = {name: value for name, value in os.environ.items() if name not in NOT_PASSED_ON}
    with tempfile.TemporaryFile() as output:
        began = time.perf_counter()
        process = subprocess.Popen(
            list(map(str, command)),
            cwd=cwd,
            env={**passed, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            _, status, usage = os.wait4(process.pid, 0)
        except BaseException:  # the benchmark is stopped
            process.kill()
            process.wait()
            raise
        wall = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in statuses:
            output.seek(0)
            last = output.read().decode(errors="replace")[-LAST_CHARACTERS:]
            raise BenchmarkError(f"exit status {process.returncode} of {' '.join(map(str, command))}:\n{last}")
    peak = usage.ru_maxrss / KIBIBYTES_OF_A_MEBIBYTE
    return Cost(usage.ru_utime + usage.ru_stime, wall, peak, system=usage.ru_stime)


def interleave(variants: Mapping[str, Callable[[], Cost]], rounds: int) -> dict[str, list[Cost]]:
    """Measure each variant once in every round, so that load from elsewhere meets all of them alike."""
    costs: dict[str, list[Cost]] = {name: [] for name in variants}
    for number in range(1, rounds + 1):
        for name, measured in variants.items():
            print(f"\r\033[K  round {number} of {rounds}: {name}", end="", file=sys.stderr, flush=True)
            costs[name].append(measured())
    print("\r\033[K", end="", file=sys.stderr, flush=True)
    return costs


def median(costs: Sequence[Cost], field: str = "cpu") -> float:
    """Return the median of one field."""
    return statistics.median(getattr(cost, field) for cost in costs)
