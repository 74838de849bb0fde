#!/bin/sh
# A good guess: ClickHouse's setting session_timezone = 'Asia/Shanghai' makes days, hours and bounds in a query those
# of Beijing, as TimeZone does in DuckDB with the same Parquet file, and as it does for times that ClickHouse reads
# from JSON lines. The file also names the zone, in its Arrow schema.
# What happens: a Parquet time is DateTime64(3, 'UTC') whatever the session says and the file names. toDate and toHour
# are of UTC, and a bound that is a text, published_at >= '2026-11-20 00:00:00', is read in the column's zone, and so
# as UTC, while toDateTime('2026-11-20 00:00:00') is of the session: one bound, two results. The same query over JSON
# lines, or DuckDB's over the file, counts the day of Beijing.
# Why it matters here: an export is written as Parquet for notebooks and databases, and as JSON lines for the rest; the
# same statement over both has other articles, without an error. toTimeZone(published_at, 'Asia/Shanghai') first is
# right, and so is the column `day`, which docs/records.md says to use.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check chdb==4.4.0 duckdb==2.0.1 pyarrow==26.0.1
cat > read.py <<'PY'
import json
from datetime import datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from chdb.session import Session

times = [datetime(2026, 11, 19, tzinfo=ZoneInfo("Asia/Shanghai")) + timedelta(hours=hour) for hour in range(48)]
pq.write_table(pa.table({"published": pa.array(times, pa.timestamp("ms", "Asia/Shanghai"))}), "news.parquet")
Path("news.jsonl").write_text("".join(json.dumps({"published": time.isoformat()}) + "\n" for time in times), "utf-8")
session = Session()
session.query("SET session_timezone = 'Asia/Shanghai'")
duckdb.sql("SET TimeZone = 'Asia/Shanghai'")


def hours(source: str, *conditions: str) -> list[int]:
    """Return how many of the 24 hours since the day began meet each condition."""
    queries = (f"SELECT count(*) FROM {source} WHERE {condition}" for condition in conditions)
    if "(" not in source:
        return [duckdb.sql(query).fetchall()[0][0] for query in queries]
    return [int(str(session.query(query, "CSV"))) for query in queries]


BOUND, DAY = "published >= '2026-11-20 00:00:00'", "toDate({}) >= '2026-11-20'"
clickhouse = BOUND, "published >= toDateTime('2026-11-20 00:00:00')", DAY.format("published")
converted = DAY.format("toTimeZone(published, 'Asia/Shanghai')")
seen = {
    "Parquet": hours("file('news.parquet', Parquet)", *clickhouse, converted),
    "JSON lines": hours("file('news.jsonl', JSONEachRow)", *clickhouse),
    "Parquet, DuckDB": hours("'news.parquet'", BOUND, "published::DATE >= '2026-11-20'"),
}
print(f"chdb {version('chdb')}, DuckDB {version('duckdb')}; hours since the day began, of 24")
print(*(f"{name}: {counts}" for name, counts in seen.items()), sep="\n")
assert [*seen.values()] == [[16, 24, 16, 24], [24, 24, 24], [24, 24]], "the behaviour has changed"
PY
venv/bin/python read.py
