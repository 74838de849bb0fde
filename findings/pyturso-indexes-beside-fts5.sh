#!/bin/sh
# A good guess: Turso, "an in-process SQL database, compatible with SQLite", works with a SQLite file that has an FTS5
# table in it, or says that it cannot: it has no FTS5, and refuses to read such a table ("no such table"). What it does
# to the other tables of the file leaves a valid SQLite file.
# What happens: in a file with a virtual table, of FTS5 or R-tree, pyturso 0.8.3 takes no notice of any index, also of
# tables that have nothing to do with it. INSERT, UPDATE and DELETE change the table alone and end without an error.
# SQLite then reports rows "missing from index", and its queries by an index have the old rows: deleted ones are
# counted, new ones are not found. Without the virtual table the same statements keep the indexes.
# Why it matters here: the SQLite export has two FTS5 tables beside its indexes. Turso reads it rightly, but a script
# that corrects or deletes articles with it leaves a file whose counts by day and outlet are wrong, and nothing says so
# but SQLite's integrity_check. REINDEX repairs it; docs/exports.md says to change an export with SQLite alone.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check pyturso==0.8.3
cat > write.py <<'PY'
import sqlite3
from contextlib import closing
from importlib.metadata import version

import turso

STATEMENTS = (
    "INSERT INTO article VALUES (4, '2026-11-21')",
    "UPDATE article SET day = '2026-11-22' WHERE id = 2",
    "DELETE FROM article WHERE id = 1",
)
BY_DAY = "SELECT day, count(*) FROM article GROUP BY day"
DAYS = [("2026-11-20", 1), ("2026-11-21", 1), ("2026-11-22", 1)]


def written(name: str, *schema: str) -> tuple[list[str], list[tuple[str, int]]]:
    """Return what SQLite's integrity_check says, and its articles by day, after Turso's changes."""
    with closing(sqlite3.connect(name)) as before:
        for statement in ("CREATE TABLE article (id INTEGER PRIMARY KEY, day TEXT)", *schema):
            before.execute(statement)
        before.execute("CREATE INDEX article_day ON article (day)")
        before.executemany("INSERT INTO article VALUES (?, '2026-11-20')", [(1,), (2,), (3,)])
        before.commit()
        assert before.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    with closing(turso.connect(name)) as connection:
        for statement in STATEMENTS:
            connection.execute(statement)
        connection.commit()
    with closing(sqlite3.connect(name)) as after:
        assert sorted(after.execute(BY_DAY.replace("article", "article NOT INDEXED")).fetchall()) == DAYS
        return [line for (line,) in after.execute("PRAGMA integrity_check")], after.execute(BY_DAY).fetchall()


print(f"pyturso {version('pyturso')}, SQLite {sqlite3.sqlite_version}; integrity_check and articles by day afterwards")
plain, beside = written("plain.sqlite"), written("fts.sqlite", "CREATE VIRTUAL TABLE words USING fts5(title)")
print("indexes alone:", *plain, "\nbeside FTS5:", *beside)
assert plain == (["ok"], DAYS), "a file without a virtual table is damaged, too"
assert beside[0] != ["ok"] and beside[1] == [("2026-11-20", 3)], "the behaviour has changed"
PY
venv/bin/python write.py
