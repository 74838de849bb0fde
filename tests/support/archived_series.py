"""An index that holds simulated articles, and no posts: coverage reads the index alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from itertools import islice
from pathlib import Path

from finews_crawler.archive.index import Index, IndexEntry
from finews_crawler.items import Article
from finews_crawler.utils.timezone import BEIJING
from tests.support.hourly_counts import Counts

MEDIA_ORIGINS = {"title": "media", "media_name": "media", "text_html": "news_text"}
AT_ONCE = 2_000


def articles_of(counts: Counts, origins: Mapping[str, str] = MEDIA_ORIGINS) -> Iterator[Article]:
    """An article for each that was counted, within its hour."""
    number = 0
    for (name, day, hour), count in counts.items():
        for place in range(count):
            number += 1
            moment = datetime(day.year, day.month, day.day, hour, place % 60, tzinfo=BEIJING)
            yield article(number, moment, name, origins)


def article(number: int, moment: datetime, media_name: str, origins: Mapping[str, str] = MEDIA_ORIGINS) -> Article:
    code = f"NW{moment:%Y%m%d}{number:010}"
    return Article(code, "标题", moment, media_name, text_html="<p>正文</p>", origins=dict(origins))


def hold(data: Path, articles: Iterable[Article], *, is_written: bool = True) -> Path:
    """Put them into the index of *data*."""
    index = Index(data / "index.sqlite")
    rows = (IndexEntry(one, f"site/_posts/{one.info_code}.md", "hash", is_written=is_written) for one in articles)
    while group := list(islice(rows, AT_ONCE)):
        index.put(group)
    index.close()
    return data


def day_of(text: str) -> date:
    return date.fromisoformat(text)
