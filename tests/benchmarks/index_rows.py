"""Rows for an index, quickly: the rows that it has, again and again with earlier days, until there are COUNT.

``python -m tests.benchmarks.index_rows INDEX COUNT``. It copies every column as it is, except for the day in times,
keys and paths, so that it works with any version of the schema; triggers do their part. No posts are written.
"""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

Row = dict[str, object]
ARTICLES_A_DAY = 1_000
FIRST_SERIAL = 1_000_000_000
"""Of ten digits; smaller than those of the origin."""


def add_rows(index: Path, count: int) -> None:
    with closing(sqlite3.connect(index)) as connection:
        # A copy, which is made anew if this fails: a WAL would grow to the size of the index before it is copied.
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA cache_size = -500000")
        cursor = connection.execute("SELECT * FROM article")
        names = [column[0] for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor]
        insert = f"INSERT INTO article ({', '.join(names)}) VALUES ({', '.join(f':{name}' for name in names)})"
        with connection:
            connection.executemany(insert, earlier_rows(rows, count - len(rows)))
        connection.execute("PRAGMA journal_mode = WAL")


def earlier_rows(rows: list[Row], count: int) -> Iterator[Row]:
    """Yield *count* rows like *rows*, ARTICLES_A_DAY on each earlier day, all with keys of their own."""
    oldest = min(datetime.fromisoformat(str(row["published_at"])) for row in rows).date()
    for number in range(count):
        row = rows[number % len(rows)]
        time = datetime.fromisoformat(str(row["published_at"]))
        day = oldest - timedelta(days=1 + number // ARTICLES_A_DAY)
        yield on_day(row, time, datetime.combine(day, time.timetz()), FIRST_SERIAL + number)


def on_day(row: Row, time: datetime, earlier: datetime, serial: int) -> Row:
    key, path = str(row["info_code"]), str(row["post_path"])
    other = f"{key[:2]}{earlier:%Y%m%d}{serial}"
    path = path.replace(key[2:], other[2:]).replace(f"{time:%Y-%m-%d}", f"{earlier:%Y-%m-%d}")
    return {**row, "info_code": other, "post_path": path, "published_at": earlier.isoformat()}


if __name__ == "__main__":
    add_rows(Path(sys.argv[1]), int(sys.argv[2]))
