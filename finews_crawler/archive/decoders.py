"""Decoders of the values in the index. Each raises one of FLAWS for a value that this package cannot have written."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any, TypeVar

from zstandard import ZstdError

from finews_crawler.content.info_code import INFO_CODE
from finews_crawler.exceptions import DamagedRow

Decoder = Callable[[Any], Any]
T = TypeVar("T", str, int)

FLAWS = (ValueError, TypeError, KeyError, OverflowError, RecursionError, MemoryError, zlib.error, ZstdError)
YEARS = range(1900, 9000)
"""Near the ends of what ``datetime`` can express, times cannot be converted to other time zones."""
TIMELINE = re.compile(r"[0-9a-f]{8}")
POST_FOLDERS = ("site/_posts", "old_post")
# A path that is surely below one of these: no part of it is empty or begins with a dot.
USUAL_POST_PATH = re.compile(r"(?:site/_posts|old_post)(?:/[^/.\0][^/\0]*)+")
LONGEST_KEY = 60
from_json = json.JSONDecoder().decode


def damaged(table: str, key: object, column: str, error: Exception) -> DamagedRow:
    """Return the exception for a row; *key* may be damaged itself."""
    name = key if isinstance(key, str) and key.isprintable() else ascii(key)
    why = f"KeyError: {error}" if isinstance(error, KeyError) else str(error) or type(error).__name__
    return DamagedRow(table, name[:LONGEST_KEY], column, why)


def decode_rows(rows: Iterable[tuple[Any, ...]], table: str, **decoders: Decoder) -> Iterator[tuple[Any, ...]]:
    """Yield *rows*, which have the columns *decoders*, decoded. Raises DamagedRow, named by the first column.

    >>> list(decode_rows([("NW202205182383638060", 3)], "article", info_code=text, revision=text))
    Traceback (most recent call last):
    ...
    finews_crawler.exceptions.DamagedRow: the row of NW202205182383638060 in table article is damaged \
(revision: an integer in the place of text): `finews reindex` reads the article from its post again
    """
    steps = list(decoders.items())
    for row in rows:
        decoded = []
        for (column, decode), value in zip(steps, row, strict=True):
            try:
                decoded.append(decode(value))
            except FLAWS as error:
                raise damaged(table, row[0], column, error) from error
        yield tuple(decoded)


def check_columns(rows: Sequence[Sequence[Any]], decoders: Iterable[Decoder]) -> None:
    """Decode *rows*, which have the columns *decoders*, each distinct value of a column once. Raises one of FLAWS.

    >>> check_columns([("NW202205182383638060", 3), ("NW202205182383638060", 3)], [text, integer])
    """
    for column, decode in zip(zip(*rows, strict=True), decoders, strict=True):
        types = set(map(type, column))
        if float in types:
            raise TypeError("a number that may be equal to an integer in the place of another value")
        if decode is text and types == {str}:
            continue  # any text is whole
        for value in set(column):
            decode(value)


def text(value: Any) -> str:
    if type(value) is str:
        return value
    if type(value) is bytes:  # the index's text factory returns bytes for text that it cannot decode
        raise ValueError("text that is not UTF-8")
    raise TypeError(f"{_name(value)} in the place of text")


def integer(value: Any) -> int:
    """Return a number that is not negative."""
    if type(value) is not int or value < 0:
        raise TypeError(f"{_name(value)} in the place of a number")
    return value


def flag(value: Any) -> bool:
    if value not in (0, 1) or not isinstance(value, int):
        raise TypeError(f"{_name(value)} in the place of 0 or 1")
    return bool(value)


def null(value: Any) -> None:
    if value is not None:
        raise TypeError(f"{_name(value)} in the place of NULL")


def optional(decode: Decoder) -> Decoder:
    return lambda value: None if value is None else decode(value)


def info_code(value: Any) -> str:
    if not INFO_CODE.fullmatch(text(value)):
        raise ValueError("not an infoCode")
    return str(value)


def timeline(value: Any) -> str:
    if not TIMELINE.fullmatch(text(value)):
        raise ValueError("not the id of a timeline")
    return str(value)


def post_path(value: Any) -> str:
    """Return a post's path relative to the data directory: a damaged one must not lead to other files."""
    if USUAL_POST_PATH.fullmatch(text(value)):
        return str(value)
    path = PurePosixPath(value)
    is_below = any(path.is_relative_to(folder) and path != PurePosixPath(folder) for folder in POST_FOLDERS)
    if not is_below or ".." in path.parts or "\0" in value or str(path) != value:
        raise ValueError("not the path of a post")
    return str(value)


def optional_path(value: Any) -> str:
    return "" if value == "" else post_path(value)


def time(value: Any) -> datetime:
    """Return an aware time, written as ``isoformat`` writes it: times are compared as text."""
    read = datetime.fromisoformat(text(value))
    if read.tzinfo is None or read.year not in YEARS or read.isoformat() != value:
        raise ValueError(f"not a time: {value[:LONGEST_KEY]!r}")
    return read


def optional_time(value: Any) -> datetime | None:
    return None if value == "" else time(value)


def compressed(value: Any) -> bytes:
    if type(value) is not bytes:
        raise TypeError(f"{_name(value)} in the place of compressed text")
    return zlib.decompress(value)


def compressed_text(value: Any) -> str:
    return compressed(value).decode()


def json_object(value_type: type[T]) -> Callable[[Any], dict[str, T]]:
    """Return the decoder of a JSON object whose values are of *value_type*."""

    def decode(value: Any) -> dict[str, T]:
        read = from_json(text(value))
        if not isinstance(read, dict) or not all(type(part) is value_type for part in read.values()):
            raise ValueError(f"not a JSON object of {value_type.__name__}")
        return read

    return decode


def json_list(value: Any) -> list[Any]:
    read = from_json(text(value))
    if not isinstance(read, list):
        raise TypeError("not a JSON list")
    return read


def _name(value: object) -> str:
    names = {type(None): "NULL", int: "an integer", float: "a float", bytes: "a blob", str: "text"}
    return names.get(type(value), type(value).__name__)
