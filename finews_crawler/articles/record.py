"""An article as one record: what an export and a feed tell of it, field by field, in this order.

Empty is ``None``: nobody told it. What follows from the bodies is read from them anew, by the rules of today.
"""

from __future__ import annotations

import dataclasses
from datetime import date, datetime
from enum import Enum
from typing import Any, NamedTuple

from finews_crawler.content.dates import publication_day
from finews_crawler.content.extraction import extract_article
from finews_crawler.items import Article
from finews_crawler.utils.timezone import BEIJING

SCHEMA_VERSION = 1
"""Of the records. A field that is added leaves it; one that is removed, renamed, or means something else raises it."""

Record = dict[str, Any]


class Kind(Enum):
    """What values a field holds."""

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
    Field("info_code", Kind.TEXT, False, "the article's key, `NW` and 18 digits"),
    Field("revision", Kind.NUMBER, False, "how often upstream had changed it since it was first held"),
    Field("change", Kind.NUMBER, True, "number of the change: of two records of one revision, the larger holds"),
    Field("title", Kind.TEXT, False, "its title"),
    Field("published_at", Kind.MOMENT, False, "when it was published, as upstream says"),
    Field("day", Kind.DAY, False, "the day of that in Beijing"),
    Field("media_name", Kind.TEXT, True, "the medium, as the lists name it; none for one known from the rolling list"),
    Field("source_line", Kind.TEXT, True, "the medium that its last line names: `（文章来源：…）`"),
    Field("slug", Kind.TEXT, False, "the category of its post"),
    Field("digest", Kind.TEXT, True, "as the list gave it, often beginning with `【headline】`"),
    Field("text", Kind.TEXT, False, "plain text: a paragraph or a row of a table a line, without the source line"),
    Field("body_html", Kind.TEXT, False, "the body as its post has it"),
    Field("tickers", Kind.TICKERS, False, "the securities and boards that it names"),
    Field("images", Kind.IMAGES, False, "its pictures"),
    Field("share_url", Kind.TEXT, False, "its address as its post names it"),
    Field("public_url", Kind.TEXT, True, "the rolling list's `url_w`"),
    Field("source_url", Kind.TEXT, True, "where the body was fetched"),
    Field("origins", Kind.TEXTS, False, "of each field, the surface that gave it"),
    Field("is_stand_in", Kind.FLAG, False, "the body is the archive's copy, until the share site gives its own"),
    Field("first_seen_at", Kind.MOMENT, True, "when the article was first held"),
    Field("revised_at", Kind.MOMENT, True, "when this revision was taken up; none for the first"),
    Field("known_from", Kind.MOMENT, True, "from when on this revision was what was known"),
    Field("known_until", Kind.MOMENT, True, "until when; none while it is"),
)
TICKER_FIELDS = (
    Field("symbol", Kind.TEXT, False, "`600050.SH`, `00700.HK`, `NIO.US`, board `BK0493`"),
    Field("name", Kind.TEXT, True, "as written; none for the image of a K-line"),
    Field("source", Kind.TEXT, False, "`kline` or `inline`"),
    Field("position", Kind.NUMBER, True, "characters of `text` before its first mention; none: `text` is without it"),
)
IMAGE_FIELDS = (
    Field("url", Kind.TEXT, False, "its address"),
    Field("width", Kind.NUMBER, True, "pixels: of the file where its address tells them, else as shown"),
    Field("height", Kind.NUMBER, True, "likewise"),
)


def record_of(article: Article, change: int | None = None, known_until: datetime | None = None) -> Record:
    """The record of an article.

    >>> told = record_of(Article("NW202205182383638060", title="联通", body_html="<p>重庆</p>"))
    >>> list(told) == [field.name for field in FIELDS]
    True
    >>> told["title"], told["text"], told["media_name"]
    ('联通', '重庆', None)
    """
    read = extract_article(article.text_html, article.content_html, article.body_html)
    moment = article.published_at
    return {
        "info_code": article.info_code,
        "revision": article.revision,
        "change": change,
        "title": article.title,
        "published_at": moment.astimezone(BEIJING) if moment else None,
        "day": publication_day(moment) if moment else None,
        "media_name": article.media_name or None,
        "source_line": read.source_line or None,
        "slug": article.slug,
        "digest": article.digest or None,
        "text": read.text,
        "body_html": article.body_html,
        "tickers": [{**dataclasses.asdict(ticker), "name": ticker.name or None} for ticker in read.tickers],
        "images": [dataclasses.asdict(image) for image in read.images],
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


def as_json(value: Any) -> Any:
    """What JSON holds in the place of a value: for moments and days ISO 8601, a moment with its offset.

    >>> as_json({"day": date(2022, 5, 18), "at": datetime(2022, 5, 18, 16, 48, 6, tzinfo=BEIJING)})
    {'day': '2022-05-18', 'at': '2022-05-18T16:48:06+08:00'}
    """
    if isinstance(value, dict):
        return {name: as_json(part) for name, part in value.items()}
    if isinstance(value, list):
        return [as_json(part) for part in value]
    return value.isoformat() if isinstance(value, date) else value
