"""Name servers with scripted answers, for DNS rebinding, and such as do not answer."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import Any, ClassVar
from unittest import mock

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


@contextmanager
def silent_name_servers() -> Iterator[None]:
    """Let look-ups of this process wait until the block ends, or for a minute."""
    over = Event()

    def wait(*_: Any, **__: Any) -> Any:
        over.wait(60)
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    with mock.patch.object(socket, "getaddrinfo", wait):
        yield
        over.set()
