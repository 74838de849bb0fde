"""Print the articles of a folder of Parquet files as pyarrow reads them."""

import sys

from printing import show
from pyarrow import dataset

records = dataset.dataset(sys.argv[1], partitioning="hive").to_table().to_pylist()
assert all(record["month"] == f"{record['published_at']:%Y-%m}" for record in records)
show(records)
