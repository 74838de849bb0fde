"""Print the first column of each row of a statement, with the SQLite extension of DuckDB, which a package brings."""

import sys
from pathlib import Path

import duckdb
import duckdb_ext

(extension,) = Path(next(iter(duckdb_ext.__path__))).rglob("sqlite_scanner.duckdb_extension")
connection = duckdb.connect()
connection.execute(f"LOAD '{extension}'")
connection.execute(f"ATTACH '{sys.argv[1]}' AS exported (TYPE sqlite, READ_ONLY)")
for row in connection.execute("SELECT * FROM sqlite_query('exported', ?)", [sys.argv[2]]).fetchall():
    print(row[0])
