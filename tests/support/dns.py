"""A resolver with scripted answers: DNS rebinding."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from twisted.internet.defer import Deferred, succeed

from finews_crawler.politeness.dns_resolver import Resolver

NAMES = "CRAWLER_TESTS_NAMES"
"""Environment variable with the path of a JSON file: the successive addresses of each name; the last one repeats."""


class ScriptedResolver(Resolver):
    """The production resolver with scripted lookups."""

    scripted: ClassVar[dict[str, list[str]]] = {}

    def look_up(self, name: str, timeout: Sequence[int]) -> Deferred[str]:
        addresses = self.scripted.setdefault(name, json.loads(Path(os.environ[NAMES]).read_text("utf-8"))[name])
        return succeed(addresses.pop(0) if len(addresses) > 1 else addresses[0])
