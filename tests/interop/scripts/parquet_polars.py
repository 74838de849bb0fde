"""Print the articles of a folder of Parquet files as polars reads them."""

import sys

import polars
from printing import show

frame = polars.scan_parquet(f"{sys.argv[1]}/", hive_partitioning=True).collect()
assert (frame["month"].cast(str) == frame["published_at"].dt.strftime("%Y-%m")).all()
records = frame.to_dicts()
for record in records:
    if isinstance(record["origins"], list):  # since version 2 a map
        record["origins"] = [(pair["key"], pair["value"]) for pair in record["origins"]]
show(records)
