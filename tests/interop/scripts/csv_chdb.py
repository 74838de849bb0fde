"""Print the rows of a CSV file as ClickHouse reads them."""

import sys

import chdb

query = f"SELECT * FROM file('{sys.argv[1]}', CSVWithNames) SETTINGS date_time_output_format = 'iso'"
sys.stdout.write(str(chdb.query(query, "JSONEachRow")))
