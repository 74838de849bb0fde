"""``finews config``: show the value of every setting, and where it comes from."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from scrapy.settings import SETTINGS_PRIORITIES

from finews_crawler.cli import ArchiveCommand
from finews_crawler.config.declaration import PREFIX, setting_name
from finews_crawler.config.given import DEFAULT, given_settings, scrapy_settings
from finews_crawler.config.load import config_of
from finews_crawler.config.settings_file import DECLARED, SCRAPY
from finews_crawler.exceptions import ArgumentError
from finews_crawler.stats import ExitStatus
from finews_crawler.utils.nearest import did_you_mean
from finews_crawler.utils.redaction import REDACTED
from finews_crawler.utils.terminal import echo, write_stderr

OPTION = SETTINGS_PRIORITIES["cmdline"]


class Shown(NamedTuple):
    """One setting."""

    name: str
    value: Any
    origin: str

    def __str__(self) -> str:
        return f"{f'{self.name} = {json.dumps(self.value, ensure_ascii=False, default=str)}':<50}  # {self.origin}"


class Command(ArchiveCommand):
    """Needs no archive. The lines are those of a finews.toml, but for secrets, which are not shown."""

    description = "Show the value of every setting, and where it comes from"
    usage = "[NAME] [options]"
    examples = ("finews config", "finews config --changed")
    takes_arguments = True

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--changed", action="store_true", help="only settings that are set somewhere")
        parser.add_argument("--json", action="store_true", help="print one JSON object instead of lines")

    def execute(self, args: list[str], opts: argparse.Namespace) -> int:
        config_of(self.settings or {})  # raises for an invalid value
        named = [read_name(word) for word in args]
        ours = [
            shown
            for shown in self.ours()
            if (shown.origin != DEFAULT or not opts.changed) and (not named or shown.name in named)
        ]
        given = {} if named else scrapy_settings()
        scrapys = [Shown(name, value, origin) for name, (value, origin) in given.items()]
        if opts.changed and not ours and not scrapys:
            write_stderr("finews config: no setting is changed")
        if opts.json:
            echo(json.dumps({"settings": as_json(ours), SCRAPY: as_json(scrapys)}, ensure_ascii=False, default=str))
        else:
            echo(*map(str, ours), *(["", f"[{SCRAPY}]", *map(str, scrapys)] if scrapys else []))
        return ExitStatus.ALL_WELL

    def ours(self) -> Iterator[Shown]:
        assert self.settings is not None
        given = given_settings()
        for field, declared in DECLARED.items():
            name = setting_name(field)
            is_option = self.settings.getpriority(name) == OPTION
            text = str(self.settings[name]) if is_option else given[name].text
            value = REDACTED if declared.is_secret and text else text
            yield Shown(field, value, "-s" if is_option else given[name].origin)


def read_name(word: str) -> str:
    """Return the name of a setting as finews.toml has it. Raises ArgumentError.

    >>> read_name("FINEWS_DATA_DIR"), read_name("data_dir")
    ('data_dir', 'data_dir')
    """
    name = word.lower().removeprefix(PREFIX.lower())
    if name not in DECLARED:
        raise ArgumentError(f"unknown setting {word!r}{did_you_mean(name, DECLARED)}")
    return name


def as_json(found: list[Shown]) -> dict[str, dict[str, Any]]:
    return {shown.name: {"value": shown.value, "origin": shown.origin} for shown in found}
