"""The last runs as a table for a terminal, and as JSON for a program."""

from __future__ import annotations

import dataclasses
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from finews_crawler.operate.reports.run_history import RunEntry
from finews_crawler.stats import Count
from finews_crawler.utils.timezone import BEIJING

COUNTS = tuple(count.value for count in Count)
HEADER = ("spider", "start", "seconds", *COUNTS, "status", "first error")
AT_THE_LEFT = ("spider", "start", "status", "first error")


def as_lines(runs: Sequence[RunEntry]) -> Iterator[str]:
    """A line a run, oldest first: the newest stands beside the prompt. As they are: whoever prints them makes them
    harmless to a terminal."""
    rows = [HEADER, *map(_cells, runs)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADER))]
    for row in rows:
        cells = zip(HEADER, row, widths, strict=True)
        aligned = (cell.ljust(width) if name in AT_THE_LEFT else cell.rjust(width) for name, cell, width in cells)
        yield "  ".join(aligned).rstrip()
    yield summary(runs)


def summary(runs: Sequence[RunEntry]) -> str:
    """The last line: how many runs ended how."""
    statuses = Counter(run.status for run in runs)
    return f"runs: {len(runs)} ({', '.join(f'{status} {number}' for status, number in statuses.most_common())})"


def as_json(path: Path, runs: Sequence[RunEntry]) -> str:
    """One object; ASCII, so that no terminal takes an error's text for anything else."""
    told = [{name: _plain(value) for name, value in dataclasses.asdict(run).items()} for run in runs]
    return json.dumps({"path": str(path), "runs": told}, indent=1).replace("\x7f", "\\u007f")


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _cells(run: RunEntry) -> tuple[str, ...]:
    began = run.started_at.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M")
    seconds = "" if run.seconds is None else str(run.seconds)
    return (run.spider, began, seconds, *(str(run.counts[name]) for name in COUNTS), run.status, run.first_error)
