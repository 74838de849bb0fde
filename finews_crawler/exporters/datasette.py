"""``metadata.json`` beside the SQLite export: what Datasette shows of it, and how.

``datasette FOLDER`` reads it. The search box needs none of it: Datasette finds ``article_search`` by itself.
"""

from __future__ import annotations

import json

from finews_crawler.exporters.exporter import PROJECT

METADATA = "metadata.json"
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


def datasette_metadata(database: str) -> bytes:
    """Return the file. *database*: name of the SQLite file, without its suffix."""
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
    query = {
        "title": "Articles with all of these words",
        "description": "Words of any length, separated by spaces; newest first",
        "sql": WORDS,
        "params": ["words"],
        "hide_sql": True,
    }
    about = {
        "title": "Chinese finance news",
        "description": "Articles with their outlets, tickers and images; times and days are those of Beijing",
        "license": "The articles belong to their publishers",
        "source": "Eastmoney (东方财富)",
        "source_url": "https://www.eastmoney.com/",
        "about": PROJECT,
        "databases": {database: {"tables": tables, "queries": {"search": query}}},
    }
    return json.dumps(about, ensure_ascii=False, indent=1).encode() + b"\n"
