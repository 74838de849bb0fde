"""Settings of Scrapy's own commands, such as ``scrapy shell``: ours check the settings themselves."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import scrapy.commands

from finews_crawler import commands
from finews_crawler.cli import exit_on_error
from finews_crawler.config.given import check_names
from finews_crawler.config.load import config_of
from finews_crawler.config.scrapys_settings import read_options


def check_command_line(words: Sequence[str], settings: Mapping[str, Any]) -> None:
    """Check the settings of a Scrapy command: one line and exit status 2 for one that is unknown or invalid.

    *words*: the arguments of ``scrapy``; *settings*: the settings without its options ``-s``. Scrapy would pass over a
    misspelt name, and end with a traceback for an invalid value.
    """
    name = next((word for word in words if not word.startswith("-")), None)
    if name is None or name in {module.name for module in iter_modules(commands.__path__)}:
        return
    if "=" in name:  # value of an option before the command, which Scrapy reports as an unknown command
        return
    with exit_on_error(f"scrapy {name}"):
        options = options_of(name, words, settings)
        pairs = dict(option.split("=", 1) for option in options if "=" in option)
        check_names(pairs)
        read_options(options, settings)
        config_of({**settings, **pairs})


def options_of(name: str, words: Sequence[str], settings: Mapping[str, Any]) -> list[str]:
    """Return the values of the options ``-s`` and ``--set`` of a command; none if one has no value.

    Scrapy reports that. A command of Scrapy has its other options too: ``-s`` may be joined to one of them.

    >>> options_of("shell", ["shell", "-s", "A=1", "--set=B=2", "-sC=3", "http://127.0.0.1/"], {"LOG_LEVEL": "INFO"})
    ['A=1', 'B=2', 'C=3']
    >>> options_of("check", ["check", "-lsA=1"], {"LOG_LEVEL": "INFO"}), options_of("other", ["other", "-s"], {})
    (['A=1'], [])
    """
    parser = argparse.ArgumentParser(add_help=False, exit_on_error=False, conflict_handler="resolve")
    if name in {module.name for module in iter_modules(scrapy.commands.__path__)}:
        command = import_module(f"{scrapy.commands.__name__}.{name}").Command()
        command.settings = settings
        command.add_options(parser)
    else:
        parser.add_argument("-s", "--set", action="append", default=[])
    rest = list(words)
    rest.remove(name)
    try:
        found: list[str] = parser.parse_known_args(rest)[0].set
    except argparse.ArgumentError:
        return []
    return found
