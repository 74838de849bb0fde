"""Connection faults: responses that are slow, endless, cut off, or have a wrong length."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, count, repeat

from aiohttp import web

from finews_crawler.testing.origin.exchange import JSON_TYPE, Exchange
from finews_crawler.testing.origin.faults.base import Number, fault, on_articles
from finews_crawler.testing.origin.raw_response import RawResponse, head

PIECES = 10
BYTES_THAT_NEVER_COME = 1000
FILLER = b"A" * 2**16
HEADER_FILLER = "A" * 1000


@fault("slow-drip")
@on_articles
def slow_drip(exchange: Exchange, _: int) -> web.Response:
    """every article comes one byte a second"""
    return RawResponse(chain([json_head(len(exchange.body))], pieces(exchange.body, 1)), pause=1)


@fault("drip", Number(100))
@on_articles
def drip(exchange: Exchange, milliseconds: int) -> web.Response:
    """every article comes in ten pieces, 100 or, as drip=N, N milliseconds apart"""
    parts = pieces(exchange.body, -(-len(exchange.body) // PIECES) or 1)
    return RawResponse(chain([json_head(len(exchange.body))], parts), pause=milliseconds / 1000)


@fault("endless")
@on_articles
def endless(exchange: Exchange, _: int) -> web.Response:
    """every article has a body that never ends"""
    return RawResponse(chain([json_head(None), b'{"text":"'], repeat(FILLER)))


@fault("endless-headers")
@on_articles
def endless_headers(exchange: Exchange, _: int) -> web.Response:
    """every article has headers that never end"""
    lines = (f"X-Filler-{number}: {HEADER_FILLER}\r\n".encode() for number in count())
    return RawResponse(chain([b"HTTP/1.1 200 OK\r\n"], lines))


@fault("reset")
@on_articles
def reset(exchange: Exchange, _: int) -> web.Response:
    """every article's connection is reset in the middle of its body"""
    half = exchange.body[: len(exchange.body) // 2]
    return RawResponse([json_head(len(exchange.body)), half], reset=True)


@fault("wrong-length")
@on_articles
def wrong_length(exchange: Exchange, _: int) -> web.Response:
    """every article is 1000 bytes shorter than its Content-Length, and then the connection is closed"""
    return RawResponse([json_head(len(exchange.body) + BYTES_THAT_NEVER_COME), exchange.body])


def json_head(length: int | None) -> bytes:
    """Return the head of an article of *length* bytes; None if its body ends with the connection."""
    declared = {} if length is None else {"Content-Length": str(length)}
    return head("200 OK", {"Content-Type": f"{JSON_TYPE}; charset=utf-8", **declared})


def pieces(body: bytes, size: int) -> Iterator[bytes]:
    """Split *body* into pieces of *size* bytes.

    >>> list(pieces(b"abcde", 2))
    [b'ab', b'cd', b'e']
    """
    return (body[start : start + size] for start in range(0, len(body), size))
