"""An index of simulated articles without posts: coverage reads the index only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from itertools import islice
from pathlib import Path

from finews_crawler.archive.entries import IndexEntry
from finews_crawler.archive.index import Index
from finews_crawler.items import Article
from finews_crawler.utils.timezone import BEIJING
from tests.support.hourly_counts import Counts

MEDIA_ORIGINS = {"title": "media", "media_name": "media", "text_html": "news_text"}
BATCH_SIZE = 2_000


def articles_of(counts: Counts, origins: Mapping[str, str] = MEDIA_ORIGINS) -> Iterator[Article]:
    """Yield as many articles as were counted, within their hour."""
    number = 0
    for (name, day, hour), count in counts.items():
        for place in range(count):
            number += 1
            time = datetime(day.year, day.month, day.day, hour, place % 60, tzinfo=BEIJING)
            yield article(number, time, name, origins)


def article(number: int, time: datetime, media_name: str, origins: Mapping[str, str] = MEDIA_ORIGINS) -> Article:
    code = f"NW{time:%Y%m%d}{number:010}"
    return Article(code, "标题", time, media_name, text_html="<p>正文</p>", origins=dict(origins))


def hold(data: Path, articles: Iterable[Article], *, is_written: bool = True) -> Path:
    """Insert articles into the index of *data*."""
    index = Index(data / "index.sqlite")
    rows = (IndexEntry(one, f"site/_posts/{one.info_code}.md", "hash", is_written=is_written) for one in articles)
    while group := list(islice(rows, BATCH_SIZE)):
        index.put(group)
    index.close()
    return data


def day_of(text: str) -> date:
    return date.fromisoformat(text)
