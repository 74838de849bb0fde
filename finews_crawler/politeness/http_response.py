"""Scrapy's responses made of aiohttp's."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import TYPE_CHECKING

import aiohttp

from finews_crawler.politeness.response_headers import headers_of, response_class

if TYPE_CHECKING:
    from aiohttp.connector import Connection
    from scrapy import Request
    from scrapy.http import Response


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


@lru_cache(maxsize=64)
def address_of(peer: str) -> IPv4Address | IPv6Address:
    return ip_address(peer)
