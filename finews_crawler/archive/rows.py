"""Conversion of dataclasses to rows of the index and back: a column for each field, named after it."""

from __future__ import annotations

import dataclasses
import json
import zlib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from finews_crawler.items import Article, Image, Ticker

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

T = TypeVar("T", bound="DataclassInstance")


class Codec(NamedTuple):
    """Conversion of a value to what SQLite stores, and back."""

    encode: Callable[[Any], Any]
    decode: Callable[[Any], Any]


class RowFormat(Generic[T]):
    """Rows of a dataclass. Fields without a codec are stored as they are."""

    def __init__(self, kind: type[T], codecs: Mapping[str, Codec], not_stored: Sequence[str] = ()) -> None:
        self.kind = kind
        self.codecs = codecs
        self.columns = tuple(field.name for field in dataclasses.fields(kind) if field.name not in not_stored)

    def to_row(self, value: T) -> list[Any]:
        """Return the values of ``columns``."""
        fields = ((name, getattr(value, name)) for name in self.columns)
        return [self.codecs[name].encode(field) if name in self.codecs else field for name, field in fields]

    def from_row(self, row: Sequence[Any]) -> T:
        """Return the object whose ``to_row`` is *row*. Raises ValueError, TypeError or zlib.error for a damaged row.

        >>> article = Article("NW202205182383638060", text_html="正文", tickers=[Ticker("600050.SH", "", "kline")])
        >>> ARTICLES.from_row(ARTICLES.to_row(article)) == article
        True
        """
        fields = zip(self.columns, row, strict=True)
        return self.kind(
            **{name: self.codecs[name].decode(field) if name in self.codecs else field for name, field in fields}
        )


TIME = Codec(lambda time: time.isoformat() if time else "", lambda text: datetime.fromisoformat(text) if text else None)
JSON = Codec(partial(json.dumps, ensure_ascii=False), json.loads)
SORTED_JSON = Codec(partial(json.dumps, ensure_ascii=False, sort_keys=True), json.loads)
COMPRESSED = Codec(lambda text: zlib.compress(text.encode()), lambda blob: zlib.decompress(blob).decode())
TICKERS = Codec(
    lambda tickers: SORTED_JSON.encode([dataclasses.asdict(ticker) for ticker in tickers]),
    lambda text: [Ticker(**ticker) for ticker in json.loads(text)],
)
IMAGES = Codec(
    lambda images: SORTED_JSON.encode([dataclasses.asdict(image) for image in images]),
    # Early versions stored only the URL of an image.
    lambda text: [Image(image) if isinstance(image, str) else Image(**image) for image in json.loads(text)],
)
ARTICLES = RowFormat(
    Article,
    {
        **dict.fromkeys(("text_html", "content_html", "body_html"), COMPRESSED),
        **dict.fromkeys(("published_at", "first_seen_at", "revised_at"), TIME),
        "origins": SORTED_JSON,
        "tickers": TICKERS,
        "images": IMAGES,
        "is_stand_in": Codec(bool, bool),
    },
    not_stored=("is_refetched", "payload", "listing_hash", "seen_at", "archived"),
)
COLUMNS = ARTICLES.columns
