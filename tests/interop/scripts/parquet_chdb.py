"""Print the articles of a folder of Parquet files as ClickHouse reads them."""

import sys

import chdb

query = f"SELECT * FROM file('{sys.argv[1]}/*/*.parquet', Parquet) SETTINGS date_time_output_format = 'iso'"
sys.stdout.write(str(chdb.query(query, "JSONEachRow")))
