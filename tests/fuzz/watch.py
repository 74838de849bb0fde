"""Running one input: findings are kept once for each location in the code."""

from __future__ import annotations

import heapq
import re
import signal
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from tests.fuzz.payloads import TESTS
from tests.fuzz.surfaces import SURFACES

SECONDS = 1.0
"""Seconds of CPU time for one input."""
SECONDS_TO_GIVE_UP = 10.0
SAMPLE = 300
LONGEST_IN_SAMPLE = 50_000
MARKUP = re.compile(r"<[a-z0-9]+| [a-z-]+=")
OURS = (str(TESTS / "fuzz"), str(TESTS.parent / "finews_crawler"))


class TookTooLong(Exception):
    """An input that took more than a second."""


def give_up(_: int, __: FrameType | None) -> None:
    raise TookTooLong


@dataclass
class Watch:
    """Runs inputs on one surface; keeps the smallest input of each kind of finding, and its traceback, in *folder*.

    ``current.bin`` is the current input: a process that dies leaves it.
    """

    surface: str
    folder: Path
    seconds: float = SECONDS
    executions: int = 0
    found: dict[str, int] = field(default_factory=dict)
    """Length of the smallest input for each kind of finding."""
    slowest: float = 0.0
    sample: list[tuple[int, str]] = field(default_factory=list)
    """Cleaned bodies with the most markup, each with its amount."""

    def __post_init__(self) -> None:
        self.check: Callable[[bytes], object] = SURFACES[self.surface]
        self.folder.mkdir(parents=True, exist_ok=True)
        self.current = (self.folder / "current.bin").open("wb", buffering=0)
        signal.signal(signal.SIGVTALRM, give_up)

    def try_one(self, data: bytes) -> Exception | None:
        """Run *data*; return the exception it raised, or None."""
        self.executions += 1
        self.current.seek(0)
        self.current.truncate()
        self.current.write(data)
        began = time.process_time()
        signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS_TO_GIVE_UP)
        try:
            self._keep(self.check(data))
        except Exception as error:  # noqa: BLE001 (any exception is a finding)
            self._note(error, data)
            return error
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        return self._note_time(time.process_time() - began, data)

    def _note_time(self, taken: float, data: bytes) -> Exception | None:
        self.slowest = max(self.slowest, taken)
        if taken <= self.seconds:
            return None
        error = TookTooLong(f"{taken:.2f} s for {len(data)} bytes")
        self._note(error, data)
        return error

    def _note(self, error: Exception, data: bytes) -> None:
        kind = kind_of(error)
        if len(data) >= self.found.get(kind, len(data) + 1):
            return
        self.found[kind] = len(data)
        (self.folder / f"{kind}.bin").write_bytes(data)
        told = "".join(traceback.format_exception(error))
        (self.folder / f"{kind}.txt").write_text(told[-20_000:], encoding="utf-8", errors="backslashreplace")

    def _keep(self, cleaned: object) -> None:
        if isinstance(cleaned, str) and len(cleaned) <= LONGEST_IN_SAMPLE:
            entry = (len(set(MARKUP.findall(cleaned))), cleaned)
            if len(self.sample) < SAMPLE:
                heapq.heappush(self.sample, entry)
            elif entry > self.sample[0] and entry not in self.sample:
                heapq.heapreplace(self.sample, entry)


def kind_of(error: Exception) -> str:
    """Return the exception and the innermost line in the package, as a file name."""
    calls = [call for call in traceback.extract_tb(error.__traceback__) if call.filename.startswith(OURS)]
    calls = [call for call in calls if call.name not in {"try_one", "give_up"}]
    where = f"-{Path(calls[-1].filename).stem}-{calls[-1].lineno}" if calls else ""
    return type(error).__name__ + where
