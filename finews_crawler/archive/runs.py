"""Crawl runs in the index, one row each. The row is written when the run starts, so a killed run has no end."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from finews_crawler.archive.index import Index
from finews_crawler.archive.rows import NUMBERS, STARTED, TEXTS, TIME, RowFormat
from finews_crawler.utils.timezone import BEIJING


@dataclass
class Run:
    """One ``finews crawl``."""

    spider: str
    arguments: dict[str, str]
    """Spider arguments (``-a``) as given."""
    pid: int
    started_at: datetime
    ended_at: datetime | None = None
    """None while the run is active, and if it was killed."""
    reason: str = ""
    """Scrapy's close reason: ``finished``, ``shutdown`` …"""
    exit_status: int | None = None
    counts: dict[str, int] = field(default_factory=dict)
    """Number of articles by outcome, as in the run's summary."""
    requests: int = 0
    bytes: int = 0
    """Bytes received."""
    retries: int = 0
    first_error: str = ""
    """First line that was logged as an error."""
    latency_median: int | None = None
    """Seconds between publication and archiving, median over the new articles; None without new ones."""
    latency_largest: int | None = None
    """Maximum of the same."""
    measured_seconds: int | None = None
    """Duration by a monotonic clock; None while the run is active, if it was killed, and in rows of early versions."""

    @property
    def seconds(self) -> int | None:
        """Duration; None if it is unknown, also because the clock was set back during a run that was not measured."""
        if self.measured_seconds is not None or self.ended_at is None:
            return self.measured_seconds
        seconds = round((self.ended_at - self.started_at).total_seconds())
        return seconds if seconds >= 0 else None


RUNS = RowFormat("run", Run, {"started_at": STARTED, "ended_at": TIME, "arguments": TEXTS, "counts": NUMBERS})


def put_run(index: Index, run: Run, run_id: int | None = None) -> int:
    """Insert a run, or replace the one with *run_id*; return its id. Raises UnusableIndex, OSError or sqlite3.Error."""
    names, marks = ", ".join(RUNS.columns), ", ?" * len(RUNS.columns)
    query = f"INSERT OR REPLACE INTO run (id, {names}) VALUES (?{marks})"  # noqa: S608
    with index.writing() as connection:
        cursor = connection.execute(query, [run_id, *RUNS.to_row(run)])
    return run_id or int(cursor.lastrowid or 0)


def read_runs(index: Index, last: int | None = None, since: datetime | None = None) -> list[Run]:
    """Return all runs, the *last*, or those from *since* on, oldest first. Raises UnusableIndex."""
    query = f"SELECT id, {', '.join(RUNS.columns)} FROM run WHERE started_at >= ? ORDER BY id DESC LIMIT ?"  # noqa: S608
    # All times in the index have the offset of Beijing, so their texts sort by time.
    started_from = since.astimezone(BEIJING).isoformat() if since else ""
    rows = index.select(query, started_from, -1 if last is None else last)  # a negative LIMIT is none
    return [RUNS.from_row(row, key=run_id) for run_id, *row in reversed(rows)]
