"""Words of ``finews crawl`` that are no spider and no ``-a NAME=VALUE``: what to write instead."""

from __future__ import annotations

import shlex
from collections.abc import Collection, Mapping, Sequence

from finews_crawler.exceptions import ArgumentError

FOR_ONE_WORD = {"channel": "channels", "category": "category", "share": "info_code", "security": "symbol"}
"""The argument of each spider that a word without a name is most likely meant for."""
FOR_URLS = {"category": "category", "share": "url"}
FLAGS = ("refetch", "dry_run", "all")
DEFAULT = "channel"


def check_pairs(words: Sequence[str], pairs: Sequence[str]) -> None:
    """Raise ArgumentError for a *pair* of ``-a`` that is no ``NAME=VALUE``. *words*: the others of the command line."""
    for pair in pairs:
        name, equals, _ = pair.partition("=")
        if equals and not is_url(name):
            continue
        spider = spider_in(words)
        given = argument_for(spider, pair) if is_url(pair) or not name.isidentifier() else f"{name}=VALUE"
        raise ArgumentError(f"-a must be NAME=VALUE, got {pair!r}; for example: {example(spider, pair, given)}")


def check_words(words: Sequence[str], names: Mapping[str, Collection[str]]) -> None:
    """Raise ArgumentError for a word that is no spider. *names*: the arguments of each spider."""
    for at, word in enumerate(words):
        if word.startswith("-") and word != "-":
            raise ArgumentError(f"unknown option {word!r}{advice(words, at, names)}")
    for word in words if is_url(words[0] if words else "") else words[1:]:
        spider = spider_in(words)
        given = word if word.partition("=")[0] in names.get(spider, ()) else argument_for(spider, word)
        raise ArgumentError(f"{word!r} needs -a NAME=; for example: {example(spider, word, given)}")


def advice(words: Sequence[str], at: int, names: Mapping[str, Collection[str]]) -> str:
    """Return how to give the option at *at* as an argument, if the spider has it."""
    option, equals, value = words[at].lstrip("-").partition("=")
    name, spider = option.replace("-", "_"), spider_in(words)
    if name not in names.get(spider, ()):
        return ": see finews crawl --help"
    if not equals:
        follows = [word for word in words[at + 1 : at + 2] if word not in FOR_ONE_WORD]
        value = "1" if name in FLAGS else follows[0] if follows else "VALUE"
    return f": arguments of a spider follow -a; for example: {example(spider, value, f'{name}={value}')}"


def example(spider: str, word: str, argument: str) -> str:
    """Return a correct command line for a *word*; a URL without a spider that takes one is for ``share``."""
    return f"finews crawl {'share' if is_url(word) and spider not in FOR_URLS else spider} -a {shlex.quote(argument)}"


def argument_for(spider: str, word: str) -> str:
    """Return ``NAME=WORD``.

    >>> argument_for("share", "http://a.test/b"), argument_for("security", "600050.SH")
    ('url=http://a.test/b', 'symbol=600050.SH')
    """
    name = FOR_URLS.get(spider, "url") if is_url(word) else FOR_ONE_WORD.get(spider, "NAME")
    return f"{name}={word}"


def spider_in(words: Sequence[str]) -> str:
    """Return the spider among the words, DEFAULT without one."""
    return next((word for word in words if word in FOR_ONE_WORD), DEFAULT)


def is_url(word: str) -> bool:
    return "://" in word
