"""``metadata.json`` and ``datasette.json`` beside the SQLite export: what Datasette shows of it, and how.

``datasette FOLDER`` reads them. The search box needs neither: Datasette finds ``article_search`` by itself. Version 1
takes queries from the latter alone, version 0 from the former.
"""

from __future__ import annotations

import json
from typing import Any

from finews_crawler.exporters.exporter import PROJECT

METADATA, CONFIGURATION = "metadata.json", "datasette.json"
ROWS = 20
"""Rows of a page: each shows the beginning of text and body."""
HEADLINES = "&amp;".join(f"_col={name}" for name in ("day", "title", "media_name", "digest", "share_url"))
WORDS = """WITH RECURSIVE
  typed (word, rest) AS (
    SELECT '', trim(replace(:words, '　', ' ')) || ' '
    UNION ALL
    SELECT substr(rest, 1, instr(rest, ' ') - 1), ltrim(substr(rest, instr(rest, ' '))) FROM typed WHERE rest > ' '
  ),
  word AS (SELECT DISTINCT word, '"' || replace(word, '"', '""') || '"' AS quoted FROM typed WHERE word > ''),
  found AS (
    SELECT word, t.rowid AS id FROM word CROSS JOIN article_trigrams AS t WHERE article_trigrams MATCH quoted
    UNION ALL
    SELECT word, p.rowid FROM word CROSS JOIN article_pairs AS p WHERE article_pairs MATCH quoted
  )
SELECT day, title, media_name, digest, share_url FROM article
WHERE id IN (SELECT id FROM found GROUP BY id HAVING count(*) = (SELECT count(*) FROM word))
ORDER BY published_at DESC"""
"""All articles that contain each of the words, however long: beside longer words, ``article_search`` ignores those of
one or two characters."""

QUERIES = {
    "search": {
        "title": "Articles with all of these words",
        "description": "Words of any length, separated by spaces; newest first",
        "sql": WORDS,
        "params": ["words"],
        "hide_sql": True,
    }
}


def datasette_metadata(database: str) -> bytes:
    """Return ``metadata.json``. *database*: name of the SQLite file, without its suffix."""
    tables = {
        "article": {
            "label_column": "title",
            "fts_table": "article_search",
            "fts_pk": "id",
            "sort_desc": "published_at",
            "facets": ["media_name", "day"],
            "size": ROWS,
            "description_html": f'<a href="article?{HEADLINES}">Headlines only</a>. Words are found wherever their '
            "characters are adjacent. Beside longer ones, words of one or two characters are ignored: "
            '<a href="search">this query</a> finds all of several words.',
        },
        "ticker": {"description": "Securities and boards that an article names", "facets": ["symbol", "source"]},
        "image": {"description": "Images of an article"},
        "article_search": {"hidden": True},
    }
    about = {
        "title": "Chinese finance news",
        "description": "Articles with their outlets, tickers and images; times and days are those of Beijing",
        "license": "The articles belong to their publishers",
        "source": "Eastmoney (东方财富)",
        "source_url": "https://www.eastmoney.com/",
        "about": PROJECT,
        "databases": {database: {"tables": tables, "queries": QUERIES}},
    }
    return _as_json(about)


def datasette_configuration(database: str) -> bytes:
    """Return ``datasette.json``: the query of a page of its own."""
    return _as_json({"databases": {database: {"queries": QUERIES}}})


def _as_json(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode() + b"\n"
