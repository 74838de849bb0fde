"""Conversion of dataclasses to rows of the index and back: a column for each field, named after it."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar, get_type_hints

from finews_crawler.archive import decoders
from finews_crawler.archive.decoders import FLAWS, Decoder, damaged
from finews_crawler.items import Image, Ticker

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

T = TypeVar("T", bound="DataclassInstance")
OPTIONAL_NUMBER = decoders.optional(decoders.integer)
PLAIN: Mapping[Any, Decoder] = {
    str: decoders.text,
    int: decoders.integer,
    bool: decoders.flag,
    int | None: OPTIONAL_NUMBER,
}
"""Decoders of the fields that are stored as they are, by their type."""


class Codec(NamedTuple):
    """Conversion of a value to what SQLite stores, and back."""

    encode: Callable[[Any], Any]
    decode: Decoder


class RowFormat(Generic[T]):
    """Rows of a dataclass. Fields without a codec are stored as they are."""

    def __init__(self, table: str, kind: type[T], codecs: Mapping[str, Codec], not_stored: Sequence[str] = ()) -> None:
        self.table = table
        self.kind = kind
        fields = [field.name for field in dataclasses.fields(kind) if field.name not in not_stored]
        types = get_type_hints(kind)
        self.decoders = {name: codecs[name].decode if name in codecs else PLAIN[types[name]] for name in fields}
        self.columns = tuple(fields)
        self._values = attrgetter(*fields)
        self._encoders = [(index, codecs[name].encode) for index, name in enumerate(fields) if name in codecs]

    def to_row(self, value: T) -> list[Any]:
        """Return the values of ``columns``."""
        row = list(self._values(value))
        for index, encode in self._encoders:
            row[index] = encode(row[index])
        return row

    def from_row(self, row: Sequence[Any], key: object = None, table: str = "") -> T:
        """Return the object whose ``to_row`` is *row*. Raises DamagedRow, named by *key* or the first column."""
        return self.kind(**self.decode(row, key, table))

    def decode(self, row: Sequence[Any], key: object = None, table: str = "") -> dict[str, Any]:
        """Return the decoded values of *row* by column. Raises as ``from_row``."""
        values = {}
        for (name, decode), value in zip(self.decoders.items(), row, strict=True):
            try:
                values[name] = decode(value)
            except FLAWS as error:
                raise damaged(table or self.table, row[0] if key is None else key, name, error) from error
        return values


def ticker_fields(fields: Any) -> dict[str, Any]:
    """Return the fields of a ticker in their order. Raises one of FLAWS."""
    symbol, name, source, position = fields["symbol"], fields["name"], fields["source"], fields.get("position")
    if not type(symbol) is type(name) is type(source) is str:
        raise TypeError("a ticker whose symbol, name or source is not text")
    if len(fields) != 3 + ("position" in fields):
        raise TypeError("a ticker with another field")
    return {"symbol": symbol, "name": name, "source": source, "position": OPTIONAL_NUMBER(position)}


def image_fields(fields: Any) -> dict[str, Any]:
    """Return the fields of an image in their order. Raises one of FLAWS."""
    given = {"url": fields} if isinstance(fields, str) else fields  # early versions stored only the URL
    url, width, height = given["url"], given.get("width"), given.get("height")
    if len(given) != 1 + ("width" in given) + ("height" in given):
        raise TypeError("an image with another field")
    return {"url": decoders.text(url), "width": OPTIONAL_NUMBER(width), "height": OPTIONAL_NUMBER(height)}


def _objects(values: Sequence[Any]) -> str:
    return _as_sorted_json([value._asdict() for value in values]) if values else "[]"


TIME = Codec(lambda time: time.isoformat() if time else "", decoders.optional_time)
STARTED = Codec(lambda time: time.isoformat(), decoders.time)
_as_json = json.JSONEncoder(ensure_ascii=False).encode
_as_sorted_json = json.JSONEncoder(ensure_ascii=False, sort_keys=True).encode
TEXTS = Codec(_as_json, decoders.json_object(str))
NUMBERS = Codec(_as_json, decoders.json_object(int))
SORTED_TEXTS = Codec(_as_sorted_json, decoders.json_object(str))
TICKERS = Codec(_objects, lambda value: [Ticker(**ticker_fields(ticker)) for ticker in decoders.json_list(value)])
IMAGES = Codec(_objects, lambda value: [Image(**image_fields(image)) for image in decoders.json_list(value)])
