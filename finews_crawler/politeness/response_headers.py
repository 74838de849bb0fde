"""Headers and classes of responses as Scrapy makes them, without examining what most responses of a host share."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes

if TYPE_CHECKING:
    from collections.abc import Iterable

CONTENT_TYPE, CONTENT_ENCODING, CONTENT_DISPOSITION = b"Content-Type", b"Content-Encoding", b"Content-Disposition"


def headers_of(raw: Iterable[tuple[bytes, bytes]]) -> Headers:
    """Return what ``Headers(raw)`` does, which normalises the names of each response anew."""
    headers = Headers()
    for name, value in raw:
        dict.setdefault(headers, title_of(name), []).append(value)
    return headers


def response_class(headers: Headers, url: str, body: bytes) -> type[Response]:
    """Return what ``responsetypes.from_args`` does, which examines each response of a type anew."""
    if CONTENT_DISPOSITION in headers:
        return responsetypes.from_args(headers=headers, url=url, body=body)
    found = class_of_type(headers.get(CONTENT_TYPE), headers.get(CONTENT_ENCODING))
    return responsetypes.from_args(headers=headers, url=url, body=body) if found is Response else found


@lru_cache(maxsize=256)
def title_of(name: bytes) -> bytes:
    return name.title()


@lru_cache(maxsize=64)
def class_of_type(content_type: bytes | None, encoding: bytes | None) -> type[Response]:
    given = {CONTENT_TYPE: content_type, CONTENT_ENCODING: encoding}
    return responsetypes.from_headers({name: value for name, value in given.items() if value is not None})
