#!/bin/sh
# A good guess: json_object('tickers', (SELECT json_group_array(symbol) FROM ticker WHERE …)) nests the array, the usual
# way to make JSON of a row and its details. It has done so for years, and a patch release of SQLite does not change it.
# What happens: in SQLite 3.54.1 the array comes as a text with quotation marks in it, {"tickers":"[\"A\"]"}; in 3.46,
# 3.51 and 3.54.0 it is nested. That a value is JSON is a "subtype" of it, which a scalar subquery need not pass on.
# Nothing fails: each reader of the result gets a string where an array was.
# Why it matters here: the SQLite export has tickers and images in tables of their own, and this statement puts them
# back together. One program reads articles with tickers, the next one, with another SQLite in it, without. With json()
# around the subquery all versions agree.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cat > "$folder/nested.py" <<'PY'
import json

import apsw

connection = apsw.Connection(":memory:")
connection.execute("CREATE TABLE article (id, title); CREATE TABLE ticker (article_id, symbol)")
connection.execute("INSERT INTO article VALUES (1, 'a'); INSERT INTO ticker VALUES (1, '600050.SH')")
ARRAY = "(SELECT json_group_array(symbol) FROM ticker WHERE article_id = id)"


def tickers(value: str) -> object:
    ((text,),) = connection.execute(f"SELECT json_object('title', title, 'tickers', {value}) FROM article")
    return json.loads(text)["tickers"]


version = apsw.sqlite_lib_version()
plain, marked = tickers(ARRAY), tickers(f"json({ARRAY})")
print(f"SQLite {version}: {plain!r}; with json(): {marked!r}")
assert plain == ('["600050.SH"]' if version == "3.54.1" else ["600050.SH"]), plain
assert marked == ["600050.SH"], marked
PY
for version in 3.46.1.0 3.51.1.0 3.54.0.0 3.54.1.0; do
    python3 -m venv "$folder/venv-$version"
    "$folder/venv-$version/bin/pip" install -q --disable-pip-version-check --no-compile apsw==$version
    "$folder/venv-$version/bin/python" "$folder/nested.py"
done
