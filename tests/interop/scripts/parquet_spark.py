"""Print the articles of a folder of Parquet files as Spark reads them."""

import sys
from datetime import datetime

from printing import show
from pyspark.sql import SparkSession

session = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").getOrCreate()
frame = session.read.parquet(sys.argv[1]).orderBy("published_at", "info_code")
records = [row.asDict(recursive=True) for row in frame.collect()]
assert all(f"{record['month']}"[:7] == f"{record['day']}"[:7] for record in records)
print("type of the month:", dict(frame.dtypes)["month"], file=sys.stderr)
for record in records:  # Spark's times are without a zone in Python: those of this process
    moments = {name: value.astimezone() for name, value in record.items() if isinstance(value, datetime)}
    record.update(moments)
show(records)
