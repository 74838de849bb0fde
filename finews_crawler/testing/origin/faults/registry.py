"""The faults by name, ``NAME`` or ``NAME=N``, as the command line and the tests request them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib import import_module
from pkgutil import iter_modules

from aiohttp import web

from finews_crawler.config.values import read, whole_number
from finews_crawler.exceptions import UnknownFault
from finews_crawler.testing.origin import faults
from finews_crawler.testing.origin.exchange import Exchange
from finews_crawler.testing.origin.faults.base import FAULTS

ChosenFault = Callable[[Exchange], web.Response]

for module in iter_modules(faults.__path__):
    import_module(f"{faults.__name__}.{module.name}")


def parse_faults(names: Iterable[str]) -> list[ChosenFault]:
    """Return the faults that *names* request, in their order. Raises UnknownFault, ArgumentError."""
    return [parse_fault(name) for name in names]


def parse_fault(text: str) -> ChosenFault:
    """Return one fault, named ``NAME`` or ``NAME=N``. Raises UnknownFault, ArgumentError.

    >>> parse_fault("gbk=3")
    Traceback (most recent call last):
    ...
    finews_crawler.exceptions.UnknownFault: fault 'gbk' takes no number
    >>> parse_fault("refused=200")
    Traceback (most recent call last):
    ...
    finews_crawler.exceptions.ArgumentError: fault 'refused' must be a whole number from 400 to 599, got '200'
    """
    name, equals, digits = text.partition("=")
    if name not in FAULTS:
        raise UnknownFault(f"unknown fault {name!r}; the faults are: {', '.join(FAULTS)}")
    function, number, on = FAULTS[name]
    chosen = number.default if number else 0
    if equals:
        if number is None:
            raise UnknownFault(f"fault {name!r} takes no number")
        chosen = read(f"fault {name!r}", digits, whole_number(number.most, number.least))
    return lambda exchange: function(exchange, chosen) if on(exchange) else exchange.response


def describe_faults() -> str:
    """Return one clause for each fault, for ``--help``: without colons, which Scrapy would print as headings.

    >>> "; bom (JSON behind a byte-order mark); " in describe_faults()
    True
    """
    return "; ".join(f"{name} ({fault.function.__doc__})" for name, fault in FAULTS.items())
