"""An article as a row of the index, and back."""

from __future__ import annotations

import dataclasses
import json
import zlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from finews_crawler.items import Article, Image, Ticker

COMPRESSED = ("text_html", "content_html", "body_html")
JSON = ("origins", "tickers", "images")
TIMES = ("published_at", "first_seen_at", "revised_at")
# What a run needs and an archive does not.
NOT_HELD = ("is_refetched", "payload", "listing_hash", "seen_at", "archived")
COLUMNS = tuple(field.name for field in dataclasses.fields(Article) if field.name not in NOT_HELD)


def row_of(article: Article) -> list[Any]:
    """The values of COLUMNS."""
    return [_to_column(name, getattr(article, name)) for name in COLUMNS]


def article_of(row: Sequence[Any]) -> Article:
    """The article whose ``row_of`` is *row*.

    >>> article = Article("NW202205182383638060", text_html="<p>正文</p>", tickers=[Ticker("600050.SH", "", "kline")])
    >>> article_of(row_of(article)) == article
    True
    """
    return Article(**{name: _from_column(name, value) for name, value in zip(COLUMNS, row, strict=True)})


def _to_column(name: str, value: Any) -> Any:
    if name in COMPRESSED:
        return zlib.compress(value.encode())
    if name in TIMES:
        return value.isoformat() if value else ""
    if name in ("tickers", "images"):
        value = [dataclasses.asdict(part) for part in value]
    return json.dumps(value, ensure_ascii=False, sort_keys=True) if name in JSON else value


def _from_column(name: str, value: Any) -> Any:
    if name in COMPRESSED:
        return zlib.decompress(value).decode()
    if name in TIMES:
        return datetime.fromisoformat(value) if value else None
    if name == "is_stand_in":
        return bool(value)
    if name in JSON:
        value = json.loads(value)
    if name == "tickers":
        return [Ticker(**ticker) for ticker in value]
    if name == "images":  # an earlier version kept their addresses alone
        return [Image(image) if isinstance(image, str) else Image(**image) for image in value]
    return value
