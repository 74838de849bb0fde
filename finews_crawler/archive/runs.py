"""Runs as the index keeps them: one row each, begun when the run begins, so that a killed one shows as never ended."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from finews_crawler.archive.index import Index


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


COLUMNS = tuple(column.name for column in dataclasses.fields(Run))
TIMES = ("started_at", "ended_at")
JSON = ("arguments", "counts")


def put_run(index: Index, run: Run, run_id: int | None = None) -> int:
    """Write a run's row, or what has become of it; its number."""
    values = [_to_column(name, getattr(run, name)) for name in COLUMNS]
    query = f"INSERT OR REPLACE INTO run (id, {', '.join(COLUMNS)}) VALUES ({', '.join('?' * (len(COLUMNS) + 1))})"  # noqa: S608
    with index.writing() as connection:
        cursor = connection.execute(query, [run_id, *values])
    return run_id or int(cursor.lastrowid or 0)


def read_runs(index: Index) -> list[Run]:
    """All runs, oldest first."""
    rows = index.select(f"SELECT {', '.join(COLUMNS)} FROM run ORDER BY id")  # noqa: S608
    return [Run(**{name: _from_column(name, value) for name, value in zip(COLUMNS, row, strict=True)}) for row in rows]


def _to_column(name: str, value: Any) -> Any:
    if name in TIMES:
        return value.isoformat() if value else ""
    return json.dumps(value, ensure_ascii=False) if name in JSON else value


def _from_column(name: str, value: Any) -> Any:
    if name in TIMES:
        return datetime.fromisoformat(value) if value else None
    return json.loads(value) if name in JSON else value
