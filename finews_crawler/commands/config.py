"""``finews config``: show the value of every setting, and where it comes from."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from scrapy.settings import SETTINGS_PRIORITIES

from finews_crawler.cli import ArchiveCommand
from finews_crawler.config.declaration import setting_name
from finews_crawler.config.given import DEFAULT, given_settings, scrapy_settings
from finews_crawler.config.load import config_of
from finews_crawler.config.settings_file import DECLARED, SCRAPY
from finews_crawler.stats import ExitStatus
from finews_crawler.utils.redaction import REDACTED
from finews_crawler.utils.terminal import echo

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
    examples = ("finews config", "finews config --changed")

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--changed", action="store_true", help="only settings that are set somewhere")
        parser.add_argument("--json", action="store_true", help="print one JSON object instead of lines")

    def execute(self, args: list[str], opts: argparse.Namespace) -> int:
        config_of(self.settings or {})  # raises for an invalid value
        ours = [shown for shown in self.ours() if shown.origin != DEFAULT or not opts.changed]
        scrapys = [Shown(name, value, origin) for name, (value, origin) in scrapy_settings().items()]
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


def as_json(found: list[Shown]) -> dict[str, dict[str, Any]]:
    return {shown.name: {"value": shown.value, "origin": shown.origin} for shown in found}
