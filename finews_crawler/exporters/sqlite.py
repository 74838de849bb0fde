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
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
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
TYPES = {Kind.NUMBER: "INTEGER", Kind.FLAG: "INTEGER"}
LISTS = {Kind.TICKERS: ("ticker", "tickers", TICKER_FIELDS), Kind.IMAGES: ("image", "images", IMAGE_FIELDS)}
"""By kind: its table, its field in a record, and the columns."""
COLUMNS = tuple(field for field in FIELDS if field.kind not in LISTS)


def _columns(fields: Iterable[Field]) -> str:
    return ", ".join(f"{name} {TYPES.get(kind, 'TEXT')}{'' if null else ' NOT NULL'}" for name, kind, null, _ in fields)


BEFORE = (
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
)
INSERT = {
    table: f"INSERT INTO {table} VALUES ({', '.join('?' * number)})"  # noqa: S608
    for table, number in (
        ("article", 1 + len(COLUMNS)),
        *((table, 1 + len(fields)) for table, _, fields in LISTS.values()),
    )
}
AFTER = (
    "CREATE INDEX article_published ON article (published_at)",
    "CREATE INDEX article_medium ON article (media_name, published_at)",
    "CREATE INDEX ticker_symbol ON ticker (symbol, article_id)",
    "CREATE INDEX ticker_article ON ticker (article_id)",
    "CREATE INDEX image_article ON image (article_id)",
    "INSERT INTO article_search (article_search) VALUES ('rebuild')",
    "INSERT INTO article_search (article_search) VALUES ('optimize')",
    "INSERT INTO article_pairs (article_pairs) VALUES ('optimize')",
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
            with _writing(path):
                _insert(connection, number, page)
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


def _insert(connection: sqlite3.Connection, before: int, page: Columns) -> None:
    """Insert the records of a page, of which *before* have been inserted before it, one after the other.

    Table by table would be little faster, and would give the pages of the file in another order.
    """
    lists = [(INSERT[table], page[name]) for table, name, _ in LISTS.values()]
    articles = zip(*(_column(page[field.name], field) for field in COLUMNS), strict=True)
    for number, values in enumerate(articles, before + 1):
        at = number - before - 1
        connection.execute(INSERT["article"], (number, *values))
        pairs = pairs_of(f"{page['title'][at]}\n{page['text'][at]}")
        connection.execute("INSERT INTO article_pairs (rowid, pairs) VALUES (?, ?)", (number, " ".join(pairs)))
        for statement, parts in lists:
            if parts[at]:
                connection.executemany(statement, [(number, *part.values()) for part in parts[at]])


def _column(values: list[Any], field: Field) -> list[Any]:
    match field.kind:
        case Kind.MOMENT | Kind.DAY:
            return [None if value is None else value.isoformat() for value in values]
        case Kind.TEXTS:
            return [json.dumps(value, ensure_ascii=False) for value in values]
        case _:
            return values


def pairs_of(text: str) -> list[str]:
    """Return the pairs of adjacent Chinese characters, without repetition.

    >>> pairs_of("中国联通5G")
    ['中国', '国联', '联通']
    """
    runs = CHINESE.findall(text)
    return list(dict.fromkeys(run[at : at + 2] for run in runs for at in range(len(run) - 1)))
