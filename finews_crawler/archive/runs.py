"""Runs as the index keeps them: one row each, begun when the run begins, so that a killed one shows as never ended."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from finews_crawler.archive.index import Index
from finews_crawler.exceptions import UnusableIndex
from finews_crawler.utils.timezone import BEIJING


@dataclass
class Run:
    """One ``scrapy crawl``."""

    spider: str
    arguments: dict[str, str]
    """As given with ``-a``."""
    pid: int
    started_at: datetime
    ended_at: datetime | None = None
    """None for a run under way, or killed."""
    reason: str = ""
    """Scrapy's word for why it ended: ``finished``, ``shutdown`` …"""
    exit_status: int | None = None
    counts: dict[str, int] = field(default_factory=dict)
    requests: int = 0
    bytes: int = 0
    """Received."""
    retries: int = 0
    first_error: str = ""
    """The first line of the log that told of an error."""
    latency_median: int | None = None
    """Seconds from publication until it was held, of half of what was new; None when nothing was."""
    latency_largest: int | None = None


COLUMNS = tuple(column.name for column in dataclasses.fields(Run))
TIMES = ("started_at", "ended_at")
JSON = ("arguments", "counts")
EVERY = -1
"""To SQLite, a LIMIT below 0 is none."""


def put_run(index: Index, run: Run, run_id: int | None = None) -> int:
    """Write a run's row, or what has become of it; its number."""
    values = [_to_column(name, getattr(run, name)) for name in COLUMNS]
    query = f"INSERT OR REPLACE INTO run (id, {', '.join(COLUMNS)}) VALUES ({', '.join('?' * (len(COLUMNS) + 1))})"  # noqa: S608
    with index.writing() as connection:
        cursor = connection.execute(query, [run_id, *values])
    return run_id or int(cursor.lastrowid or 0)


def read_runs(index: Index, last: int | None = None, since: datetime | None = None) -> list[Run]:
    """All runs, or so many last ones, or those begun from a moment on, oldest first.

    Raises UnusableIndex for a row that is no run's.
    """
    query = f"SELECT {', '.join(COLUMNS)} FROM run WHERE started_at >= ? ORDER BY id DESC LIMIT ?"  # noqa: S608
    # Every moment in the index is the clock's, in Beijing: as text they are in order of time, too.
    begun_from = since.astimezone(BEIJING).isoformat() if since else ""
    rows = index.select(query, begun_from, EVERY if last is None else last)
    try:
        return [_run_of(row) for row in reversed(rows)]
    except (ValueError, TypeError) as error:
        raise UnusableIndex(f"{index.path}: a row of a run is damaged ({error}): restore the index") from error


def _run_of(row: Sequence[Any]) -> Run:
    return Run(**{name: _from_column(name, value) for name, value in zip(COLUMNS, row, strict=True)})


def _to_column(name: str, value: Any) -> Any:
    if name in TIMES:
        return value.isoformat() if value else ""
    return json.dumps(value, ensure_ascii=False) if name in JSON else value


def _from_column(name: str, value: Any) -> Any:
    if name in TIMES:
        return datetime.fromisoformat(value) if value else None
    return json.loads(value) if name in JSON else value
