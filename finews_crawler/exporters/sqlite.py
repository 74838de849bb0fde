"""Records as an SQLite database with full-text search.

Chinese has no spaces between its words. Texts are cut into every three characters in a row (SQLite's trigram
tokenizer), and once more into every two, for that cannot find a word of two: what is looked for is found where it
stands so, never where its characters merely occur, and no reader needs the dictionary of a writer.
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

CHINESE = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")
TYPES = {Kind.NUMBER: "INTEGER", Kind.FLAG: "INTEGER"}
LISTS = {Kind.TICKERS: ("ticker", "tickers", TICKER_FIELDS), Kind.IMAGES: ("image", "images", IMAGE_FIELDS)}
"""A table each."""
COLUMNS = tuple(field for field in FIELDS if field.kind not in LISTS)


def _columns(fields: Iterable[Field]) -> str:
    return ", ".join(f"{name} {TYPES.get(kind, 'TEXT')}{'' if null else ' NOT NULL'}" for name, kind, null, _ in fields)


BEFORE = (
    # A file that is published only when it is whole needs no journal.
    "PRAGMA journal_mode = OFF",
    "PRAGMA synchronous = OFF",
    f"PRAGMA user_version = {SCHEMA_VERSION}",
    "BEGIN",
    f"CREATE TABLE article (id INTEGER PRIMARY KEY, {_columns(COLUMNS)}, UNIQUE (info_code, revision))",
    *(
        f"CREATE TABLE {table} (article_id INTEGER NOT NULL REFERENCES article (id), {_columns(fields)})"
        for table, _, fields in LISTS.values()
    ),
    "CREATE VIRTUAL TABLE article_search USING fts5 "
    "(title, text, content = 'article', content_rowid = 'id', tokenize = 'trigram')",
    # What it is made of is not kept, and of a pair nothing but which articles have it.
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


def write_sqlite(records: Iterable[Record], path: Path) -> int:
    """Write *records* into a new database at *path*; how many they were. Raises OSError."""
    number = 0
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        _execute(connection, path, BEFORE)
        for number, record in enumerate(records, 1):
            with _told(path):
                _insert(connection, number, record)
        _execute(connection, path, AFTER)
    return number


def _execute(connection: sqlite3.Connection, path: Path, statements: Iterable[str]) -> None:
    with _told(path):
        for statement in statements:
            connection.execute(statement)


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """SQLite's errors about this file; those about the index are others."""
    try:
        yield
    except sqlite3.Error as error:
        raise OSError(errno.ENOSPC if "full" in str(error) else errno.EIO, str(error), path.name) from error


def _insert(connection: sqlite3.Connection, number: int, record: Record) -> None:
    _put(connection, "article", [number, *(_value(record[field.name]) for field in COLUMNS)])
    pairs = pairs_of(f"{record['title']}\n{record['text']}")
    connection.execute("INSERT INTO article_pairs (rowid, pairs) VALUES (?, ?)", (number, " ".join(pairs)))
    for table, name, fields in LISTS.values():
        for part in record[name]:
            _put(connection, table, [number, *(part[field.name] for field in fields)])


def _put(connection: sqlite3.Connection, table: str, values: list[Any]) -> None:
    connection.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(values))})", values)  # noqa: S608


def _value(value: Any) -> Any:
    told = as_json(value)
    return json.dumps(told, ensure_ascii=False) if isinstance(told, dict) else told


def pairs_of(text: str) -> list[str]:
    """Every two Chinese characters that stand side by side, each pair once.

    >>> pairs_of("中国联通5G")
    ['中国', '国联', '联通']
    """
    runs = CHINESE.findall(text)
    return list(dict.fromkeys(run[at : at + 2] for run in runs for at in range(len(run) - 1)))
