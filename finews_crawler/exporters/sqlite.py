"""Records as an SQLite database with full-text search.

Chinese has no spaces between words. SQLite's trigram tokenizer indexes every three adjacent characters, and a second
index every two, since trigrams cannot find a word of two characters. A search finds a word only where its characters
are adjacent, and depends on no dictionary.
"""

from __future__ import annotations

import errno
import json
import re
import sqlite3
from array import array
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path
from typing import Any

from finews_crawler.articles.record import (
    FIELDS,
    IMAGE_FIELDS,
    SCHEMA_VERSION,
    TICKER_FIELDS,
    Columns,
    Field,
    Kind,
)
from finews_crawler.exporters.exporter import Exporter, Snapshot

CHINESE = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")
CODE_POINTS = "utf-32-le"
"""Encoding with four bytes for each character, as an element of ``array("I")`` has."""
TYPES = {Kind.NUMBER: "INTEGER", Kind.FLAG: "INTEGER"}
LISTS = {Kind.TICKERS: ("ticker", "tickers", TICKER_FIELDS), Kind.IMAGES: ("image", "images", IMAGE_FIELDS)}
"""By kind: its table, its field in a record, and the columns."""
COLUMNS = tuple(field for field in FIELDS if field.kind not in LISTS)


def _columns(fields: Iterable[Field]) -> str:
    return ", ".join(f"{name} {TYPES.get(kind, 'TEXT')}{'' if null else ' NOT NULL'}" for name, kind, null, _ in fields)


HASH_BYTES = 8 * 2**20
"""Of a search index in memory, before a part of it is written: some 3,000 articles. SQLite has a megabyte, and merges
four parts into one again and again, which took half the time of an export; this way, 16 are merged."""
FAST = {"automerge": 0, "hashsize": HASH_BYTES, "pgsz": 16_000}
DEFAULTS = {"automerge": 4, "hashsize": 2**20, "pgsz": 4050}
"""Of SQLite: for a program that adds to the indexes later."""


def _configure(options: dict[str, int]) -> Iterator[str]:
    for table in ("article_search", "article_pairs"):
        for name, value in options.items():
            yield f"INSERT INTO {table} ({table}, rank) VALUES ('{name}', {value})"  # noqa: S608


BEFORE = (
    "PRAGMA page_size = 16384",  # with 4096, a quarter more time
    "PRAGMA cache_size = -8000",  # KiB; with the 2 MB of SQLite, a tenth more
    # No journal: an export that fails is discarded as a whole.
    "PRAGMA journal_mode = OFF",
    "PRAGMA synchronous = OFF",
    f"PRAGMA user_version = {SCHEMA_VERSION}",
    "BEGIN",
    f"CREATE TABLE article (id INTEGER PRIMARY KEY, {_columns(COLUMNS)}, UNIQUE (info_code, revision))",
    *(
        f"CREATE TABLE {table} (article_id INTEGER NOT NULL REFERENCES article (id), {_columns(fields)})"
        for table, _, fields in LISTS.values()
    ),
    # Quoted so: sqlite-utils and Datasette find the search index of a table by this text.
    "CREATE VIRTUAL TABLE article_search USING fts5 "
    '(title, text, content="article", content_rowid="id", tokenize="trigram")',
    # Neither the pairs nor their positions are stored, only which articles contain a pair.
    "CREATE VIRTUAL TABLE article_pairs USING fts5 (pairs, content = '', detail = none, columnsize = 0)",
    *_configure(FAST),
)
INSERT = {
    table: f"INSERT INTO {table} VALUES ({', '.join('?' * number)})"  # noqa: S608
    for table, number in (
        ("article", 1 + len(COLUMNS)),
        *((table, 1 + len(fields)) for table, _, fields in LISTS.values()),
    )
}
INSERT_PAIRS = "INSERT INTO article_pairs (rowid, pairs) VALUES (?, ?)"
AFTER = (
    "CREATE INDEX article_published ON article (published_at)",
    "CREATE INDEX article_medium ON article (media_name, published_at)",
    "CREATE INDEX ticker_symbol ON ticker (symbol, article_id)",
    "CREATE INDEX ticker_article ON ticker (article_id)",
    "CREATE INDEX image_article ON image (article_id)",
    # Without 'optimize': 16 parts are searched about as fast as one, and would leave as many empty pages in the file.
    "INSERT INTO article_search (article_search) VALUES ('rebuild')",
    *_configure(DEFAULTS),
    "COMMIT",
)
FILE = "articles.sqlite"


class SqliteExporter(Exporter):
    """``articles.sqlite``."""

    name = "sqlite"
    files = (FILE,)

    def write(self, snapshot: Snapshot, folder: Path) -> dict[str, int]:
        return {FILE: write_sqlite(snapshot.pages(), folder / FILE)}


def write_sqlite(pages: Iterable[Columns], path: Path) -> int:
    """Write the records of *pages* into a new database at *path*; return their number. Raises OSError."""
    number = 0
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        _execute(connection, path, BEFORE)
        for page in pages:
            rows = _rows_of(page, number + 1)
            with _writing(path):
                for statement, values in rows.items():
                    connection.executemany(statement, values)
            number += len(page["info_code"])
        _execute(connection, path, AFTER)
    return number


def _execute(connection: sqlite3.Connection, path: Path, statements: Iterable[str]) -> None:
    with _writing(path):
        for statement in statements:
            connection.execute(statement)


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    """Turn SQLite's errors about the written file into OSError; those about the index stay sqlite3.Error."""
    try:
        yield
    except sqlite3.Error as error:
        raise OSError(errno.ENOSPC if "full" in str(error) else errno.EIO, str(error), path.name) from error


def _rows_of(page: Columns, first: int) -> dict[str, list[tuple[Any, ...]]]:
    """Return the rows of a page by the statement that inserts them. *first*: id of its first article."""
    columns = [_column(page[field.name], field) for field in COLUMNS]
    texts = map("\n".join, zip(page["title"], page["text"], strict=True))
    rows: dict[str, list[tuple[Any, ...]]] = {
        INSERT["article"]: list(zip(count(first), *columns)),
        INSERT_PAIRS: list(zip(count(first), map(pairs_of, texts))),
    }
    for table, name, _ in LISTS.values():
        parts = ((number, part) for number, each in enumerate(page[name], first) for part in each)
        rows[INSERT[table]] = [(number, *part.values()) for number, part in parts]
    return rows


def _column(values: list[Any], field: Field) -> list[Any]:
    match field.kind:
        case Kind.MOMENT | Kind.DAY:
            return [None if value is None else value.isoformat() for value in values]
        case Kind.TEXTS:
            return [json.dumps(value, ensure_ascii=False) for value in values]
        case _:
            return values


def pairs_of(text: str) -> str:
    """Return the pairs of adjacent Chinese characters, with spaces between them.

    Character by character in Python, this would take a sixth of the time of an export.

    >>> pairs_of("中国联通5G")
    '中国 国联 联通'
    """
    runs = "\n".join(CHINESE.findall(text))
    characters = memoryview(f"\n{runs}\n".encode(CODE_POINTS)).cast("I")
    triples = array("I", " ".encode(CODE_POINTS)) * (3 * (len(characters) - 1))
    view = memoryview(triples)
    view[1::3], view[2::3] = characters[:-1], characters[1:]
    # Of each run without what contains a line break and one character: "\n中 中国 国联 联通 通\n".
    return " ".join([run[2:-2] for run in triples.tobytes().decode(CODE_POINTS).split("\n")[1::2]])
