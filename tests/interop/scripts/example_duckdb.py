"""Print the days and numbers that a statement selects in DuckDB."""

import json
import sys

import duckdb

print(json.dumps({f"{day}": number for day, number in duckdb.sql(sys.argv[1]).fetchall()}))
