"""Index of the tickers: the most frequent ones, a page for each exchange, and a file for finding as one types."""

from __future__ import annotations

import json
import sqlite3
from typing import Any, NamedTuple

from finews_crawler.site.post_rows import TICKER
from finews_crawler.site.urls import ticker_page, url_of

MOST_FREQUENT = 100
"""Tickers on the first page."""
FOLDER = "tickers"
FILE = f"{FOLDER}/all.json"
"""Symbol, name and number of posts of each ticker, by symbol; loaded when someone types."""
BOARDS, OTHERS = "boards", "others"
GROUPS = {
    **{"sh": "上海", "sz": "深圳", "bj": "北京", "hk": "香港", "us": "美国"},
    **{BOARDS: "板块", OTHERS: "其他"},
}
"""Headings of the pages, by their names in the folder, in the order of the navigation."""
# The name is the most frequent one.
ALL = """
    SELECT key, posts, (SELECT name FROM ticker_name n WHERE n.key = t.key ORDER BY n.posts DESC, name LIMIT 1)
    FROM total t WHERE kind = ? AND period = '' ORDER BY key"""


class IndexedTicker(NamedTuple):
    """A ticker as the index shows it."""

    symbol: str
    posts: int
    name: str

    @property
    def group(self) -> str:
        code, _, exchange = self.symbol.rpartition(".")
        if not code:
            return BOARDS
        return exchange.lower() if exchange.lower() in GROUPS else OTHERS

    def row(self) -> dict[str, Any]:
        """Return the ticker for a layout."""
        return {**self._asdict(), "url": url_of(ticker_page(self.symbol))}


def read_tickers(connection: sqlite3.Connection) -> list[IndexedTicker]:
    """Return all tickers by symbol; *connection*: the build state's."""
    return [IndexedTicker(symbol, posts, name or "") for symbol, posts, name in connection.execute(ALL, (TICKER,))]


def ticker_index(tickers: list[IndexedTicker]) -> dict[str, Any]:
    """Return the front matter of the first page."""
    most = sorted(tickers, key=lambda ticker: (-ticker.posts, ticker.symbol))[:MOST_FREQUENT]
    return {"tickers": [ticker.row() for ticker in most], "count": len(tickers), "groups": _groups(tickers)}


def group_pages(tickers: list[IndexedTicker]) -> dict[str, dict[str, Any]]:
    """Return the front matter of the pages of the exchanges, by path."""
    groups = _groups(tickers)
    return {
        f"{FOLDER}/{group['name']}.html": {
            **{
                "layout": "tickers",
                "has_heading": True,
                "title": f"{group['heading']}证券" if group["name"] != BOARDS else "板块",
            },
            **{"tickers": [ticker.row() for ticker in tickers if ticker.group == group["name"]]},
            **{"groups": groups, "group": group["name"], "count": group["count"]},
        }
        for group in groups
    }


def ticker_file(tickers: list[IndexedTicker]) -> str:
    """Return the file for finding as one types."""
    rows = [[ticker.symbol, ticker.name, ticker.posts, url_of(ticker_page(ticker.symbol))] for ticker in tickers]
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":"))


def _groups(tickers: list[IndexedTicker]) -> list[dict[str, Any]]:
    """Return the exchanges that have tickers, with their numbers of tickers."""
    counts = dict.fromkeys(GROUPS, 0)
    for ticker in tickers:
        counts[ticker.group] += 1
    return [
        {"name": name, "heading": GROUPS[name], "url": f"/{FOLDER}/{name}.html", "count": count}
        for name, count in counts.items()
        if count
    ]
