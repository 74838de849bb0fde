#!/bin/sh
# A good guess: FTS5's option automerge = 4 keeps an index that is written in small commits small: once a level has four
# parts ("b-trees"), the next commits merge them, as its documentation says. `crisismerge` is for the rest.
# What happens: the work of automerge is counted in pages written, 64 at a time, and not in commits. A commit of a few
# rows writes one page, so that dozens of parts come to be before any are merged; with a crisismerge out of the way, 60
# commits are 60 parts, and automerge = 2 changes nothing. With the usual crisismerge of 16 it is that which merges, all
# at once, in one of the commits.
# Why it matters here: the SQLite export raises crisismerge, so that its many large parts are not merged while it is
# written. A program that adds articles to it one by one adds a part with each, until it runs 'optimize'.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check --no-compile apsw==3.54.1.0
cat > "$folder/parts.py" <<'PY'
import apsw

COMMITS, USUAL, RAISED = 60, 16, 1999


def parts_after(automerge: int, crisismerge: int) -> list[int]:
    """Return the number of parts of the index after each commit of one row."""
    connection = apsw.Connection(":memory:")
    connection.execute("CREATE VIRTUAL TABLE news USING fts5 (text)")
    for name, value in (("automerge", automerge), ("crisismerge", crisismerge)):
        connection.execute("INSERT INTO news (news, rank) VALUES (?, ?)", (name, value))
    parts = []
    for number in range(COMMITS):
        connection.execute("INSERT INTO news VALUES (?)", (f"news of company {number}",))
        ((count,),) = connection.execute("SELECT count(DISTINCT segid) FROM news_idx")
        parts.append(count)
    return parts


print("SQLite", apsw.sqlite_lib_version())
for automerge in (4, 2):
    raised, usual = parts_after(automerge, RAISED), parts_after(automerge, USUAL)
    print(f"automerge {automerge}, {COMMITS} commits: {raised[-1]} parts; with crisismerge {USUAL} at most {max(usual)}")
    assert raised[-1] == COMMITS, "automerge merges the parts of small commits now"
    assert max(usual) >= USUAL - 1, "they are merged earlier now"
PY
"$folder/venv/bin/python" "$folder/parts.py"
