"""Front matter of the search page: the search indexes, the outlets to choose from, and examples that find something."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlencode

from finews_crawler.site.post_data import medium_of
from finews_crawler.site.post_rows import TICKER

TICKERS, MOST_NAME = 2, 12
"""Tickers in the examples, and characters of a name that is one: a longer one is no word that a reader would type."""
NEWEST = "SELECT substr(date, 1, 10) FROM post WHERE is_searchable ORDER BY date DESC LIMIT 1"
OUTLET = """
    SELECT tag FROM post WHERE date >= ? AND is_searchable AND tag <> ''
    GROUP BY tag ORDER BY COUNT(*) DESC, tag LIMIT 1"""
# The planner would rather look at all tickers of all posts.
BUSY_TICKERS = """
    SELECT m.key, MAX(m.name)
    FROM post p INDEXED BY post_date CROSS JOIN mention m INDEXED BY mention_post ON m.post = p.id
    WHERE p.date >= ? AND m.kind = ? AND p.is_searchable AND length(m.name) BETWEEN 1 AND ?
    GROUP BY m.key ORDER BY COUNT(*) DESC, m.key LIMIT ?"""


def search_page(connection: sqlite3.Connection, media: Sequence[str]) -> dict[str, Any]:
    """Return the front matter of the search page. *media*: names of the outlets."""
    query = "SELECT folder, months, posts FROM bundle ORDER BY place DESC"
    bundles = [
        {"folder": folder, "months": json.loads(months), "posts": posts}
        for folder, months, posts in connection.execute(query).fetchall()
    ]
    examples = [{"label": label, "query": urlencode(fields)} for label, fields in _examples(connection)]
    return {"bundles": bundles, "media": list(media), "examples": examples if bundles else []}


def _examples(connection: sqlite3.Connection) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield searches by a word, a code, an outlet since a day, and from the oldest article on, each with its name.

    What the newest day was busy with, so that the newest index has results for each.
    """
    newest = connection.execute(NEWEST).fetchone()
    if newest is None:
        return
    day = newest[0]
    tickers = connection.execute(BUSY_TICKERS, (day, TICKER, MOST_NAME, TICKERS)).fetchall()
    if tickers:
        yield tickers[0][1], {"q": tickers[0][1]}
        yield f"代码 {tickers[-1][0]}", {"ticker": tickers[-1][0]}
    outlet = connection.execute(OUTLET, (day,)).fetchone()
    if outlet:
        medium = medium_of(outlet[0])
        yield f"{medium}，{day} 起", {"media": medium, "from": day}
    if tickers:
        yield f"{tickers[0][1]}，旧的在前", {"q": tickers[0][1], "order": "oldest"}
