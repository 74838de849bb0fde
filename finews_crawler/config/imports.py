"""Classes and packages that Scrapy's settings name: a crawl would import them later, and end with a traceback."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from importlib import import_module
from numbers import Real
from typing import TYPE_CHECKING, Any, NamedTuple

from finews_crawler.config.scrapys_settings import NAMED, ORDERED, is_class, known_settings
from finews_crawler.exceptions import ConfigurationError
from finews_crawler.utils.imports import import_problem
from finews_crawler.utils.redaction import redacted

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings

OTHERS = ("ASYNCIO_EVENT_LOOP", "FEED_URI_PARAMS")
"""Single classes and functions, without a default."""
OF_A_FEED = ("item_classes", "item_filter", "postprocessing", "uri_params")
OURS = "finews_crawler."
TOLERATED = (NameError, TypeError, ValueError)
"""Exceptions that Scrapy ignores when it imports a component that is off."""


class Import(NamedTuple):
    """A class or package that a setting names."""

    setting: str
    path: object
    load: Callable[[str], object]
    tolerated: tuple[type[Exception], ...] = ()


def check_imports(settings: BaseSettings) -> None:
    """Raise ConfigurationError for a class or package in Scrapy's settings that cannot be imported.

    Ours are left out, unless an option names them: a crawl need not import all of them.
    """
    from scrapy.settings import SETTINGS_PRIORITIES

    for name, path, load, tolerated in _imports(settings):
        is_given = settings.getpriority(name) == SETTINGS_PRIORITIES["cmdline"]
        if not isinstance(path, str) or (path.startswith(OURS) and not is_given):
            continue
        if problem := import_problem(load, path, tolerated):
            raise ConfigurationError(f"{name}: {path!r} cannot be imported {problem}")


def _imports(settings: BaseSettings) -> Iterator[Import]:
    from scrapy.utils.misc import load_object, walk_modules_iter

    single = {name: default for name, default in known_settings().items() if is_class(default)}
    for name in (*(name for name, default in single.items() if settings[name] != default), *OTHERS):
        if settings[name] and not _is_policy(name, settings[name]):
            yield Import(name, settings[name], load_object)
    for name in ORDERED:
        for path, order in settings.getdict(name).items():
            if order is not None and not isinstance(order, Real):
                raise ConfigurationError(f"{name}: the order of {str(path)!r} must be a number, got {order!r}")
            if order is not None or name != "ADDONS":  # an add-on that is off is not imported
                yield Import(name, path, load_object, TOLERATED if order is None else ())
    for name in NAMED:
        for key, path in settings.getdict(name).items():
            if path is not None and not isinstance(path, str | type):
                raise ConfigurationError(f"{name}: {key!r} must be the path of a class, got {path!r}")
            yield Import(name, path, load_object)
    yield from (Import("RETRY_EXCEPTIONS", path, load_object) for path in settings.getlist("RETRY_EXCEPTIONS"))
    yield from (Import("FEEDS", path, load_object) for path in _in_feeds(settings))
    for path in settings.getlist("SPIDER_MODULES"):
        # Ours by itself: its loader imports the spider of the crawl only.
        is_ours = str(path).startswith(OURS)
        yield Import("SPIDER_MODULES", path, import_module if is_ours else partial(_exhaust, walk_modules_iter))


def _exhaust(walk: Callable[[str], Any], path: str) -> None:
    for _ in walk(path):
        pass


def _is_policy(name: str, value: object) -> bool:
    """Return True for the name of a standard policy, which may be in the place of a class."""
    return name == "REFERRER_POLICY" and isinstance(value, str) and "." not in value


def _in_feeds(settings: BaseSettings) -> Iterator[object]:
    """Return what the feeds of a crawl name. Raises ConfigurationError for a feed that Scrapy would leave out."""
    formats = [key for key, path in settings.getwithbase("FEED_EXPORTERS").items() if path is not None]
    for uri, feed in settings.getdict("FEEDS").items():
        name = redacted(str(uri))
        if not isinstance(feed, Mapping):
            raise ConfigurationError(f'FEEDS: {name} must have a table such as {{"format": "jsonl"}}, got {feed!r}')
        if feed.get("format") not in formats:
            known, given = ", ".join(map(str, formats)), feed.get("format", "")
            raise ConfigurationError(f"FEEDS: the format of {name} must be one of {known}, got {given!r}")
        for key in OF_A_FEED:
            value = feed.get(key)
            yield from value if isinstance(value, list | tuple) else [value]
