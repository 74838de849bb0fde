"""The runs and exchanges in WARC files, found in one scan. Responses are read from the files when they are replayed."""

from __future__ import annotations

import itertools
import json
import logging
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from finews_crawler.content.info_code import info_code_in_url
from finews_crawler.exceptions import CorruptWarc, InvalidRecord
from finews_crawler.sources import is_list
from finews_crawler.warc.members import Member, MemberReader, Part, members_of, parts_of
from finews_crawler.warc.reader import HttpResponse, Record, read_http_response, read_record, read_response
from finews_crawler.warc.records import ARGUMENTS, REFERS_TO, RUN, SPIDER, WARCINFO_ID, target_of

logger = logging.getLogger(__name__)
PAYLOAD_DIGEST, PROFILE, REFERS_TO_URI = "WARC-Payload-Digest", "WARC-Profile", "WARC-Refers-To-Target-URI"
ROBOTS_TXT = "/robots.txt"
"""A replay does not request it."""


class RecordPlace(NamedTuple):
    """Place of a record: its gzip member in a file."""

    path: Path
    offset: int
    end: int
    checksum: int
    """CRC-32 of the member's content, by which a changed file is noticed."""
    block: slice | None
    """Place of an HTTP response in the member; None for other records, whose named fields are needed as well."""


class Exchange(NamedTuple):
    """A recorded request and its outcome."""

    number: int
    """Position in the order in which the exchanges were recorded."""
    url: str
    date: datetime
    record: RecordPlace | None
    """Record with the response; for a revisit, the one it refers to, None if no file has it."""
    failure: str = ""
    """Reason for a missing response."""
    revisit: RecordPlace | None = None
    """Record of a revisit that has the status and the headers of its response, whose body is that of ``record``."""


@dataclass
class RecordedRun:
    """The exchanges of one run, or of a file that names no runs."""

    began_at: datetime
    spider: str = ""
    """Name of the spider; '' if unknown."""
    arguments: dict[str, str] = field(default_factory=dict)
    """Its ``-a`` arguments, as far as known."""
    exchanges: dict[str, list[Exchange]] = field(default_factory=dict)
    """By target."""

    @property
    def was_limited(self) -> bool:
        """True for a run with ``-a limit=N``, which left articles unrequested."""
        return bool(self.arguments.get("limit"))

    def find(self, url: str) -> Exchange | None:
        """Return the last attempt at *url*; failing that, the last one with the same path and query at any host.

        Hosts change over the years, and no two surfaces share a path.
        """
        found = self.exchanges.get(target_of(url))
        if found is None:
            return None
        return next((exchange for exchange in reversed(found) if exchange.url == url), found[-1])

    def replayable_numbers(self) -> list[int]:
        """Return the numbers of the exchanges that ``find`` may return, but those with robots.txt, ascending."""
        lists = (found for target, found in self.exchanges.items() if target != ROBOTS_TXT)
        return sorted(number for found in lists for number in {one.url: one.number for one in found}.values())

    def describe(self, fields: Mapping[str, str]) -> None:
        """Take spider and arguments from the fields of a ``warcinfo`` record."""
        self.spider = fields.get(SPIDER, "")
        try:
            arguments = json.loads(fields[ARGUMENTS])
        except (KeyError, ValueError):
            return
        if isinstance(arguments, dict):
            self.arguments = {str(name): str(value) for name, value in arguments.items()}


