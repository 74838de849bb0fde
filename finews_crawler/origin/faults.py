"""Faults on request: each spoils a finished answer the way upstream has been seen, or is feared, to go wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from aiohttp import web

from finews_crawler.origin.channels import LIST_KEYS
from finews_crawler.origin.exchange import Exchange
from finews_crawler.origin.news_text import EMPTY_BODIES
from finews_crawler.origin.wire import to_json

Fault = Callable[[Exchange], web.Response]

REFUSAL = "<html><head><title>访问验证</title></head><body>请完成验证后继续访问</body></html>"
CORRECTION = "<p>\u3000\u3000（更新：公司随后补充披露了有关情况。）</p>"
BOM = b"\xef\xbb\xbf"


class UnknownFault(ValueError):
    """No fault has this name, or it takes no such number; the message lists the faults there are."""


def share_down(exchange: Exchange, _: int) -> web.Response:
    """the share site answers 503"""
    return web.Response(status=503) if exchange.is_share else exchange.response


def archive_down(exchange: Exchange, _: int) -> web.Response:
    """the archive site answers 503"""
    return web.Response(status=503) if exchange.is_archive else exchange.response


def channels_down(exchange: Exchange, _: int) -> web.Response:
    """the channels answer 503"""
    return web.Response(status=503) if exchange.is_list else exchange.response


def soft_ban(exchange: Exchange, after: int) -> web.Response:
    """200 and empty bodies for every article, or, as soft-ban=N, for all after N answers"""
    banned = exchange.is_article and exchange.nth > after
    return exchange.with_body(to_json(EMPTY_BODIES)) if banned else exchange.response


def too_many_requests(exchange: Exchange, _: int) -> web.Response:
    """429 and Retry-After 1 for the first request of each path"""
    return web.Response(status=429, headers={"Retry-After": "1"}) if exchange.nth == 1 else exchange.response


def server_error_once(exchange: Exchange, _: int) -> web.Response:
    """503 for the first request of each path"""
    return web.Response(status=503) if exchange.nth == 1 else exchange.response


def gbk(exchange: Exchange, _: int) -> web.Response:
    """JSON encoded as GB18030, declared utf-8"""
    if not (exchange.is_list or exchange.is_article):
        return exchange.response
    return exchange.with_body(exchange.body.decode("utf-8", "replace").encode("gb18030"))


def bom(exchange: Exchange, _: int) -> web.Response:
    """JSON behind a byte-order mark"""
    is_json = exchange.is_list or exchange.is_article
    return exchange.with_body(BOM + exchange.body) if is_json else exchange.response


def jsonp(exchange: Exchange, _: int) -> web.Response:
    """JSON wrapped in a callback"""
    is_json = exchange.is_list or exchange.is_article
    return exchange.with_body(b"jQuery18307(" + exchange.body + b");") if is_json else exchange.response


def truncated(exchange: Exchange, _: int) -> web.Response:
    """JSON cut in half"""
    is_json = exchange.is_list or exchange.is_article
    return exchange.with_body(exchange.body[: len(exchange.body) // 2]) if is_json else exchange.response


def changed_shape(exchange: Exchange, _: int) -> web.Response:
    """lists under another key"""
    if not exchange.is_list:
        return exchange.response
    renamed = {"items" if key in LIST_KEYS else key: rows for key, rows in exchange.json_object().items()}
    return exchange.with_body(to_json(renamed))


def no_news(exchange: Exchange, _: int) -> web.Response:
    """lists without a row"""
    if not exchange.is_list:
        return exchange.response
    return exchange.with_body(to_json({key: [] for key in exchange.json_object()}))


def html_list(exchange: Exchange, _: int) -> web.Response:
    """a page that asks for a verification where a list was promised"""
    return exchange.with_body(REFUSAL.encode(), "text/html") if exchange.is_list else exchange.response


def missing(exchange: Exchange, every: int) -> web.Response:
    """every Nth article of the list, 10th unless missing=N says another, has lost its bodies"""
    if not exchange.is_article or not exchange.ordinal or exchange.ordinal % every:
        return exchange.response
    return exchange.with_body(to_json(exchange.json_object() | EMPTY_BODIES))


def changed_article(exchange: Exchange, _: int) -> web.Response:
    """every body has one more paragraph at its end"""
    bodies = {key: body for key, body in exchange.json_object().items() if key in EMPTY_BODIES and body}
    if not exchange.is_article or not all(isinstance(body, str) for body in bodies.values()):
        return exchange.response
    longer = {key: f"{body}{CORRECTION}" for key, body in bodies.items()}
    return exchange.with_body(to_json(exchange.json_object() | longer)) if longer else exchange.response


FAULTS: dict[str, Callable[[Exchange, int], web.Response]] = {
    "share-down": share_down,
    "archive-down": archive_down,
    "channels-down": channels_down,
    "soft-ban": soft_ban,
    "429": too_many_requests,
    "5xx-once": server_error_once,
    "gbk": gbk,
    "bom": bom,
    "jsonp": jsonp,
    "truncated": truncated,
    "changed-shape": changed_shape,
    "no-news": no_news,
    "html-list": html_list,
    "missing": missing,
    "changed-article": changed_article,
}
# The faults that take a number, and the one they have when none is given; both are counted from 1, soft-ban from 0.
NUMBERS = {"soft-ban": 0, "missing": 10}


def parse_faults(names: Iterable[str]) -> list[Fault]:
    """Return the faults that *names* ask for, in their order; raise UnknownFault.

    >>> len(parse_faults(["429", "missing=3"]))
    2
    >>> parse_faults(["gbk=3"])
    Traceback (most recent call last):
    ...
    finews_crawler.origin.faults.UnknownFault: fault 'gbk' takes no number
    """
    return [parse_fault(name) for name in names]


def parse_fault(text: str) -> Fault:
    """Return one fault, named ``NAME`` or ``NAME=N``."""
    name, equals, number = text.partition("=")
    if name not in FAULTS:
        raise UnknownFault(f"unknown fault {name!r}; the faults are: {', '.join(FAULTS)}")
    if equals and name not in NUMBERS:
        raise UnknownFault(f"fault {name!r} takes no number")
    if equals and not (number.isascii() and number.isdigit() and 0 < int(number) < 10**9):
        raise UnknownFault(f"fault {name!r} takes a whole number from 1, as in {name}=3")
    act, chosen = FAULTS[name], int(number) if equals else NUMBERS.get(name, 0)
    return lambda exchange: act(exchange, chosen)


def describe_faults() -> str:
    """Return one clause a fault, for ``--help``: no colons, since Scrapy prints a line that ends in one as a heading.

    >>> describe_faults()[:45]
    'share-down (the share site answers 503); arch'
    """
    return "; ".join(f"{name} ({act.__doc__})" for name, act in FAULTS.items())
