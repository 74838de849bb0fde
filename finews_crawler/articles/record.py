"""An article as one record of an export or feed: its fields, in this order, with types and meanings.

A missing value is ``None``. Text, tickers, images and source line follow the current rules of ``content``, also for an
old archive: the index has those that the current version read, and the others are read from the bodies again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from enum import Enum
from typing import Any, NamedTuple

from finews_crawler.articles.extract import extracted
from finews_crawler.content.dates import publication_day
from finews_crawler.items import Article, Image, Ticker
from finews_crawler.utils.timezone import BEIJING

SCHEMA_VERSION = 1
"""Version of the records. Raise it when a field is removed, renamed or changes its meaning, not when one is added."""

Record = dict[str, Any]
Columns = dict[str, list[Any]]
"""Records, of each field a list. Values may be shared: they are not to be changed."""


class RecordKey(NamedTuple):
    """One revision of an article in the index."""

    published_at: str
    """ISO 8601 with the offset of Beijing, as in the index."""
    info_code: str
    revision: int
    change: int
    """Number of the change that wrote it."""
    is_current: bool
    """True for the newest revision."""


class Kind(Enum):
    """Type of a field's values."""

    TEXT = "text"
    NUMBER = "number"
    FLAG = "true or false"
    MOMENT = "moment"
    DAY = "day"
    TEXTS = "object of texts"
    TICKERS = "list of tickers"
    IMAGES = "list of images"


class Field(NamedTuple):
    """One field of the records."""

    name: str
    kind: Kind
    is_nullable: bool
    meaning: str


FIELDS = (
    Field("info_code", Kind.TEXT, False, "key of the article, `NW` and 18 digits"),
    Field("revision", Kind.NUMBER, False, "number of corrections by upstream since the article was first archived"),
    Field("change", Kind.NUMBER, True, "number of the change: of two records of one revision, the larger is current"),
    Field("title", Kind.TEXT, False, "title"),
    Field("published_at", Kind.MOMENT, False, "publication time according to upstream"),
    Field("day", Kind.DAY, False, "publication day in Beijing"),
    Field("media_name", Kind.TEXT, True, "outlet as named by the lists; null if only the rolling list has the article"),
    Field("source_line", Kind.TEXT, True, "outlet named in the last line of the body: `（文章来源：…）`"),
    Field("slug", Kind.TEXT, False, "category of the post"),
    Field("digest", Kind.TEXT, True, "digest from the list, often beginning with `【headline】`"),
    Field("text", Kind.TEXT, False, "plain text: one line for each paragraph or table row, without the source line"),
    Field("body_html", Kind.TEXT, False, "body of the post"),
    Field("tickers", Kind.TICKERS, False, "securities and boards named in the article"),
    Field("images", Kind.IMAGES, False, "images"),
    Field("share_url", Kind.TEXT, False, "URL of the article in the post"),
    Field("public_url", Kind.TEXT, True, "`url_w` of the rolling list"),
    Field("source_url", Kind.TEXT, True, "URL from which the body was fetched"),
    Field("origins", Kind.TEXTS, False, "for each field, the source that provided it"),
    Field("is_stand_in", Kind.FLAG, False, "the body is the archived copy, used until the share site returns its own"),
    Field("first_seen_at", Kind.MOMENT, True, "time at which the article was first archived"),
    Field("revised_at", Kind.MOMENT, True, "time at which this revision was archived; null for the first"),
    Field("known_from", Kind.MOMENT, True, "start of the period in which this revision was current"),
    Field("known_until", Kind.MOMENT, True, "end of that period; null for the current revision"),
)
TICKER_FIELDS = (
    Field("symbol", Kind.TEXT, False, "`600050.SH`, `00700.HK`, `NIO.US`, board `BK0493`"),
    Field("name", Kind.TEXT, True, "name as written; null for a K-line image"),
    Field("source", Kind.TEXT, False, "`kline` or `inline`"),
    Field("position", Kind.NUMBER, True, "characters of `text` before the first mention; null if `text` has none"),
)
IMAGE_FIELDS = (
    Field("url", Kind.TEXT, False, "URL"),
    Field("width", Kind.NUMBER, True, "width in pixels: of the file if its URL contains the size, else as displayed"),
    Field("height", Kind.NUMBER, True, "height, likewise"),
)


def record_of(article: Article, change: int | None = None, known_until: datetime | None = None) -> Record:
    """Return the record of an article, with the keys of FIELDS in their order.

    Times are aware; ``published_at`` is in Beijing time, as is ``day``. *change* and *known_until* are known to the
    index only. Parses the bodies only if the article has no extract of them.

    >>> record = record_of(Article("NW202205182383638060", title="联通", body_html="<p>重庆</p>"))
    >>> list(record) == [field.name for field in FIELDS]
    True
    >>> record["title"], record["text"], record["media_name"]
    ('联通', '重庆', None)
    """
    article, extract = extracted(article)
    published_at = article.published_at
    return {
        "info_code": article.info_code,
        "revision": article.revision,
        "change": change,
        "title": article.title,
        "published_at": published_at.astimezone(BEIJING) if published_at else None,
        "day": publication_day(published_at) if published_at else None,
        "media_name": article.media_name or None,
        "source_line": extract.source_line or None,
        "slug": article.slug,
        "digest": article.digest or None,
        "text": extract.text,
        "body_html": article.body_html,
        "tickers": [ticker_record(ticker) for ticker in article.tickers],
        "images": [image_record(image) for image in article.images],
        "share_url": article.share_url,
        "public_url": article.public_url or None,
        "source_url": article.source_url or None,
        "origins": dict(sorted(article.origins.items())),
        "is_stand_in": article.is_stand_in,
        "first_seen_at": article.first_seen_at,
        "revised_at": article.revised_at,
        "known_from": article.revised_at or article.first_seen_at,
        "known_until": known_until,
    }


def ticker_record(ticker: Ticker) -> Record:
    return {
        "symbol": ticker.symbol,
        "name": ticker.name or None,
        "source": ticker.source,
        "position": ticker.position,
    }


def image_record(image: Image) -> Record:
    return {"url": image.url, "width": image.width, "height": image.height}


def columns_of(records: Iterable[Record]) -> Columns:
    """Return records as columns, in the order of FIELDS."""
    rows = list(records)
    return {field.name: [row[field.name] for row in rows] for field in FIELDS}


def records_in(columns: Columns) -> Iterator[Record]:
    """Yield the records of *columns*."""
    return (dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True))


def as_json(value: Any) -> Any:
    """Return *value*, or a container of values, for JSON: times as ISO 8601 with their offset, days as ISO 8601.

    >>> as_json({"day": date(2022, 5, 18), "at": datetime(2022, 5, 18, 16, 48, 6, tzinfo=BEIJING)})
    {'day': '2022-05-18', 'at': '2022-05-18T16:48:06+08:00'}
    """
    if isinstance(value, dict):
        return {name: as_json(part) for name, part in value.items()}
    if isinstance(value, list):
        return [as_json(part) for part in value]
    return value.isoformat() if isinstance(value, date) else value
