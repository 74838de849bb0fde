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
    Field,
    Kind,
    Record,
    as_json,
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
        return {FILE: write_sqlite(snapshot.records(), folder / FILE)}


def write_sqlite(records: Iterable[Record], path: Path) -> int:
    """Write *records* into a new database at *path*; return their number. Raises OSError."""
    number = 0
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        _execute(connection, path, BEFORE)
        for number, record in enumerate(records, 1):
            with _writing(path):
                _insert(connection, number, record)
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


def _insert(connection: sqlite3.Connection, number: int, record: Record) -> None:
    values = (as_json(record[field.name]) for field in COLUMNS)
    texts = (json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else value for value in values)
    _put(connection, "article", [number, *texts])
    pairs = pairs_of(f"{record['title']}\n{record['text']}")
    connection.execute("INSERT INTO article_pairs (rowid, pairs) VALUES (?, ?)", (number, " ".join(pairs)))
    for table, name, fields in LISTS.values():
        for part in record[name]:
            _put(connection, table, [number, *(part[field.name] for field in fields)])


def _put(connection: sqlite3.Connection, table: str, values: list[Any]) -> None:
    connection.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(values))})", values)  # noqa: S608


def pairs_of(text: str) -> list[str]:
    """Return the pairs of adjacent Chinese characters, without repetition.

    >>> pairs_of("中国联通5G")
    ['中国', '国联', '联通']
    """
    runs = CHINESE.findall(text)
    return list(dict.fromkeys(run[at : at + 2] for run in runs for at in range(len(run) - 1)))
