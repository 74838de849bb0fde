"""Registration of faults. A fault's docstring is its help."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from aiohttp import web

from finews_crawler.testing.origin.exchange import Exchange

Replace = Callable[[Exchange, int], web.Response]
"""Takes a finished response and the fault's number; returns the response to send instead."""


class Number(NamedTuple):
    """The number that a fault takes: its default and its limits."""

    default: int
    least: int = 1
    most: int = 10**9 - 1


class Fault(NamedTuple):
    """A fault; any exchange for which *on* is false keeps its response."""

    function: Replace
    number: Number | None
    on: Callable[[Exchange], bool]


FAULTS: dict[str, Fault] = {}
"""Every fault by its name. ``registry`` imports the modules that fill it."""


def fault(
    name: str, number: Number | None = None, on: Callable[[Exchange], bool] = lambda _: True
) -> Callable[[Replace], Replace]:
    """Register a function as the fault *name*, which takes a *number* as ``NAME=N``, or none."""

    def register(function: Replace) -> Replace:
        FAULTS[name] = Fault(function, number, on)
        return function

    return register
