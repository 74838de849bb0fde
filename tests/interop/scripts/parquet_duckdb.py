"""Print the articles of a folder of Parquet files as DuckDB reads them, months included."""

import sys

import duckdb
from printing import show

found = duckdb.execute("SELECT * FROM read_parquet(?) ORDER BY ALL", [f"{sys.argv[1]}/*/*.parquet"])
names = [column[0] for column in found.description]
records = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
assert {record["month"] for record in records} == {record["published_at"].strftime("%Y-%m") for record in records}
show(sorted(records, key=lambda record: (record["published_at"], record["info_code"])))
