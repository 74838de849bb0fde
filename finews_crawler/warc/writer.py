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
from finews_crawler.warc.members import gzip_members
from finews_crawler.warc.reader import read_record
from finews_crawler.warc.records import (
    CONTENT_TYPE,
    DATE,
    REFERS_TO,
    WARC_FIELDS,
    RecordGroup,
    add_cached,
    add_failure,
    add_response,
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


class DailyFile:
    """The WARC file of one day. The archive lock, which every recording run holds, makes it the only writer."""

    def __init__(self, folder: Path, day: date) -> None:
        self.path = folder / f"finews-{day:%Y-%m-%d}.warc.gz"
        self._lists: dict[tuple[str, str], dict[str, str]] = {}
        """Fields of a ``revisit`` record that refer to a list in the file, by its URL and payload digest."""

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
                record = read_record(member.content)
            except InvalidRecord as error:
                raise CorruptWarc(f"{self.path} has no WARC record at byte {member.offset} ({error})") from error
            if record.rec_type in TYPES_WITH_PAYLOAD:
                # A resource record has none; its payload is its block.
                digest = record.get("WARC-Payload-Digest") or record.get("WARC-Block-Digest")
                self.put_list(record.url, digest, record.record_id, record.get(DATE))
            end = member.end
        surplus = self.path.stat().st_size - end
        if surplus:
            cut_back(self.path, end)
        return surplus

    def put_list(self, url: str, digest: str, record_id: str, date: str) -> None:
        """Add a record to the index, if its URL is a list's."""
        if is_list(url):
            url = without_password(url)
            fields = {REFERS_TO: record_id, "WARC-Refers-To-Target-URI": url, "WARC-Refers-To-Date": date}
            self._lists.setdefault((url, digest), fields)

    def find_list(self, cached: Response) -> dict[str, str] | None:
        """Return the fields that refer to the record of a cached list; None if the file has no such record."""
        return self._lists.get((without_password(cached.url), payload_digest(cached.body)))


class Recorder:
    """Records the exchanges of a run. Its methods raise OSError, and CorruptWarc for an unusable file of the day."""

    def __init__(self, folder: Path, about: Sequence[tuple[str, str]]) -> None:
        self.folder = folder
        self.about = about
        """Fields of the run's ``warcinfo`` records."""
        self.file: DailyFile | None = None
        self.warcinfo_id = ""

    def exchange(self, request: Request, response: Response, cached: Response | None) -> None:
        """Record a request and its response; *cached*: the list that a 304 confirms."""
        file, records = self._begin()
        refers_to = None
        if response.status == NOT_MODIFIED and cached is not None:
            refers_to = file.find_list(cached)
            if refers_to is None:
                file.put_list(cached.url, payload_digest(cached.body), add_cached(records, cached), records.date)
                refers_to = file.find_list(cached) or {}
        response_id = add_response(records, request, response, refers_to)
        if refers_to is None:
            file.put_list(request.url, payload_digest(response.body), response_id, records.date)
        append(file.path, records.content)

    def failure(self, request: Request, reason: str, *, was_sent: bool) -> None:
        """Record a request without a response."""
        file, records = self._begin()
        add_failure(records, request, reason, was_sent=was_sent)
        append(file.path, records.content)

    def close(self) -> None:
        """Sync the file. A power failure before that loses only exchanges whose articles are archived."""
        if self.file is not None:
            with suppress(FileNotFoundError):
                sync_file(self.file.path)

    def _begin(self) -> tuple[DailyFile, RecordGroup]:
        """Return the day's file, and an empty group with the current time."""
        now = clock.now()
        file = DailyFile(self.folder, now.astimezone(BEIJING).date())
        if self.file is None or self.file.path != file.path:
            self.close()
            self._open(file, RecordGroup(now))
            self.file = file
        return self.file, RecordGroup(now, self.warcinfo_id)

    def _open(self, file: DailyFile, records: RecordGroup) -> None:
        """Open a file, and write the ``warcinfo`` record that starts the run in it."""
        cut_off = file.open()
        if cut_off:
            logger.warning("%s: cut off %d bytes of an incomplete record, left by a killed run", file.path, cut_off)
        fields = {"WARC-Filename": file.path.name, CONTENT_TYPE: WARC_FIELDS}
        self.warcinfo_id = records.add("warcinfo", "", fields, b"", warc_fields(self.about))
        append(file.path, records.content)
