#!/bin/sh
# A good guess: DuckDB's read_json infers types from the first 20,480 lines. A field that is null in all of them is read
# as JSON, as 1.5 does, or a value that does not fit raises "JSON transform error": no value is lost in silence.
# What happens: in DuckDB 2.0 the type of such a field is "NULL", and every later value of it is read as NULL, without
# an error; in a list of structs, too. The same file with its first value among these lines is read whole.
# `sample_size = -1` reads all values, and so does naming the types with `columns`.
# Why it matters here: an export of JSON lines is ordered by time of publication. `revised_at` is null until upstream
# has changed an article, and the size of a picture where its URL does not have it, so that an archive of 20,480
# articles without a revision has none afterwards, to DuckDB 2.0. docs/records.md says what to write instead.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat > nulls.py <<'PY'
import json

import duckdb

SAMPLE = 20_480


def write(nulls: int) -> None:
    """Write articles without a revision or the size of a picture, and a last one that has both."""
    values = [(None, None)] * nulls + [("2026-11-20T09:30:00+08:00", 640)]
    with open("articles.jsonl", "w") as file:
        for number, (revised_at, width) in enumerate(values):
            article = {"number": number, "revised_at": revised_at, "images": [{"width": width}]}
            file.write(json.dumps(article) + "\n")


def last(options: str = "") -> tuple[str, int, int | str | None]:
    """Return the type of revised_at, the number of its values, and the last width."""
    query = "SELECT any_value(typeof(revised_at)), count(revised_at), max_by(images[1].width, number) FROM read_json({})"
    return duckdb.sql(query.format(f"'articles.jsonl'{options}")).fetchall()[0]


write(SAMPLE // 2)
inside = last()
write(2 * SAMPLE)
after, whole = last(), last(", sample_size = -1")
named = last(", columns = {number: 'INT', revised_at: 'TIMESTAMPTZ', images: 'STRUCT(width INT)[]'}")
version = duckdb.__version__
print(f"DuckDB {version}: within the sample {inside}, after it {after}; with sample_size = -1 {whole}, named {named}")
assert inside[1:] == whole[1:] == named[1:] == (1, 640), "values are lost elsewhere now"
is_lost = after[1:] == (0, None)
assert is_lost is (version == "2.0.1"), "the behaviour has changed"
assert is_lost or (after[1], int(after[2])) == (1, 640), "values are lost otherwise now"
PY
for version in 1.4.5 1.5.6 2.0.1; do
    python3 -m venv "venv-$version"
    "venv-$version/bin/pip" install -q --disable-pip-version-check --no-compile duckdb==$version pytz==2026.1
    "venv-$version/bin/python" nulls.py
done
