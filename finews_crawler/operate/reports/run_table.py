"""Table of runs as plain text and as JSON."""

from __future__ import annotations

import dataclasses
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from finews_crawler.operate.reports.run_history import RunEntry
from finews_crawler.stats import Count
from finews_crawler.utils.timezone import BEIJING

COUNTS = tuple(count.value for count in Count)
HEADER = ("spider", "start", "seconds", *COUNTS, "status", "first error")
LEFT_ALIGNED = ("spider", "start", "status", "first error")


def runs_as_lines(runs: Sequence[RunEntry]) -> Iterator[str]:
    """Yield one line per run, oldest first so that the newest is next to the prompt, not escaped for a terminal."""
    rows = [HEADER, *map(_cells, runs)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADER))]
    for row in rows:
        cells = zip(HEADER, row, widths, strict=True)
        aligned = (cell.ljust(width) if name in LEFT_ALIGNED else cell.rjust(width) for name, cell, width in cells)
        yield "  ".join(aligned).rstrip()
    yield runs_summary(runs)


def runs_summary(runs: Sequence[RunEntry]) -> str:
    statuses = Counter(run.status for run in runs)
    return f"runs: {len(runs)} ({', '.join(f'{status} {number}' for status, number in statuses.most_common())})"


def runs_as_json(path: Path, runs: Sequence[RunEntry]) -> str:
    """Return the runs as one JSON object, in ASCII so that no text in it can control a terminal."""
    document = {"path": str(path), "runs": list(map(dataclasses.asdict, runs))}
    return json.dumps(document, indent=1, default=datetime.isoformat).replace("\x7f", "\\u007f")


def _cells(run: RunEntry) -> tuple[str, ...]:
    started = run.started_at.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M")
    seconds = "" if run.seconds is None else str(run.seconds)
    return (run.spider, started, seconds, *(str(run.counts[name]) for name in COUNTS), run.status, run.first_error)
