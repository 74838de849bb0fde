"""Floors of the exports: the same records from one plain SQLite table, with the fastest libraries for each format.

``export_floors.py prepare ARTICLES.jsonl RECORDS`` makes the table: a row a record, text and body together as one zstd
blob, lists as JSON. ``export_floors.py FORMAT RECORDS EXPORT OUT`` then reads all rows in one query, unpacks them and
writes OUT; EXPORT, an export of that format by this project, gives only the schema. ``export_floors.py check FORMAT
EXPORT OUT`` compares the contents.
"""

import json
import sqlite3
import sys
from itertools import groupby, islice
from pathlib import Path

import orjson
import zstandard

PACKED = ("text", "body_html")
AS_JSON = ("origins", "tickers", "images")
ROWS_AT_ONCE = 2000


def prepare(lines, records):
    connection = sqlite3.connect(records)
    with Path(lines).open("rb") as file:
        rows = (orjson.loads(line) for line in file)
        names = list(first := next(rows))
        connection.execute(f"CREATE TABLE record ({', '.join((*names, 'packed'))})")
        insert = f"INSERT INTO record VALUES ({', '.join('?' * (len(names) + 1))})"
        connection.execute(insert, packed(first))
        connection.executemany(insert, map(packed, rows))
    connection.commit()


def packed(record):
    blob = zstandard.compress("\0".join(record[name] for name in PACKED).encode(), 3)
    dumped = {name: orjson.dumps(record[name]).decode() for name in AS_JSON}
    return [*{**record, **dumped, **dict.fromkeys(PACKED, "")}.values(), blob]


def rows_of(records):
    """Yield each record as a list in the order of its fields, and yield their names first."""
    cursor = sqlite3.connect(records).execute("SELECT * FROM record ORDER BY published_at, info_code")
    names = [column[0] for column in cursor.description][:-1]
    yield names
    text, body, *lists = map(names.index, (*PACKED, *AS_JSON))
    decompress, loads = zstandard.ZstdDecompressor().decompress, orjson.loads
    for row in cursor:
        values = list(row)
        values[text], values[body] = decompress(values.pop()).decode().split("\0")
        for at in lists:
            values[at] = loads(values[at])
        yield values


def jsonl(records, _, out):
    rows = rows_of(records)
    names = next(rows)
    flag = names.index("is_stand_in")
    with Path(out).open("wb") as file:
        for row in rows:
            row[flag] = bool(row[flag])
            file.write(orjson.dumps(dict(zip(names, row, strict=True)), option=orjson.OPT_APPEND_NEWLINE))


def parquet(records, export, out):
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = pq.read_schema(next(Path(export).rglob("*.parquet")))
    rows = rows_of(records)
    names = next(rows)
    day = names.index("day")
    for month, of_month in groupby(rows, lambda row: row[day][:7]):
        path = Path(out, f"month={month}.parquet")
        path.parent.mkdir(parents=True, exist_ok=True)
        with pq.ParquetWriter(path, schema, compression="zstd", write_page_index=True) as writer:
            while chunk := list(islice(of_month, ROWS_AT_ONCE)):
                columns = dict(zip(names, zip(*chunk, strict=True), strict=True))
                writer.write_table(pa.table([column(field, columns[field.name]) for field in schema], schema=schema))


def column(field, values):
    import pyarrow as pa

    if pa.types.is_timestamp(field.type) or pa.types.is_date(field.type):
        return pa.array(values, pa.string()).cast(field.type)
    if pa.types.is_map(field.type):
        return pa.array([list(value.items()) for value in values], field.type)
    if pa.types.is_boolean(field.type):
        return pa.array(map(bool, values), field.type)
    return pa.array(values, field.type)


def sqlite(records, export, out):
    connection = sqlite3.connect(out, isolation_level=None)
    exported = sqlite3.connect(next(Path(export).glob("*.sqlite")))
    made = [sql for (sql,) in exported.execute(SCHEMA)]
    indexes = [sql for sql in made if sql.startswith("CREATE INDEX")]
    for sql in (*PRAGMAS, "BEGIN", *(set(made) - set(indexes)), *LARGE_PARTS):
        connection.execute(sql)
    rows = rows_of(records)
    names = next(rows)
    numbered = enumerate(rows, 1)
    while chunk := list(islice(numbered, ROWS_AT_ONCE)):
        articles, pairs, tickers, images = [], [], [], []
        for number, row in chunk:
            record = dict(zip(names, row, strict=True))
            for name, parts in (("tickers", tickers), ("images", images)):
                parts += [(number, *part.values()) for part in record.pop(name)]
            record["origins"] = json.dumps(record["origins"], ensure_ascii=False)
            text = f"{record['title']}\n{record['text']}"
            pairs.append((number, "\n".join({*text, *map(str.__add__, text, text[1:])})))
            articles.append((number, *record.values()))
        connection.executemany(f"INSERT INTO article VALUES ({', '.join('?' * len(articles[0]))})", articles)
        connection.executemany("INSERT INTO article_pairs (rowid, words) VALUES (?, ?)", pairs)
        connection.executemany("INSERT INTO ticker VALUES (?, ?, ?, ?, ?)", tickers)
        connection.executemany("INSERT INTO image VALUES (?, ?, ?, ?)", images)
    for sql in (
        *indexes,
        "INSERT INTO article_trigrams (article_trigrams) VALUES ('rebuild')",
        "COMMIT",
    ):
        connection.execute(sql)


PRAGMAS = (
    "PRAGMA page_size = 16384",
    "PRAGMA cache_size = -8000",
    "PRAGMA journal_mode = OFF",
    "PRAGMA synchronous = OFF",
)
LARGE_PARTS = [
    f"INSERT INTO {table} ({table}, rank) VALUES ('{name}', {value})"
    for table in ("article_trigrams", "article_pairs")
    for name, value in (("automerge", 0), ("crisismerge", 1999), ("hashsize", 2 * 2**20), ("pgsz", 16_000))
]
SCHEMA = """SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND (name NOT GLOB 'article_trigrams_*')
    AND (name NOT GLOB 'article_pairs_*')"""


def check(kind, export, out):
    """Exit with a message if the floor's output has other contents than the export."""
    if (theirs := contents(kind, Path(out))) != (exported := contents(kind, Path(export))):
        sys.exit(f"{kind}: the floor is not the export: {len(theirs)} and {len(exported)} records")


def contents(kind, path):
    if kind == "jsonl":
        file = path if path.is_file() else path / "articles.jsonl"
        return [orjson.loads(line) for line in file.read_bytes().splitlines()]
    if kind == "parquet":
        import pyarrow.parquet as pq

        return [row for file in sorted(path.rglob("*.parquet")) for row in pq.ParquetFile(file).read().to_pylist()]
    connection = sqlite3.connect(path if path.is_file() else path / "articles.sqlite")
    queries = ("SELECT * FROM article", "SELECT * FROM ticker", "SELECT * FROM image", MATCHES)
    return [row for query in queries for row in connection.execute(query)]


MATCHES = """SELECT count(*) FROM article_trigrams WHERE article_trigrams MATCH '公司公' UNION ALL
    SELECT count(*) FROM article_pairs WHERE article_pairs MATCH '公司'"""

if __name__ == "__main__":
    programs = {function.__name__: function for function in (prepare, jsonl, parquet, sqlite, check)}
    programs[sys.argv[1]](*sys.argv[2:])
