"""Articles that are small in transfer and 128 MiB when decompressed."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from functools import cache

import brotli  # type: ignore[import-untyped]
from aiohttp import web

from finews_crawler.testing.origin.exchange import JSON_TYPE, Exchange
from finews_crawler.testing.origin.faults.base import fault

# An ordinary article except for the length of its text.
PARTS = (b'{"text":"<p>', *[b"A" * 2**20] * 128, b'</p>"}')


@fault("gzip-bomb", on=Exchange.is_article)
def gzip_bomb(exchange: Exchange, _: int) -> web.Response:
    """every article unpacks to 128 MiB, from gzip"""
    return packed(gzip_bytes(), "gzip")


@fault("brotli-bomb", on=Exchange.is_article)
def brotli_bomb(exchange: Exchange, _: int) -> web.Response:
    """every article unpacks to 128 MiB, from brotli"""
    return packed(brotli_bytes(), "br")


def packed(body: bytes, coding: str) -> web.Response:
    return web.Response(body=body, content_type=JSON_TYPE, headers={"Content-Encoding": coding})


@cache
def gzip_bytes() -> bytes:
    """The article in gzip: 130 kB."""
    packer = zlib.compressobj(9, wbits=31)  # the format of gzip
    return pack(packer.compress) + packer.flush()


@cache
def brotli_bytes() -> bytes:
    """The article in brotli: some hundred bytes."""
    packer = brotli.Compressor(quality=5)
    return pack(packer.process) + bytes(packer.finish())


def pack(compress: Callable[[bytes], bytes]) -> bytes:
    """Pass the article through *compress*, a block at a time: it is never whole in memory."""
    return b"".join(map(compress, PARTS))
