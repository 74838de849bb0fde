"""Print the articles of a JSON lines file as DuckDB reads it; further arguments: columns that are times with a zone."""

import sys

import duckdb
from printing import show

_, file, *times = sys.argv
described = duckdb.execute("DESCRIBE SELECT * FROM read_json(?)", [file]).fetchall()
columns = {name: "TIMESTAMPTZ" if name in times else kind for name, kind, *_ in described}
found = (
    duckdb.execute("SELECT * FROM read_json(?, columns = ?)", [file, columns])
    if times
    else duckdb.execute("SELECT * FROM read_json(?)", [file])
)
show(dict(zip(columns, row, strict=True)) for row in found.fetchall())
