"""A line of the report: what was seen, or what is the matter and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple


class CheckResult(NamedTuple):
    """One thing that was looked at."""

    is_ok: bool
    name: str
    text: str


def ok(name: str, seen: str) -> CheckResult:
    return CheckResult(True, name, seen)


def warn(name: str, matter: str, advice: str) -> CheckResult:
    return CheckResult(False, name, f"{matter}: {advice}")


def as_text(lines: Iterable[CheckResult]) -> Iterator[str]:
    """The lines as they are told, one under the other.

    >>> for line in as_text([ok("Python", "3.11.2"), warn("lock", "held by pid 7", "wait for it")]):
    ...     print(line)
    ok      Python  3.11.2
    attend  lock    held by pid 7: wait for it
    """
    lines = list(lines)
    width = max((len(line.name) for line in lines), default=0)
    for line in lines:
        yield f"{'ok' if line.is_ok else 'attend':6}  {line.name:{width}}  {line.text}"
