"""Print the articles of a JSON lines file as ClickHouse reads it."""

import sys

import chdb

query = f"SELECT * FROM file('{sys.argv[1]}', JSONEachRow) SETTINGS date_time_output_format = 'iso'"
sys.stdout.write(str(chdb.query(query, "JSONEachRow")))
