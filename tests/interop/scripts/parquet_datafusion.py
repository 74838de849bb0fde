"""Print the articles of a folder of Parquet files as DataFusion reads them."""

import sys

from datafusion import SessionContext
from printing import show

session = SessionContext()
session.sql(f"CREATE EXTERNAL TABLE articles STORED AS PARQUET PARTITIONED BY (month) LOCATION '{sys.argv[1]}/'")
records = session.sql("SELECT * FROM articles ORDER BY published_at, info_code").to_arrow_table().to_pylist()
assert all(record["month"] == f"{record['published_at']:%Y-%m}" for record in records)
show(records)
