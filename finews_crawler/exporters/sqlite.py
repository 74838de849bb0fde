"""Records as an SQLite database with full-text search.

Chinese has no spaces between words. SQLite's trigram tokenizer indexes every three adjacent characters, so it finds any
word of three or more where its characters are adjacent, without a dictionary, and none of fewer. A second index has all
words of one and two characters. ``article_search`` is a view of both: each answers the words that the other cannot.
"""

from __future__ import annotations

import errno
import sqlite3
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
from finews_crawler.exporters.datasette import CONFIGURATION, METADATA, datasette_configuration, datasette_metadata
from finews_crawler.exporters.exporter import Exporter, Snapshot
from finews_crawler.exporters.jsonl import each_once, to_json
from finews_crawler.exporters.short_words import short_words, tokenizer

TYPES = {Kind.NUMBER: "INTEGER", Kind.FLAG: "INTEGER"}
LISTS = {Kind.TICKERS: ("ticker", "tickers", TICKER_FIELDS), Kind.IMAGES: ("image", "images", IMAGE_FIELDS)}
"""By kind: its table, its field in a record, and the columns."""
COLUMNS = tuple(field for field in FIELDS if field.kind not in LISTS)


def _columns(fields: Iterable[Field]) -> str:
    return ", ".join(f"{name} {TYPES.get(kind, 'TEXT')}{'' if null else ' NOT NULL'}" for name, kind, null, _ in fields)


HASH_BYTES = 2 * 2**20
"""Of a search index in memory, before a part of it is written: some 800 articles, which fit in the cache of a
processor; 8 MB take an eighth longer. Nothing is merged: that took half the time of an export."""
MOST_PARTS = 1999
"""Of an index. It stays so: with the 16 of SQLite, the next part would merge them all, and leave empty pages."""
FAST = {"automerge": 0, "crisismerge": MOST_PARTS, "hashsize": HASH_BYTES, "pgsz": 16_000}
DEFAULTS = {"automerge": 4, "hashsize": 2**20, "pgsz": 4050}
"""Of SQLite: for a program that adds to the indexes later."""


def _configure(options: dict[str, int]) -> Iterator[str]:
    for table in ("article_trigrams", "article_pairs"):
        for name, value in options.items():
            yield f"INSERT INTO {table} ({table}, rank) VALUES ('{name}', {value})"  # noqa: S608


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


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
    "CREATE VIRTUAL TABLE article_trigrams USING fts5 "
    "(title, text, content='article', content_rowid='id', tokenize='trigram')",
    # Neither the words nor their positions are stored, only which articles contain a word.
    "CREATE VIRTUAL TABLE article_pairs USING fts5 "
    "(words, content='', detail=none, columnsize=0, tokenize=" + _quoted(tokenizer()) + ")",
    # Datasette takes what has this text for the search index of a table, and asks the column of its name.
    'CREATE VIEW article_search AS /* like a VIRTUAL TABLE USING FTS5 (content="article") */ '
    "SELECT rowid, article_trigrams AS article_search FROM article_trigrams UNION ALL "
    "SELECT rowid, article_pairs FROM article_pairs",
    *_configure(FAST),
)
INSERT = {
    table: f"INSERT INTO {table} VALUES ({', '.join('?' * number)})"  # noqa: S608
    for table, number in (
        ("article", 1 + len(COLUMNS)),
        *((table, 1 + len(fields)) for table, _, fields in LISTS.values()),
    )
}
INSERT_WORDS = "INSERT INTO article_pairs (rowid, words) VALUES (?, ?)"
AFTER = (
    "CREATE INDEX article_published ON article (published_at)",
    "CREATE INDEX article_day ON article (day)",
    "CREATE INDEX article_medium ON article (media_name, published_at)",
    "CREATE INDEX ticker_symbol ON ticker (symbol, article_id)",
    "CREATE INDEX ticker_article ON ticker (article_id)",
    "CREATE INDEX image_article ON image (article_id)",
    # Without 'optimize', which takes a tenth longer: many parts are searched in milliseconds (docs/performance.md).
    "INSERT INTO article_trigrams (article_trigrams) VALUES ('rebuild')",
    *_configure(DEFAULTS),
    "COMMIT",
)
FILE = "articles.sqlite"


class SqliteExporter(Exporter):
    """``articles.sqlite``, and what Datasette is to show of it."""

    name = "sqlite"
    files = (FILE, METADATA, CONFIGURATION)

    def write(self, snapshot: Snapshot, folder: Path) -> dict[str, int]:
        (folder / METADATA).write_bytes(datasette_metadata(Path(FILE).stem))
        (folder / CONFIGURATION).write_bytes(datasette_configuration(Path(FILE).stem))
        return {FILE: write_sqlite(snapshot.pages(), folder / FILE), METADATA: 0, CONFIGURATION: 0}


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
        INSERT_WORDS: list(zip(count(first), map(short_words, texts))),
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
            return each_once(values, to_json)
        case _:
            return values
