"""Print the rows of a CSV file as DuckDB reads them."""

import sys

import duckdb
from printing import show

found = duckdb.execute("SELECT * FROM read_csv(?)", [sys.argv[1]])
names = [column[0] for column in found.description]
show(dict(zip(names, row, strict=True)) for row in found.fetchall())
