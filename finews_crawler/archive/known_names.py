"""Outlets and symbols that an archive has ever had: a name that is none of them is refused, and not an empty export.

The current articles and the earlier revisions count, whatever else an export selects, so that an incremental one of a
day without such articles is empty. An archive without articles knows no names, and refuses none.
"""

from __future__ import annotations

import dataclasses
import sqlite3
from collections import Counter

from finews_crawler.archive.query import ExportQuery
from finews_crawler.content.tickers import LONGEST_NUMBER, symbol_meant
from finews_crawler.exceptions import NotInArchive
from finews_crawler.utils.nearest import nearest_names

TABLES = ("article", "revision")
# A damaged list is reported by whatever reads its row.
TICKERS = "json_each(iif(json_valid(tickers), tickers, '[]'))"
MEDIUM = "SELECT 1 FROM {} WHERE media_name = ? LIMIT 1"
TICKER = f"SELECT 1 FROM {{}}, {TICKERS} WHERE value ->> 'symbol' = ? LIMIT 1"  # noqa: S608
MEDIA = "SELECT media_name, count(*) FROM {} GROUP BY 1"
SYMBOLS = f"SELECT value ->> 'symbol', count(*) FROM {{}}, {TICKERS} GROUP BY 1"  # noqa: S608
NAMED = f"SELECT value ->> 'symbol', count(*) FROM {{}}, {TICKERS} WHERE value ->> 'name' = ? GROUP BY 1"  # noqa: S608
MOST_SHOWN = 3


def with_known_names(connection: sqlite3.Connection, query: ExportQuery) -> ExportQuery:
    """Return a query with the outlet and the symbol as the archive spells them. Raises NotInArchive, sqlite3.Error."""
    if (query.medium is None and query.ticker is None) or _is_empty(connection):
        return query
    if query.medium is not None:
        _check_medium(connection, query.medium)
    ticker = None if query.ticker is None else _known_symbol(connection, query.ticker)
    return dataclasses.replace(query, ticker=ticker)


def _is_empty(connection: sqlite3.Connection) -> bool:
    return connection.execute("SELECT 1 FROM article LIMIT 1").fetchone() is None


def _check_medium(connection: sqlite3.Connection, name: str) -> None:
    if _has(connection, MEDIUM, name):
        return
    known = _counts(connection, MEDIA)
    if nearest := nearest_names(name, known, MOST_SHOWN):
        raise NotInArchive(f"medium {name[:40]!r}: the archive has no article of it; nearest: {', '.join(nearest)}")
    most = ", ".join(sorted(known, key=lambda medium: (-known[medium], medium))[:MOST_SHOWN])
    has = f"it has most of {most}" if most else "it names no outlet"
    raise NotInArchive(f"medium {name[:40]!r}: the archive has no article of it; {has}")


def _known_symbol(connection: sqlite3.Connection, text: str) -> str:
    """Return the symbol that *text* spells, or the only one with it as its code."""
    symbol = symbol_meant(text)
    if _has(connection, TICKER, symbol):
        return symbol
    known = _counts(connection, SYMBOLS)
    codes = {symbol, symbol.zfill(LONGEST_NUMBER)} if symbol else set()
    fitting = sorted(other for other in known if other.rpartition(".")[0] in codes)
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        raise NotInArchive(f"ticker {text[:40]!r}: it is the code of several, give one of {', '.join(fitting)}")
    named = _symbols_named(connection, text.strip()) if text.strip() else []
    nearest = ", ".join(named or nearest_names(symbol, known, MOST_SHOWN))
    hint = "give a symbol such as 600050.SH, 00700.HK, NIO.US or BK0493"
    if nearest:
        hint = f"{'give its symbol' if named else 'nearest'}: {nearest}"
    raise NotInArchive(f"ticker {text[:40]!r}: no article of the archive names it; {hint}")


def _symbols_named(connection: sqlite3.Connection, name: str) -> list[str]:
    """Return the symbols that articles give the name *name*, by number of articles."""
    counts: Counter[str] = Counter()
    for table in TABLES:
        counts.update(dict(connection.execute(NAMED.format(table), [name]).fetchall()))
    return [symbol for symbol, _ in counts.most_common(MOST_SHOWN)]


def _has(connection: sqlite3.Connection, query: str, name: str) -> bool:
    return any(connection.execute(query.format(table), [name]).fetchone() for table in TABLES)


def _counts(connection: sqlite3.Connection, query: str) -> dict[str, int]:
    """Return the names that are not empty, with the number of records of each."""
    counts: dict[str, int] = {}
    for table in TABLES:
        for name, number in connection.execute(query.format(table)):
            if isinstance(name, str) and name:
                counts[name] = counts.get(name, 0) + number
    return counts
