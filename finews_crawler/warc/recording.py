"""What WARC files have recorded: runs of this crawler, and the answers that each was given.

Made by one scan. It knows where each answer lies; bodies are read when they are asked for.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit, urlunsplit

from finews_crawler.content.info_code import info_code_in_url
from finews_crawler.exceptions import CorruptWarc, InvalidRecord
from finews_crawler.sources import is_list
from finews_crawler.warc.reader import Record, failure_in, member_at, members, read_record, response_in
from finews_crawler.warc.records import ARGUMENTS, REFERS_TO, RUN, SPIDER, WARCINFO_ID, HttpResponse

logger = logging.getLogger(__name__)


class Recording:
    """The runs in some files, oldest first, and the way to each answer. Raises OSError."""

    def __init__(self, files: Sequence[Path]) -> None:
        self.files = files
        self.exchanges = 0
        self.is_damaged = False
        """Whether some of it cannot be read."""
        self._runs: dict[str, RecordedRun] = {}
        self._of_warcinfo: dict[str, RecordedRun] = {}
        self._lists: dict[str, RecordOffset] = {}
        """Where lists lie: by record, and the newest of each address."""
        self._targets: set[str] = set()
        for number, path in enumerate(files):
            self._scan(number, path)
        self._lists.clear()
        # Files may be named in any order, and two that are of one day lie in two folders.
        self.runs = sorted((run for run in self._runs.values() if run.began_at), key=_beginning)

    def has(self, target: str) -> bool:
        """Whether some run asked for a target."""
        return target in self._targets

    def answer(self, exchange: Exchange) -> HttpResponse:
        """The host's response, or the list itself where it did not change.

        Raises OSError, CorruptWarc, InvalidRecord.
        """
        if exchange.place is None:
            raise InvalidRecord(f"{exchange.url}: the list that did not change is in none of the files")
        return response_in(read_record(member_at(self.files[exchange.place.file], exchange.place.offset)))

    def _scan(self, number: int, path: Path) -> None:
        current, end = str(path), 0
        try:
            for member in members(path):
                current = self._take(read_record(member.content), RecordOffset(number, member.offset), current)
                end = member.end
        except (CorruptWarc, InvalidRecord) as error:
            self.is_damaged = True
            logger.warning("%s: what lies behind byte %d cannot be read, and is not replayed (%s)", path, end, error)
            return
        if path.stat().st_size > end:
            logger.warning("%s: its last record is cut off at byte %d: what is whole is replayed", path, end)

    def _take(self, record: Record, place: RecordOffset, current: str) -> str:
        """Take up one record; the run to which those after it belong that do not say."""
        if record.kind == "warcinfo":
            return self._begin_run(record)
        if record.kind in ("response", "resource") and is_list(record.url):
            self._lists[record.record_id] = self._lists[record.url] = place
        failure = failure_in(record)
        if record.kind == "revisit":
            known = self._lists.get(record.named.get(REFERS_TO, ""))
            self._add(record, known or self._lists.get(record.url), failure, current)
        elif failure or record.kind == "response" or is_exported(record):
            self._add(record, place, failure, current)
        return current

    def _begin_run(self, record: Record) -> str:
        fields = record.fields()
        key = fields.get(RUN) or record.record_id
        run = self._runs.setdefault(key, RecordedRun(began_at=record.date))
        run.tell(fields, SPIDER, ARGUMENTS)
        self._of_warcinfo[record.record_id] = run
        return key

    def _add(self, record: Record, place: RecordOffset | None, failure: str, current: str) -> None:
        run = self._of_warcinfo.get(record.named.get(WARCINFO_ID, "")) or self._runs.setdefault(current, RecordedRun())
        run.began_at = run.began_at or record.date
        exchange = Exchange(self.exchanges, record.url, record.date, place, failure)
        self.exchanges += 1
        run.add(exchange)
        self._targets.add(target_of(record.url))


def is_exported(record: Record) -> bool:
    """Whether a record is an article of ``scrapy export --format warc``; a crawl records nothing but lists so."""
    return record.kind == "resource" and info_code_in_url(record.url) is not None


def _beginning(run: RecordedRun) -> float:
    return run.began_at.timestamp() if run.began_at else 0.0


class RecordOffset(NamedTuple):
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
    place: RecordOffset | None
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
