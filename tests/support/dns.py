"""A resolver with scripted answers: DNS rebinding."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from finews_crawler.politeness.dns_resolver import AllowlistResolver
from finews_crawler.politeness.http_handler import HttpHandler

NAMES = "CRAWLER_TESTS_NAMES"
"""Environment variable with the path of a JSON file: the successive addresses of each name; the last one repeats."""


class ScriptedResolver(AllowlistResolver):
    """The production resolver with scripted lookups, without its cache."""

    scripted: ClassVar[dict[str, list[str]]] = {}

    async def addresses_of(self, name: str) -> Sequence[str]:
        addresses = self.scripted.setdefault(name, json.loads(Path(os.environ[NAMES]).read_text("utf-8"))[name])
        return [addresses.pop(0) if len(addresses) > 1 else addresses[0]]


class ScriptedHandler(HttpHandler):
    """The production handler with that resolver."""

    resolver_class = ScriptedResolver
