"""Encoding faults: valid JSON in a wrong encoding or wrapper, and JSON that is cut off or too deep for a parser."""

from __future__ import annotations

from aiohttp import web

from finews_crawler.testing.origin.exchange import Exchange
from finews_crawler.testing.origin.faults.base import fault

LEVELS = 100_000


@fault("gbk", on=Exchange.is_json)
def gbk(exchange: Exchange, _: int) -> web.Response:
    """JSON encoded as GB18030, declared utf-8"""
    return exchange.with_body(exchange.body.decode("utf-8", "replace").encode("gb18030"))


@fault("bom", on=Exchange.is_json)
def bom(exchange: Exchange, _: int) -> web.Response:
    """JSON behind a byte-order mark"""
    return exchange.with_body(b"\xef\xbb\xbf" + exchange.body)


@fault("jsonp", on=Exchange.is_json)
def jsonp(exchange: Exchange, _: int) -> web.Response:
    """JSON wrapped in a callback"""
    return exchange.with_body(b"jQuery18307(" + exchange.body + b");")


@fault("truncated", on=Exchange.is_json)
def truncated(exchange: Exchange, _: int) -> web.Response:
    """JSON cut in half"""
    return exchange.with_body(exchange.body[: len(exchange.body) // 2])


@fault("deep-json", on=Exchange.is_article)
def deep_json(exchange: Exchange, _: int) -> web.Response:
    """every article's text is a list in a list, 100,000 deep"""
    start, end = (b'{"data":{"Art_Content":', b"}}") if exchange.is_web_article() else (b'{"text":', b"}")
    return exchange.with_body(start + b"[" * LEVELS + b"]" * LEVELS + end)
