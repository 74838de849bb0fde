#!/bin/sh
# A good guess: what DuckDB's read_json makes of "2026-11-20T00:30:00+08:00" is a text or a time with a zone, as a CAST
# of it to TIMESTAMPTZ is, and an update of DuckDB does not change a query over JSON that worked.
# What happens: the type is VARCHAR in 1.4, TIMESTAMP (in UTC, the offset is dropped) in 1.5, and TIMESTAMPTZ in 2.0. The
# same query gives the day of Beijing, then the day of UTC, then that of the session, and never an error.
# Why it matters here: each line of a JSON export has times with the offset of Beijing. With 1.5, all articles from before
# eight in the morning are counted on the day before. Exports also have a column `day`, and docs/records.md says to name
# the types: with `columns` all three agree.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"published": "2026-11-20T00:30:00+08:00"}' > times.jsonl
cat > offsets.py <<'PY'
import sys

import duckdb

EXPECTED = {
    "1.4.5": ("VARCHAR", "2026-11-20"),
    "1.5.6": ("TIMESTAMP", "2026-11-19"),
    "2.0.1": ("TIMESTAMP WITH TIME ZONE", "2026-11-20"),
}
duckdb.sql("SET TimeZone = 'Asia/Shanghai'")
QUERY = "SELECT typeof(published), left(published::VARCHAR, 10) FROM read_json('times.jsonl'{})"
by_itself = duckdb.sql(QUERY.format("")).fetchall()[0]
named = duckdb.sql(QUERY.format(", columns = {published: 'TIMESTAMPTZ'}")).fetchall()[0]
print(f"DuckDB {duckdb.__version__}: {by_itself[0]}, day {by_itself[1]}; with the type named: {named[0]}, day {named[1]}")
assert by_itself == EXPECTED[duckdb.__version__], by_itself
assert named == ("TIMESTAMP WITH TIME ZONE", "2026-11-20"), named
PY
for version in 1.4.5 1.5.6 2.0.1; do
    python3 -m venv "venv-$version"
    "venv-$version/bin/pip" install -q --disable-pip-version-check --no-compile duckdb==$version pytz==2026.1
    "venv-$version/bin/python" offsets.py
done
