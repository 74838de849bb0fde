"""What WARC files have recorded: runs of this crawler, and the answers that each was given.

Made by one scan. It knows where each answer lies; bodies are read when they are asked for.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from urllib.parse import urlsplit, urlunsplit


class Place(NamedTuple):
    """Where a record lies."""

    file: int
    """Its number among the files."""
    offset: int


class Exchange(NamedTuple):
    """What became of one request."""

    number: int
    """In the order in which they were recorded."""
    url: str
    date: datetime
    place: Place | None
    """Of the answer; of a "not modified", where the list lies that it confirms. None where that is in no file."""
    failure: str = ""
    """Why there was no answer."""


def target_of(url: str) -> str:
    """What an address asks of its host, whichever that is.

    >>> target_of("http://127.0.0.1:8000/web/webapi?type=45"), target_of("http://127.0.0.1")
    ('/web/webapi?type=45', '/')
    """
    parts = urlsplit(url)
    return urlunsplit(("", "", parts.path or "/", parts.query, ""))


@dataclass
class RecordedRun:
    """One run of a spider, or whatever else a file holds."""

    spider: str = ""
    """Empty: nobody says."""
    arguments: dict[str, str] | None = None
    """The ``-a`` that it was given; None: nobody says."""
    began_at: datetime | None = None
    exchanges: dict[str, list[Exchange]] = field(default_factory=dict)
    """By target."""

    @property
    def was_limited(self) -> bool:
        """Whether it asked for a part only of what it found."""
        return bool((self.arguments or {}).get("limit"))

    def find(self, url: str) -> Exchange | None:
        """What became of the last try of *url*: of one at the same host, or else at whatever host was asked for it.

        Hosts change over the years; no two surfaces have a path in common.
        """
        found = self.exchanges.get(target_of(url), [])
        return next((exchange for exchange in reversed(found) if exchange.url == url), found[-1] if found else None)

    def add(self, exchange: Exchange) -> None:
        self.exchanges.setdefault(target_of(exchange.url), []).append(exchange)

    def all(self) -> Iterator[Exchange]:
        for found in self.exchanges.values():
            yield from found

    def tell(self, fields: dict[str, str], spider: str, arguments: str) -> None:
        """Take up what a ``warcinfo`` says; *spider*, *arguments*: the names of its fields."""
        self.spider = fields.get(spider, "")
        try:
            told = json.loads(fields[arguments])
        except (KeyError, ValueError):
            return
        if isinstance(told, dict):
            self.arguments = {str(name): str(value) for name, value in told.items()}
