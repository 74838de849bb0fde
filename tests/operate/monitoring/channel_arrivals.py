"""Articles in an index, as channels list them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from finews_crawler.archive.entries import IndexEntry
from finews_crawler.archive.index import Index
from finews_crawler.items import Article


def article(number: int, at: datetime, origins: dict[str, str], **fields: object) -> Article:
    """Return an article that is first seen at its publication."""
    at = at.replace(microsecond=0)
    return Article(f"NW{at:%Y%m%d}{number:010}", published_at=at, first_seen_at=at, origins=origins, **fields)  # type: ignore[arg-type]


def index_of(path: Path, articles: Iterable[Article]) -> Index:
    """Return an index of *articles*, inserted in their order."""
    index = Index(path)
    index.put(IndexEntry(one, f"site/_posts/{one.info_code}.md", "") for one in articles)
    return index
