"""Result of a check: what was found, and for a problem what to do about it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple


class CheckResult(NamedTuple):
    """One line of the report."""

    is_ok: bool
    name: str
    text: str


def ok(name: str, found: str) -> CheckResult:
    return CheckResult(True, name, found)


def warn(name: str, problem: str, hint: str) -> CheckResult:
    return CheckResult(False, name, f"{problem}: {hint}")


def format_results(results: Iterable[CheckResult]) -> Iterator[str]:
    """Yield the lines of the report, aligned in columns.

    >>> for line in format_results([ok("Python", "3.11.2"), warn("lock", "held by pid 7", "wait for it")]):
    ...     print(line)
    OK    Python  3.11.2
    WARN  lock    held by pid 7: wait for it
    """
    results = list(results)
    width = max((len(result.name) for result in results), default=0)
    for result in results:
        yield f"{'OK' if result.is_ok else 'WARN':4}  {result.name:{width}}  {result.text}"
