"""What a fault is, and which answers it is kept to. A fault's docstring is its help."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from aiohttp import web

from finews_crawler.testing.origin.exchange import Exchange

Fault = Callable[[Exchange, int], web.Response]
"""Takes an answer on its way out and the fault's number; returns the answer that goes out instead."""


def on_articles(fault: Fault) -> Fault:
    """Keep *fault* to the articles' JSON."""
    return _kept_to(lambda exchange: exchange.is_article, fault)


def on_lists(fault: Fault) -> Fault:
    """Keep *fault* to the channels' lists."""
    return _kept_to(lambda exchange: exchange.is_list, fault)


def on_json(fault: Fault) -> Fault:
    """Keep *fault* to lists and articles."""
    return _kept_to(lambda exchange: exchange.is_list or exchange.is_article, fault)


def once_a_path(fault: Fault) -> Fault:
    """Keep *fault* to the first request of each path. robots.txt is spared: a refusal of it forbids all the rest."""
    return _kept_to(lambda exchange: exchange.nth == 1 and not exchange.is_robots, fault)


def _kept_to(concerns: Callable[[Exchange], bool], fault: Fault) -> Fault:
    @wraps(fault)
    def spoil(exchange: Exchange, number: int) -> web.Response:
        return fault(exchange, number) if concerns(exchange) else exchange.response

    return spoil
