"""Scrapy's settings: which names it knows, and of which type each value is.

Scrapy reads a value when it needs it, and passes over a name that it does not know. So a misspelt name has no effect,
and a wrong value ends a run with a traceback. Here both are errors before a command starts.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple, TypeGuard

from finews_crawler.config.declaration import PREFIX
from finews_crawler.exceptions import ConfigurationError
from finews_crawler.utils.imports import import_problem
from finews_crawler.utils.nearest import did_you_mean

LEVELS = ("CRITICAL", "ERROR", "WARNING", "INFO", "DEBUG")
LEAST = {"CONCURRENT_REQUESTS_PER_DOMAIN": 1, "DOWNLOAD_DELAY": 0}
"""Least values: with less, a crawl would wait for ever, or not at all."""
DEPRECATED = ("CONCURRENT_REQUESTS_PER_IP",)
"""Names that Scrapy still reads, and warns of."""
NEAR = 0.85
"""Similarity from which an unknown name of an option is a misspelt one; other packages have settings of their own."""
FLAGS = {"1": True, "true": True, "0": False, "false": False}
ORDERED = ("ADDONS", "EXTENSIONS", "SPIDER_MIDDLEWARES", "DOWNLOADER_MIDDLEWARES", "ITEM_PIPELINES")
"""Tables of components: the order of each, or None for one that is off."""
NAMED = ("DOWNLOAD_HANDLERS", "FEED_EXPORTERS", "FEED_STORAGES")
"""Tables of classes by schemes and formats."""
IMPORT_PATH = r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+"  # compiled with the first option that has one


class Kind(NamedTuple):
    """Type of a setting."""

    types: tuple[type, ...]
    words: str


FLAG = Kind((bool,), "true or false")
NUMBER = Kind((int, float), "a number")
LIST = Kind((list,), "a list")
TABLE = Kind((dict,), "a table")
KINDS = (FLAG, NUMBER, Kind((str,), "a text"), LIST, TABLE)


def kind_of(default: object) -> Kind | None:
    """Return the type of a setting with this default, None for any."""
    value = list(default) if isinstance(default, tuple) else default
    return next((kind for kind in KINDS if isinstance(value, kind.types)), None)


def known_settings() -> dict[str, Any]:
    """Return Scrapy's defaults."""
    from scrapy.settings import default_settings

    return {name: value for name, value in vars(default_settings).items() if name.isupper()}


def check_value(name: str, value: object, default: object) -> None:
    """Raise ValueError, with the end of a sentence, for a value of another type than *default*, or below the least."""
    kind = kind_of(default)
    is_nan = isinstance(value, float) and math.isnan(value)  # which TOML has
    is_flag = isinstance(value, bool)
    if kind is not None and (is_nan or not isinstance(value, kind.types) or is_flag is not (kind is FLAG)):
        raise ValueError(f"must be {kind.words}, got {value!r}")
    if isinstance(value, list) and _has_numbers(default) and not _has_numbers(value):
        raise ValueError(f"must be a list of whole numbers, got {value!r}")
    if name == "LOG_LEVEL" and value not in LEVELS:
        raise ValueError(f"must be one of {', '.join(LEVELS)}, got {value!r}")
    if name in LEAST and not (isinstance(value, int | float) and LEAST[name] <= value < math.inf):
        raise ValueError(f"must be a number from {LEAST[name]}, got {value!r}")


def read_options(words: Iterable[str], project: Mapping[Any, Any]) -> dict[str, Any]:
    """Return the typed values of Scrapy's settings in options ``-s NAME=VALUE``; skip FINEWS_ settings, read elsewhere.

    *project*: the settings before them. A name that neither has is a setting of another package, unless it is nearly
    that of one of them. Raises ConfigurationError.

    >>> read_options(["DOWNLOAD_DELAY=1", "ROBOTSTXT_OBEY=false", "SENTRY_DSN=x", "FINEWS_LOG_KEEP=9"], {})
    {'DOWNLOAD_DELAY': 1, 'ROBOTSTXT_OBEY': False}
    >>> read_options(["DOWNLOAD_DELY=1"], {})
    Traceback (most recent call last):
    finews_crawler.exceptions.ConfigurationError: unknown setting DOWNLOAD_DELY; did you mean DOWNLOAD_DELAY?
    """
    known, values = known_settings(), {}
    names = {name for name in (*known, *project) if isinstance(name, str)}
    for name, has_value, text in (word.partition("=") for word in words):
        if not has_value or name.startswith(PREFIX):
            continue
        if not name.strip():  # of a variable that is not set
            raise ConfigurationError(f"-s must be NAME=VALUE, got {name + '=' + text!r}")
        if name not in names:
            check_unknown(name, names)
        elif name in known:
            try:
                values[name] = read_value(text, known[name])
                check_value(name, values[name], known[name])
            except ValueError as error:
                raise ConfigurationError(f"{name} {error}") from None
    return with_components(project, values)


