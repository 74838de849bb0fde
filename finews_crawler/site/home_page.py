"""Front matter of the home page: the newest posts of all outlets by day, and what the last day was busy with."""

from __future__ import annotations

import json
import sqlite3
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from finews_crawler.site.list_rows import ROW, TIME_OF_DAY
from finews_crawler.site.listings import Listings
from finews_crawler.site.post_data import medium_of
from finews_crawler.site.post_rows import DAY, TICKER
from finews_crawler.site.urls import date_page, ticker_page, url_of

POSTS, TICKERS_OF_A_POST, BUSIEST = 40, 3, 10
"""Posts on the page, tickers of each, and outlets and tickers of the last day: about 40 kB."""
# Of several posts with one page, the last one has it.
NEWEST = f"""
    SELECT {ROW}, p.id, substr(p.date, 1, 10) FROM post p WHERE file <> ''
    AND NOT EXISTS (SELECT 1 FROM post o WHERE o.file = p.file AND o.path > p.path)
    ORDER BY p.date DESC, p.url DESC LIMIT ?"""  # noqa: S608
TICKERS = "SELECT key, name FROM mention WHERE post = ? AND kind = ? ORDER BY place LIMIT ?"
# An article may have only the code. Others name the ticker.
NAME = "SELECT name FROM ticker_name WHERE key = ? ORDER BY posts DESC, name LIMIT 1"
# The planner would rather scan all posts in the order of the groups.
MEDIA_SINCE = """
    SELECT slug, tag, COUNT(*) FROM post INDEXED BY post_date WHERE date > ? AND slug <> '' GROUP BY slug, tag
    ORDER BY COUNT(*) DESC, tag, slug LIMIT ?"""
TICKERS_SINCE = """
    SELECT m.key, (SELECT name FROM ticker_name n WHERE n.key = m.key ORDER BY n.posts DESC, name LIMIT 1), COUNT(*)
    FROM post p INDEXED BY post_date CROSS JOIN mention m INDEXED BY mention_post ON m.post = p.id
    WHERE p.date > ? AND m.kind = ? GROUP BY m.key ORDER BY COUNT(*) DESC, m.key LIMIT ?"""


def home_page(connection: sqlite3.Connection, listings: Listings) -> dict[str, Any]:
    """Return the front matter of the home page."""
    entries = [
        (day, {**json.loads(row), "tickers": _tickers(connection, number)})
        for row, number, day in connection.execute(NEWEST, (*TIME_OF_DAY, POSTS)).fetchall()
    ]
    days = [
        {
            **{"day": day, "url": url_of(date_page(day)), "count": _count(connection, day)},
            "entries": [entry for _, entry in of_day],
        }
        for day, of_day in groupby(entries, key=lambda entry: entry[0])
    ]
    since = _day_before(connection)
    media = [
        {"medium": medium_of(tag), "url": _address(listings, slug, tag), "count": count}
        for slug, tag, count in connection.execute(MEDIA_SINCE, (since, BUSIEST)).fetchall()
    ]
    tickers = [
        {"symbol": symbol, "name": name or "", "url": url_of(ticker_page(symbol)), "count": count}
        for symbol, name, count in connection.execute(TICKERS_SINCE, (since, TICKER, BUSIEST)).fetchall()
    ]
    return {"days": days, "busy_media": media, "busy_tickers": tickers}


def _tickers(connection: sqlite3.Connection, number: int) -> list[dict[str, str]]:
    rows = connection.execute(TICKERS, (number, TICKER, TICKERS_OF_A_POST)).fetchall()
    return [
        {"label": name or _name(connection, symbol) or symbol, "url": url_of(ticker_page(symbol))}
        for symbol, name in rows
    ]


def _name(connection: sqlite3.Connection, symbol: str) -> str:
    row = connection.execute(NAME, (symbol,)).fetchone()
    return str(row[0]) if row else ""


def _count(connection: sqlite3.Connection, day: str) -> int:
    count: int = connection.execute(
        "SELECT posts FROM total WHERE kind = ? AND key = ? AND period = ''", (DAY, day)
    ).fetchone()[0]
    return count


def _day_before(connection: sqlite3.Connection) -> str:
    """Return the time 24 hours before the newest post, whenever the site is built."""
    newest = connection.execute("SELECT MAX(date) FROM post").fetchone()[0]
    return f"{datetime.fromisoformat(newest[:19]) - timedelta(days=1)}" if newest else ""


def _address(listings: Listings, slug: str, tag: str) -> str:
    return listings.url(slug, tag if tag in listings.shared_slugs.get(slug, []) else "")
