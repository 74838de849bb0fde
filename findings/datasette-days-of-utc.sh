#!/bin/sh
# A good guess: Datasette's facet by date, which it suggests by itself for a column of times, counts the rows by the day
# that the column shows, and its filter "date" shows rows of that day: 2026-11-20T00:30:00+08:00 is of the twentieth.
# What happens: both use SQLite's date(), which converts a time with an offset to UTC first. The row above is counted
# under 2026-11-19, and the filter for 2026-11-20 shows rows until eight in the morning of the next day. The filter
# "starts with" and a facet by a column with the day are as the column shows.
# Why it matters here: the SQLite export has its times with the offset of Beijing, and Datasette is what it is made to be
# opened in. Each article from before eight is under the day before, while the page shows its own date beside it; the
# first day of an archive has less and there is one more before it. `day` is Beijing's (docs/exports.md).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat > write.py <<'PY'
import sqlite3
from datetime import datetime, timedelta, timezone

rows = sqlite3.connect("news.sqlite")
rows.execute("CREATE TABLE article (id INTEGER PRIMARY KEY, published_at TEXT, day TEXT)")
start = datetime(2026, 11, 19, 0, 30, tzinfo=timezone(timedelta(hours=8)))
for hour in range(48):
    time = start + timedelta(hours=hour)
    rows.execute("INSERT INTO article VALUES (?, ?, ?)", (hour, time.isoformat(), str(time.date())))
rows.commit()
PY
cat > look.py <<'PY'
import json
import subprocess
import sys
from importlib.metadata import version


def get(query: str) -> dict:
    url = f"/news/article.json?_shape=objects&_sort=published_at&{query}"
    command = [sys.executable, "-m", "datasette", "news.sqlite", "--get", url]
    return json.loads(subprocess.run(command, check=True, capture_output=True).stdout)


def facet(query: str, name: str) -> dict[str, int]:
    found = get(f"{query}&_extra=facet_results")["facet_results"]
    found = found.get("results", found)[name]
    return {row["value"]: row["count"] for row in sorted(found["results"], key=lambda row: row["value"])}


suggested = {"name": "published_at", "type": "date"}.items()
assert any(suggested <= one.items() for one in get("_extra=suggested_facets")["suggested_facets"]), "not suggested"
dates, days = facet("_facet_date=published_at", "published_at"), facet("_facet=day", "day")
shown = [row["published_at"] for row in get("published_at__date=2026-11-20")["rows"]]
print(f"Datasette {version('datasette')}: by date {dates}; by the column day {days}")
print(f"with the filter for 2026-11-20: {shown[0]} to {shown[-1]}")
assert dates == {"2026-11-18": 8, "2026-11-19": 24, "2026-11-20": 16}, "the behaviour has changed"
assert days == {"2026-11-19": 24, "2026-11-20": 24}, "the behaviour has changed"
assert shown[0] == "2026-11-20T08:30:00+08:00", "the behaviour has changed"
PY
python3 write.py
for version in 0.65.5 1.0a41; do
    python3 -m venv "$version" && "$version/bin/pip" install -q --disable-pip-version-check "datasette==$version"
    "$version/bin/python" look.py
done
