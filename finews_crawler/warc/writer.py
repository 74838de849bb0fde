"""Appends the exchanges of a run to the WARC file of the day, which begins at midnight in Beijing."""

from __future__ import annotations

import base64
import hashlib
import logging
from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from finews_crawler.exceptions import CorruptWarc, InvalidRecord
from finews_crawler.sources import is_list
from finews_crawler.utils import clock
from finews_crawler.utils.files import append, cut_back, make_folder, sync_file
from finews_crawler.utils.timezone import BEIJING
from finews_crawler.warc.reader import Record, gzip_members, read_record
from finews_crawler.warc.records import (
    CONTENT_TYPE,
    DATE,
    PAYLOAD_DIGEST,
    REFERS_TO,
    REFERS_TO_DATE,
    REFERS_TO_TARGET_URI,
    WARC_FIELDS,
    RecordGroup,
    add_cached,
    add_failure,
    add_response,
    add_revisit,
    warc_date,
    warc_fields,
    without_password,
)

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.http import Response

logger = logging.getLogger(__name__)
NOT_MODIFIED = 304
TYPES_WITH_PAYLOAD = ("response", "resource")


def payload_digest(body: bytes) -> str:
    """Return a WARC-Payload-Digest in warcio's form.

    >>> payload_digest(b"")
    'sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ'
    """
    return "sha1:" + base64.b32encode(hashlib.sha1(body, usedforsecurity=False).digest()).decode()


class RevisitIndex:
    """Records of lists in one file, by URL and payload digest, for a ``revisit`` record to refer to."""

    def __init__(self) -> None:
        self._records: dict[tuple[str, str], dict[str, str]] = {}

    def put(self, url: str, digest: str, record_id: str, date: str) -> None:
        url = without_password(url)
        fields = {REFERS_TO: record_id, REFERS_TO_TARGET_URI: url, REFERS_TO_DATE: date}
        self._records.setdefault((url, digest), fields)

    def get(self, cached: Response) -> dict[str, str] | None:
        """Return the fields that refer to the record of a cached list; None if the file has no such record."""
        return self._records.get((without_password(cached.url), payload_digest(cached.body)))

    def put_record(self, record: Record) -> None:
        """Add a record of the file if its URL is a list's."""
        if record.rec_type in TYPES_WITH_PAYLOAD and is_list(record.url):
            self.put(record.url, record.get(PAYLOAD_DIGEST), record.record_id, record.get(DATE))


def file_name(day: date) -> str:
    """Return the name of a day's file; names sort by day.

    >>> file_name(date(2022, 5, 18))
    'finews-2022-05-18.warc.gz'
    """
    return f"finews-{day:%Y-%m-%d}.warc.gz"


class DailyFile:
    """The WARC file of one day. The archive lock, which every recording run holds, makes it the only writer."""

    def __init__(self, folder: Path, day: date) -> None:
        self.path = folder / file_name(day)
        self.lists = RevisitIndex()

    def open(self) -> int:
        """Index the lists in the file, and cut off an incomplete last record; return the number of bytes cut off.

        Raises OSError, and CorruptWarc for a file that no killed run leaves: its rest may still be of use.
        """
        make_folder(self.path.parent)
        if not self.path.exists():
            return 0
        end = 0
        for member in gzip_members(self.path):
            try:
                self.lists.put_record(read_record(member.content))
            except InvalidRecord as error:
                raise CorruptWarc(f"{self.path} has no WARC record at byte {member.offset} ({error})") from error
            end = member.end
        surplus = self.path.stat().st_size - end
        if surplus:
            cut_back(self.path, end)
        return surplus

    def append(self, content: bytes) -> None:
        """Append records, all or none. Raises OSError."""
        append(self.path, content)

    def close(self) -> None:
        """Sync the file. A power failure before that loses only exchanges whose articles are archived."""
        with suppress(FileNotFoundError):
            sync_file(self.path)


class Recorder:
    """Records the exchanges of a run. Its methods raise OSError, and CorruptWarc for an unusable file of the day."""

    def __init__(self, folder: Path, about: Sequence[tuple[str, str]]) -> None:
        self.folder = folder
        self.about = about
        """Fields of the run's ``warcinfo`` records."""
        self.file: DailyFile | None = None
        self.warcinfo_id = ""

    def begin(self) -> RecordGroup:
        """Return an empty group with the current time, after opening the day's file if it is not open."""
        records = RecordGroup(clock.now(), self.warcinfo_id)
        file = DailyFile(self.folder, records.date.astimezone(BEIJING).date())
        if self.file is not None and self.file.path == file.path:
            return records
        self.close()
        cut_off = file.open()
        if cut_off:
            logger.warning("%s: cut off %d bytes of an incomplete record, left by a killed run", file.path, cut_off)
        self.file = file
        self.warcinfo_id = self._write_warcinfo(records)
        return RecordGroup(records.date, self.warcinfo_id)

    def exchange(self, request: Request, response: Response, cached: Response | None) -> None:
        """Record a request and its response; *cached*: the list that a 304 confirms."""
        records, lists = self.begin(), self._file.lists
        if response.status == NOT_MODIFIED and cached is not None:
            if lists.get(cached) is None:
                cached_id = add_cached(records, cached)
                lists.put(cached.url, payload_digest(cached.body), cached_id, warc_date(records.date))
            add_revisit(records, request, response, lists.get(cached) or {})
        else:
            response_id = add_response(records, request, response)
            if is_list(request.url):
                lists.put(request.url, payload_digest(response.body), response_id, warc_date(records.date))
        self._file.append(records.content)

    def failure(self, request: Request, reason: str, *, was_sent: bool) -> None:
        """Record a request without a response."""
        records = self.begin()
        add_failure(records, request, reason, was_sent=was_sent)
        self._file.append(records.content)

    def close(self) -> None:
        if self.file is not None:
            self.file.close()

    @property
    def _file(self) -> DailyFile:
        if self.file is None:
            raise RuntimeError("begin() has not been called")
        return self.file

    def _write_warcinfo(self, records: RecordGroup) -> str:
        """Write the ``warcinfo`` record that starts a run in a file; return its id."""
        fields = {"WARC-Filename": self._file.path.name, CONTENT_TYPE: WARC_FIELDS}
        records.warcinfo_id = ""
        warcinfo_id = records.add("warcinfo", "", fields, b"", warc_fields(self.about))
        self._file.append(records.content)
        return warcinfo_id
