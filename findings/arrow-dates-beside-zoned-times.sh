#!/bin/sh
# A good guess: a column of timestamp[ms, Asia/Shanghai] that is compared with a date is compared with that day's
# midnight in its own zone, or the comparison is an error, as in pandas. Polars, DataFusion and pyarrow show such a
# column with the clock of Beijing, take hours and days by it, and SQL of the first two takes a bound that is a text,
# '2026-11-20', for Beijing's midnight.
# What happens: all three take a date for the midnight of UTC, without an error: `published_at >= date(2026, 11, 20)`
# begins at eight in the morning. Polars refuses a datetime without a zone, and pyarrow too, but neither a date. In
# Polars a cast is of UTC as well, so that before eight CAST(published_at AS DATE) and cast(pl.Date) are a day behind
# dt.date() and EXTRACT; in DataFusion and pyarrow the cast is Beijing's, and disagrees with the comparison.
# Why it matters here: exports have times with their zone, and news is published at night, too: in a sample a quarter
# of the articles is from before eight. Nothing looks wrong, since each result is plausible. The column `day` is
# Beijing's day in each format; docs/records.md says to select by it.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check polars==2.1.0 datafusion==55.0.0 pyarrow==26.0.1 \
    pandas==3.1.1
cat > "$folder/read.py" <<'PY'
import sys
from datetime import date, datetime, timedelta
from importlib.metadata import version
from zoneinfo import ZoneInfo

import datafusion
import polars
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq

FILE, DAY = f"{sys.argv[1]}/articles.parquet", date(2026, 11, 20)
times = [datetime(2026, 11, 19, tzinfo=ZoneInfo("Asia/Shanghai")) + timedelta(hours=hour) for hour in range(48)]
pq.write_table(pa.table({"at": pa.array(times, pa.timestamp("ms", "Asia/Shanghai"))}), FILE)
frame, table = polars.scan_parquet(FILE), ds.dataset(FILE)
polars_sql, context = polars.SQLContext(news=frame), datafusion.SessionContext()
context.register_parquet("news", FILE)

def by_sql(condition: str) -> tuple[int, int]:
    query = f"SELECT count(*) AS articles FROM news WHERE {condition}"
    return polars_sql.execute(query).collect().item(), context.sql(query).to_pydict()["articles"][0]

at = polars.col("at")
seen = {
    "SQL of Polars and DataFusion, text": by_sql("at >= '2026-11-20 00:00:00'"),
    "SQL of both, DATE": by_sql("at >= DATE '2026-11-20'"),
    "SQL of both, CAST AS DATE": by_sql("CAST(at AS DATE) >= DATE '2026-11-20'"),
    "Polars: date, dt.date(), cast": tuple(len(frame.filter(value >= DAY).collect())
                                           for value in (at, at.dt.date(), at.cast(polars.Date))),
    "pyarrow: date, cast": tuple(table.count_rows(filter=value >= DAY)
                                 for value in (ds.field("at"), ds.field("at").cast(pa.date32()))),
}
print(*(f"{name} {version(name)}" for name in ("polars", "datafusion", "pyarrow")), "- hours of a day of 24:")
print(*(f"{name}: {counts}" for name, counts in seen.items()), sep="\n")
try:
    sys.exit(f"pandas compares, too: {frame.collect().to_pandas()['at'] >= DAY}")
except TypeError as refused:
    print(f"pandas {version('pandas')}: {refused}")
assert [*seen.values()] == [(24, 24), (16, 16), (16, 24), (16, 24, 16), (16, 24)], "the behaviour has changed"
PY
"$folder/venv/bin/python" "$folder/read.py" "$folder"
