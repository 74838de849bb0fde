"""Print the articles of a JSON lines file as DuckDB reads it."""

import hashlib
import json
import sys

import duckdb

QUERY = "SELECT info_code, title, media_name, published_at, text, [t.symbol FOR t IN tickers] FROM read_json(?)"

for code, title, medium, published, text, symbols in duckdb.execute(QUERY, [sys.argv[1]]).fetchall():
    digest = hashlib.sha256(text.encode()).hexdigest()
    print(
        json.dumps(
            {
                "info_code": code,
                "title": title,
                "media_name": medium,
                "published_at": str(published),
                "text": digest,
                "tickers": symbols,
            }
        )
    )
