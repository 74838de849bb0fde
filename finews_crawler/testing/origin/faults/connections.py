"""Connection faults: responses that are slow, endless, cut off, or have a wrong length."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, count, repeat

from aiohttp import web

from finews_crawler.testing.origin.exchange import JSON_TYPE, Exchange
from finews_crawler.testing.origin.faults.base import Number, fault
from finews_crawler.testing.origin.raw_response import RawResponse, head


@fault("slow-drip", on=Exchange.is_article)
def slow_drip(exchange: Exchange, _: int) -> web.Response:
    """every article comes one byte a second"""
    return RawResponse(chain([json_head(len(exchange.body))], pieces(exchange.body, 1)), pause=1)


@fault("drip", Number(100), on=Exchange.is_article)
def drip(exchange: Exchange, milliseconds: int) -> web.Response:
    """every article comes in ten pieces, 100 or, as drip=N, N milliseconds apart"""
    parts = pieces(exchange.body, -(-len(exchange.body) // 10) or 1)
    return RawResponse(chain([json_head(len(exchange.body))], parts), pause=milliseconds / 1000)


@fault("endless", on=Exchange.is_article)
def endless(exchange: Exchange, _: int) -> web.Response:
    """every article has a body that never ends"""
    return RawResponse(chain([json_head(None), b'{"text":"'], repeat(b"A" * 2**16)))


@fault("endless-headers", on=Exchange.is_article)
def endless_headers(exchange: Exchange, _: int) -> web.Response:
    """every article has headers that never end"""
    lines = (f"X-Filler-{number}: {'A' * 1000}\r\n".encode() for number in count())
    return RawResponse(chain([b"HTTP/1.1 200 OK\r\n"], lines))


@fault("reset", on=Exchange.is_article)
def reset(exchange: Exchange, _: int) -> web.Response:
    """every article's connection is reset in the middle of its body"""
    half = exchange.body[: len(exchange.body) // 2]
    return RawResponse([json_head(len(exchange.body)), half], reset=True)


@fault("wrong-length", on=Exchange.is_article)
def wrong_length(exchange: Exchange, _: int) -> web.Response:
    """every article is 1000 bytes shorter than its Content-Length, and then the connection is closed"""
    return RawResponse([json_head(len(exchange.body) + 1000), exchange.body])


def json_head(length: int | None) -> bytes:
    """Return the head of an article of *length* bytes; None if its body ends with the connection."""
    declared = {} if length is None else {"Content-Length": str(length)}
    return head("200 OK", {"Content-Type": f"{JSON_TYPE}; charset=utf-8", **declared})


def pieces(body: bytes, size: int) -> Iterator[bytes]:
    return (body[start : start + size] for start in range(0, len(body), size))
