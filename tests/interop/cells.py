"""The cells of docs/interop.md: one reader in one version on one kind of output."""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.interop.material import Material


class Result(enum.StrEnum):
    """What came of a cell."""

    RIGHT = "right"
    """The reader has what was written."""
    HELPED = "right, with help"
    """It has it once a person does what the note says."""
    WRONG = "wrong"
    NOT_RUN = "not run"
    """The reader is missing here: the note says how it is installed."""


class ReaderFailed(Exception):
    """A reader ended with an error. The message has the end of what it printed."""


def reason(failed: ReaderFailed) -> str:
    """Return the line of an error that says what is missing."""
    lines = [line.strip() for line in f"{failed}".splitlines()]
    return next((line for line in lines if line.startswith("Error: ")), lines[-1])


class NotRun(Exception):
    """The reader cannot be run here. The message says how to install it, or why it cannot be."""


@dataclass(frozen=True)
class Outcome:
    """What a check returns."""

    result: Result
    seen: str
    """What the reader printed, or what differs, in a few words and figures."""
    note: str = ""
    """What a person does where the result is not *right*."""


@dataclass(frozen=True)
class Check:
    """A script of ``tests/interop``: reads *output* with *reader*, in each of *versions*."""

    name: str
    """Unique, to run it alone: ``make interop ONLY=parquet-duckdb``."""
    output: str
    reader: str
    versions: tuple[str, ...]
    run: Callable[[Material, str], Outcome]


@dataclass(frozen=True)
class Cell:
    """A row of the results."""

    name: str
    output: str
    reader: str
    version: str
    result: str
    seen: str
    note: str = ""

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass
class Checks:
    """The checks of one module."""

    all: list[Check] = field(default_factory=list)

    def add(
        self, name: str, output: str, reader: str, *versions: str
    ) -> Callable[[Callable[[Material, str], Outcome]], Callable[[Material, str], Outcome]]:
        """Register the decorated function. Its second argument is one of *versions*, or "" for the one Debian has."""

        def register(run: Callable[[Material, str], Outcome]) -> Callable[[Material, str], Outcome]:
            self.all.append(Check(name, output, reader, versions or ("",), run))
            return run

        return register


def right(seen: str) -> Outcome:
    return Outcome(Result.RIGHT, seen)


def wrong(seen: str, note: str = "") -> Outcome:
    return Outcome(Result.WRONG, seen, note)


def helped(seen: str, note: str) -> Outcome:
    return Outcome(Result.HELPED, seen, note)


def in_version(version: str, outcome: Outcome) -> Outcome:
    """Return the outcome of a program of Debian, with the version that the table shows."""
    return replace(outcome, seen=f"{version.strip()}\t{outcome.seen}")


def with_help(alone: Outcome, again: Callable[[], Outcome], note: str) -> Outcome:
    """Return *alone* if it is right, and else what comes of *again*: what a person does as *note* says."""
    if alone.result == Result.RIGHT:
        return alone
    second = again()
    return helped(f"Without help: {alone.seen}", note) if second.result == Result.RIGHT else second


def attempt(run: Callable[[], Outcome]) -> Outcome:
    """Return what *run* does; *wrong* if the reader ends with an error."""
    try:
        return run()
    except ReaderFailed as failed:
        return wrong(f"{failed}".replace("\n", " ")[:200])
