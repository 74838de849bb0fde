"""Scrapy's responses made of aiohttp's, without an examination of headers that most responses of a host share."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import TYPE_CHECKING

import aiohttp
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aiohttp.connector import Connection
    from scrapy import Request

CONTENT_TYPE, CONTENT_ENCODING, CONTENT_DISPOSITION = b"Content-Type", b"Content-Encoding", b"Content-Disposition"


class ResponseWithPeer(aiohttp.ClientResponse):
    """Response that knows the address it came from, which aiohttp forgets with the end of a short body."""

    peer = ""

    async def start(self, connection: Connection) -> aiohttp.ClientResponse:
        if connection.transport is not None:
            self.peer = connection.transport.get_extra_info("peername")[0]
        return await super().start(connection)


def response_of(received: ResponseWithPeer, request: Request, body: bytes) -> Response:
    headers = headers_of(received.raw_headers)
    version = received.version or aiohttp.HttpVersion11
    response = response_class(headers, request.url, body)(
        request.url,
        status=received.status,
        body=body,
        protocol=f"HTTP/{version.major}.{version.minor}",
        ip_address=address_of(received.peer) if received.peer else None,
    )
    response.headers = headers  # an argument would be copied
    return response


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


@lru_cache(maxsize=64)
def address_of(peer: str) -> IPv4Address | IPv6Address:
    return ip_address(peer)
