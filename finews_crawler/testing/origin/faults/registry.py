"""The faults by name, ``NAME`` or ``NAME=N``, as the command line and the tests ask for them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from aiohttp import web

from finews_crawler.exceptions import UnknownFault
from finews_crawler.testing.origin.exchange import Exchange
from finews_crawler.testing.origin.faults import (
    bans,
    connections,
    content,
    decompression_bombs,
    encoding,
    headers,
    outages,
    redirects,
    terminal_escapes,
)
from finews_crawler.testing.origin.faults.base import Fault

ChosenFault = Callable[[Exchange], web.Response]

FAULTS: dict[str, Fault] = {
    "share-down": outages.share_down,
    "archive-down": outages.archive_down,
    "channels-down": outages.channels_down,
    "soft-ban": bans.soft_ban,
    "challenge": bans.challenge,
    "login": bans.login,
    "refused": bans.refused,
    "429": bans.too_many_requests,
    "429-date": bans.too_many_requests_until,
    "503-wait": outages.unavailable_for_a_while,
    "503-storm": outages.storm,
    "5xx-once": outages.server_error_once,
    "redirect-private": redirects.redirect_private,
    "redirect-metadata": redirects.redirect_metadata,
    "redirect-file": redirects.redirect_file,
    "redirect-port": redirects.redirect_port,
    "redirect-loop": redirects.redirect_loop,
    "slow-drip": connections.slow_drip,
    "drip": connections.drip,
    "endless": connections.endless,
    "endless-headers": connections.endless_headers,
    "reset": connections.reset,
    "wrong-length": connections.wrong_length,
    "gzip-bomb": decompression_bombs.gzip_bomb,
    "brotli-bomb": decompression_bombs.brotli_bomb,
    "gbk": encoding.gbk,
    "bom": encoding.bom,
    "jsonp": encoding.jsonp,
    "truncated": encoding.truncated,
    "deep-json": encoding.deep_json,
    "terminal": terminal_escapes.terminal,
    "changed-shape": content.changed_shape,
    "no-news": content.no_news,
    "html-list": bans.html_list,
    "missing": content.missing,
    "changed-article": content.changed_article,
    "validators": headers.validators,
    "crawl-delay": headers.crawl_delay,
}


class Number(NamedTuple):
    """The number of a fault that takes one: what it is when none is given, and its bounds."""

    default: int
    least: int = 1
    most: int = 10**9 - 1


NUMBERS = {
    "soft-ban": Number(0, least=0),
    "challenge": Number(0, least=0),
    "login": Number(0, least=0),
    "refused": Number(403, least=400, most=599),
    "429": Number(1, least=0),
    "429-date": Number(2),
    "503-wait": Number(1, least=0),
    "503-storm": Number(0, least=0),
    "drip": Number(100),
    "missing": Number(10),
    "crawl-delay": Number(2),
}


def parse_faults(names: Iterable[str]) -> list[ChosenFault]:
    """Return the faults that *names* ask for, in their order; raise UnknownFault.

    >>> len(parse_faults(["429", "missing=3"]))
    2
    >>> parse_faults(["gbk=3"])
    Traceback (most recent call last):
    ...
    finews_crawler.exceptions.UnknownFault: fault 'gbk' takes no number
    """
    return [parse_fault(name) for name in names]


def parse_fault(text: str) -> ChosenFault:
    """Return one fault, named ``NAME`` or ``NAME=N``."""
    name, equals, number = text.partition("=")
    if name not in FAULTS:
        raise UnknownFault(f"unknown fault {name!r}; the faults are: {', '.join(FAULTS)}")
    if equals and name not in NUMBERS:
        raise UnknownFault(f"fault {name!r} takes no number")
    fault, chosen = FAULTS[name], parse_number(name, number) if equals else NUMBERS.get(name, Number(0)).default
    return lambda exchange: fault(exchange, chosen)


def parse_number(name: str, text: str) -> int:
    """Return the number of the fault *name*.

    >>> parse_number("refused", "451")
    451
    >>> parse_number("refused", "200")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    finews_crawler.exceptions.UnknownFault: fault 'refused' takes a whole number from 400 to 599, not '200'
    """
    _, least, most = NUMBERS[name]
    if not (text.isascii() and text.isdigit() and len(text) < 10 and least <= int(text) <= most):
        raise UnknownFault(f"fault {name!r} takes a whole number from {least} to {most}, not {text!r}")
    return int(text)


def describe_faults() -> str:
    """Return one clause a fault, for ``--help``: no colons, since Scrapy prints a line that ends in one as a heading.

    >>> describe_faults()[:45]
    'share-down (the share site answers 503); arch'
    """
    return "; ".join(f"{name} ({fault.__doc__})" for name, fault in FAULTS.items())
