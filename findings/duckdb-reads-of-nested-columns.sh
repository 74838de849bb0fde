#!/bin/sh
# A good guess: a query over one column of a Parquet file reads the pages of that column, a list of structs too, and a
# new version of DuckDB reads no more of them than the last one.
# What happens: DuckDB 2.0 reads a megabyte of each row group for a list, or for a struct as a whole, however small it
# is: a list whose pages have 64 kB in ten row groups takes 10 MB, of a file of 16. Versions 1.4 and 1.5 read 64 kB and
# the footer. A plain column, and one field of a struct, are read as before. The result is the same.
# Why it matters here: an export has its tickers and images in lists of structs, in row groups of 2,000 articles, so that
# memory stays small. A query about tickers reads more than the whole file with 2.0, which counts where the file is on
# another host: copy it first, or query the table `ticker` of the SQLite export (docs/exports.md).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat > write.py <<'PY'
import random

import pyarrow as pa
import pyarrow.parquet as pq

random.seed(1)
letters = [chr(0x4E00 + number) for number in range(2000)]
symbols = [{"symbol": f"{random.randrange(3000):06}.SH"} for _ in range(20_000)]
texts = ["".join(random.choices(letters, k=400)) for _ in symbols]
columns = {"nested": symbols, "listed": [[symbol] for symbol in symbols], "text": texts}
pq.write_table(pa.table(columns), "articles.parquet", row_group_size=2000, compression="zstd")
PY
cat > read.py <<'PY'
import os
from pathlib import Path

import duckdb

FILE = "articles.parquet"
duckdb.sql("SET threads = 1")


def read_by(expression: str) -> int:
    """Return the bytes that this process has read meanwhile, in kB."""
    counts = []
    for value in ("1", expression):
        duckdb.sql(f"SELECT {value} FROM '{FILE}'").fetchall()
        counts.append(int(Path("/proc/self/io").read_text().split()[1]))
    return (counts[1] - counts[0]) // 1000


field, listed = read_by("sum(length(nested.symbol))"), read_by("sum(len(listed))")
whole = os.path.getsize(FILE) // 1000
print(f"DuckDB {duckdb.__version__}, a file of {whole} kB: {field} kB read for a field, {listed} kB for a list of it")
assert field < 300, "a field of a struct reads more now"
assert (listed > 9000) is (duckdb.__version__ == "2.0.1") and (listed > 9000 or listed < 300), "the behaviour has changed"
PY
for version in 2.0.1 1.4.5 1.5.6; do
    python3 -m venv "venv-$version"
    "venv-$version/bin/pip" install -q --disable-pip-version-check --no-compile duckdb==$version pyarrow==26.0.1
    [ -f articles.parquet ] || "venv-$version/bin/python" write.py
    "venv-$version/bin/python" read.py
done