def check_no_job(settings: Mapping[Any, Any]) -> None:
    """Raise ConfigurationError for a folder of Scrapy's jobs.

    It keeps copies of requests. What is read by one of a list would not come back to the spider, and be lost.
    """
    if settings.get("JOBDIR"):
        raise ConfigurationError(
            "JOBDIR cannot be used: leave it out; the next run fetches what one that stopped lacks"
        )


def with_components(project: Mapping[Any, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of settings that are *given*, with the components of the *project* in each table of them.

    Without these, a pipeline of one's own would be the only one, and nothing would be archived; a downloader middleware
    would be alone, without robots.txt. False, as TOML has no null, is one that is off.

    >>> with_components({"ITEM_PIPELINES": {"a.A": 1, "b.B": 2}}, {"ITEM_PIPELINES": {"own.C": 3, "b.B": False}})
    {'ITEM_PIPELINES': {'a.A': 1, 'b.B': None, 'own.C': 3}}
    """
    return {
        name: value
        if name not in (*ORDERED, *NAMED)
        else {**(project.get(name) or {}), **{key: None if each is False else each for key, each in value.items()}}
        for name, value in given.items()
    }


def check_unknown(name: str, names: Collection[str]) -> None:
    """Raise ConfigurationError for a name that is nearly one of *names*.

    >>> check_unknown("data_dir", ["FINEWS_DATA_DIR"])
    Traceback (most recent call last):
    finews_crawler.exceptions.ConfigurationError: unknown setting data_dir; did you mean FINEWS_DATA_DIR?
    """
    ours = f"{PREFIX}{name.upper()}"
    if name in DEPRECATED:
        return
    if hint := f"; did you mean {ours}?" if ours in names else did_you_mean(name, names, NEAR):
        raise ConfigurationError(f"unknown setting {name}{hint}")


def read_value(text: str, default: object) -> Any:
    """Return the value that *text* has for a setting with this default. Raises ValueError, the end of a sentence."""
    kind = kind_of(default)
    if kind is FLAG:
        if text.lower() not in FLAGS:
            raise ValueError(f"must be {kind.words}, got {text!r}")
        return FLAGS[text.lower()]
    if kind is NUMBER:
        return _number(text)
    if kind is TABLE:
        return _table(text)
    if is_class(default):
        _check_import(text, default)
    if kind is LIST:
        parts = text.split(",") if text else []
        return [int(part) if part.strip().isdecimal() else part for part in parts] if _has_numbers(default) else parts
    return text


def is_class(default: object) -> TypeGuard[str]:
    return isinstance(default, str) and re.fullmatch(IMPORT_PATH, default) is not None


def _has_numbers(value: object) -> bool:
    return isinstance(value, list | tuple) and bool(value) and all(isinstance(part, int) for part in value)


def _number(text: str) -> int | float:
    for parse in (int, float):
        try:
            number = parse(text)
        except ValueError:
            continue
        if not math.isnan(number):
            return number
    raise ValueError(f"must be a number, got {text!r}")


def _table(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text, parse_constant=_refuse)
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise ValueError(f"must be a JSON object such as {{}}, got {text!r}")  # noqa: TRY004 (the kind of all parsers)
    return value


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")


def _check_import(text: str, default: str) -> None:
    from scrapy.utils.misc import load_object

    if default.endswith("ReferrerPolicy") and "." not in text:  # the name of a standard one
        return
    if problem := import_problem(load_object, text):
        raise ValueError(f"must be the path of a class such as {default}, got {text!r} {problem}")
