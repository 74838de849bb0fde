"""Registration of faults, and the responses that each is limited to. A fault's docstring is its help."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import NamedTuple

from aiohttp import web

from finews_crawler.testing.origin.exchange import Exchange

Fault = Callable[[Exchange, int], web.Response]
"""Takes a finished response and the fault's number; returns the response to send instead."""


class Number(NamedTuple):
    """The number that a fault takes: its default and its limits."""

    default: int
    least: int = 1
    most: int = 10**9 - 1


class RegisteredFault(NamedTuple):
    """A fault under the name that the command line and the tests use."""

    function: Fault
    number: Number | None


FAULTS: dict[str, RegisteredFault] = {}
"""Every fault by its name. ``registry`` imports the modules that fill it."""


def fault(name: str, number: Number | None = None) -> Callable[[Fault], Fault]:
    """Register a function as the fault *name*, which takes a *number* as ``NAME=N``, or none."""

    def register(function: Fault) -> Fault:
        FAULTS[name] = RegisteredFault(function, number)
        return function

    return register


def on_articles(fault: Fault) -> Fault:
    """Limit *fault* to the articles' JSON."""
    return _limited(lambda exchange: exchange.is_article, fault)


def on_lists(fault: Fault) -> Fault:
    """Limit *fault* to the channels' lists."""
    return _limited(lambda exchange: exchange.is_list, fault)


def on_json(fault: Fault) -> Fault:
    """Limit *fault* to lists and articles."""
    return _limited(lambda exchange: exchange.is_list or exchange.is_article, fault)


def once_a_path(fault: Fault) -> Fault:
    """Limit *fault* to the first request of each path. Not for robots.txt: its refusal would forbid the whole site."""
    return _limited(lambda exchange: exchange.nth == 1 and not exchange.is_robots, fault)


def _limited(concerns: Callable[[Exchange], bool], fault: Fault) -> Fault:
    @wraps(fault)
    def apply(exchange: Exchange, number: int) -> web.Response:
        return fault(exchange, number) if concerns(exchange) else exchange.response

    return apply