class Recording:
    """The runs in WARC files, oldest first. Raises OSError; a corrupt rest of a file is logged and left out."""

    def __init__(self, files: Iterable[Path]) -> None:
        self.is_incomplete = False
        """True if a file is corrupt."""
        self._runs: dict[str, RecordedRun] = {}
        self._runs_by_warcinfo: dict[str, RecordedRun] = {}
        self._answers: dict[str, RecordPlace] = {}
        """Records that a revisit may refer to, by record id, and the newest by URL and by the digest of its payload."""
        self._open_revisits: list[tuple[list[Exchange], int, Record]] = []
        """Revisits of a record that has not been read, by their place in the exchanges of their target."""
        self._numbers = itertools.count()
        self._members = MemberReader()
        for path in files:
            self._scan(path)
        for exchanges, index, record in self._open_revisits:
            exchanges[index] = exchanges[index]._replace(record=self._referred(record))
        self._open_revisits.clear()
        self._answers.clear()
        # Files may be named in any order, and two folders may each have one of the same day.
        self.runs = sorted(self._runs.values(), key=lambda run: run.began_at)

    def response(self, exchange: Exchange) -> HttpResponse:
        """Return the response; for a revisit, what it refers to. Raises OSError, CorruptWarc, InvalidRecord."""
        if exchange.record is None:
            raise InvalidRecord(f"{exchange.url}: no file has the record that this revisit record refers to")
        response = self._response_at(exchange.record)
        return self._response_at(exchange.revisit)._replace(body=response.body) if exchange.revisit else response

    def _response_at(self, place: RecordPlace) -> HttpResponse:
        path, offset, end, checksum, block = place
        member = self._members.read(path, offset, end, checksum)
        return read_response(read_record(member)) if block is None else read_http_response(member[block])

    def close(self) -> None:
        """Close the file that was read last."""
        self._members.close()

    def _scan(self, path: Path) -> None:
        try:
            parts = parts_of(path)
        except CorruptWarc as error:
            self.is_incomplete = True
            logger.warning("%s: not replayed (%s)", path, error)
            return
        for part in parts:
            self._scan_part(part)

    def _scan_part(self, part: Part) -> None:
        path, end, size = part
        run_key = f"{path}:{end}"
        try:
            for member in members_of(part):
                record = read_record(member.content)
                run_key = self._add(record, member, path, run_key)
                end = member.end
        except (CorruptWarc, InvalidRecord) as error:
            self.is_incomplete = True
            logger.warning("%s: cannot be read beyond byte %d; the rest is not replayed (%s)", path, end, error)
            return
        if size > end:
            logger.warning("%s: the last record is cut off at byte %d; the others are replayed", path, end)

    def _add(self, record: Record, member: Member, path: Path, run_key: str) -> str:
        """Add one record; return the key of the run that following records without WARC-Warcinfo-ID belong to."""
        if record.rec_type == "request":  # a replay needs only the responses
            return run_key
        if record.rec_type == "warcinfo":
            return self._add_warcinfo(record)
        try:
            target = target_of(record.url)
        except ValueError:  # such as http://[a/: no crawl requests that
            return run_key
        place = place_of(record, member, path)
        if record.rec_type in ("response", "resource") and (is_list(record.url) or self._is_foreign(run_key)):
            for name in filter(None, (record.record_id, record.url, record.get(PAYLOAD_DIGEST))):
                self._answers[name] = place
        if record.rec_type == "revisit":
            self._add_revisit(record, target, place, run_key)
        elif record.failure or record.rec_type == "response" or is_exported(record):
            self._add_exchange(record, target, place, run_key)
        return run_key

    def _referred(self, record: Record) -> RecordPlace | None:
        """Return the place of the record that a revisit refers to; None if it is in no file, or in a later one."""
        names = (record.get(REFERS_TO), record.get(PAYLOAD_DIGEST), record.get(REFERS_TO_URI), record.url)
        return next((self._answers[name] for name in names if name in self._answers), None)

    def _add_revisit(self, record: Record, target: str, place: RecordPlace, run_key: str) -> None:
        referred = self._referred(record)
        exchanges = self._add_exchange(record, target, referred, run_key, place if has_headers(record) else None)
        if referred is None:
            self._open_revisits.append((exchanges, len(exchanges) - 1, record))

    def _is_foreign(self, run_key: str) -> bool:
        """Return True for the runs of other programs: they revisit articles, too."""
        run = self._runs.get(run_key)
        return run is None or not run.spider

    def _add_warcinfo(self, record: Record) -> str:
        fields = record.warc_fields()
        key = fields.get(RUN) or record.record_id
        run = self._runs.setdefault(key, RecordedRun(record.date))
        run.describe(fields)
        self._runs_by_warcinfo[record.record_id] = run
        return key

    def _add_exchange(
        self, record: Record, target: str, place: RecordPlace | None, run_key: str, revisit: RecordPlace | None = None
    ) -> list[Exchange]:
        """Add an exchange; return all of *target*."""
        run = self._runs_by_warcinfo.get(record.get(WARCINFO_ID))
        run = run or self._runs.setdefault(run_key, RecordedRun(record.date))
        exchange = Exchange(next(self._numbers), record.url, record.date, place, record.failure, revisit)
        found = run.exchanges.setdefault(target, [])
        found.append(exchange)
        return found


def place_of(record: Record, member: Member, path: Path) -> RecordPlace:
    """Return the place of a record."""
    start = record.block_start
    has_block = record.rec_type == "response" or has_headers(record)
    block = slice(start, start + len(record.block)) if has_block else None
    return RecordPlace(path, member.offset, member.end, zlib.crc32(member.content), block)


def has_headers(record: Record) -> bool:
    """Return True for a revisit with headers of its own; those of a 304 are not the headers of its list."""
    is_same = record.rec_type == "revisit" and "identical-payload-digest" in record.get(PROFILE)
    return is_same and record.block.startswith(b"HTTP/")


def is_exported(record: Record) -> bool:
    """Return True for an article of ``finews export --format warc``: a crawl writes ``resource`` records of lists."""
    return record.rec_type == "resource" and info_code_in_url(record.url) is not None
