"""Writes the exchanges of a run: into today's file, which changes at midnight in Beijing."""

from __future__ import annotations

import base64
import hashlib
import logging
from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from finews_crawler.sources import is_list
from finews_crawler.utils import clock
from finews_crawler.utils.files import append, cut_back, make_folder, sync_file
from finews_crawler.utils.timezone import BEIJING
from finews_crawler.warc.reader import members
from finews_crawler.warc.records import (
    CONTENT_TYPE,
    DATE,
    END,
    FIELDS_TYPE,
    KIND,
    PAYLOAD_DIGEST,
    RECORD_ID,
    REFERS_TO,
    REFERS_TO_DATE,
    REFERS_TO_TARGET,
    Records,
    add_exchange,
    add_failure,
    add_kept,
    add_not_modified,
    warc_date,
    warc_fields,
    without_password,
)
from finews_crawler.warc.records import TARGET as TARGET_URI

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.http import Response

PAYLOADS = ("response", "resource")


def payload_digest(body: bytes) -> str:
    """As warcio writes it.

    >>> payload_digest(b"")
    'sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ'
    """
    return "sha1:" + base64.b32encode(hashlib.sha1(body, usedforsecurity=False).digest()).decode()


class RevisitIndex:
    """By address and payload, the fields that refer to the record of each list."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], dict[str, str]] = {}

    def put(self, url: str, body_digest: str, record_id: str, date: str) -> None:
        url = without_password(url)
        named = {REFERS_TO: record_id, REFERS_TO_TARGET: url, REFERS_TO_DATE: date}
        self._known.setdefault((url, body_digest), named)

    def get(self, kept: Response) -> dict[str, str] | None:
        """The fields that refer to a kept list's record; None where the file has none yet."""
        return self._known.get((without_password(kept.url), payload_digest(kept.body)))

    def take(self, record: bytes) -> None:
        """Whatever a record of the file is."""
        named = dict(_named_fields(record))
        url = named.get(TARGET_URI, "")
        if named.get(KIND) in PAYLOADS and is_list(url):
            self.put(url, named.get(PAYLOAD_DIGEST, ""), named.get(RECORD_ID, ""), named.get(DATE, ""))


def _named_fields(record: bytes) -> list[tuple[str, str]]:
    """The named fields of a record; of the lines that this project writes, since it reads its own file here."""
    head = record.partition(END)[0].decode("utf-8", "replace")
    pairs = (line.partition(":") for line in head.split("\r\n")[1:])
    return [(name, value.strip()) for name, _, value in pairs]


def file_name(day: date) -> str:
    """The name of a day's file; in order of name is in order of time.

    >>> file_name(date(2022, 5, 18))
    'finews-2022-05-18.warc.gz'
    """
    return f"finews-{day:%Y-%m-%d}.warc.gz"


class DailyFile:
    """One day's file, open to be appended to. Whoever writes holds the archive's lock: there is one at a time."""

    def __init__(self, folder: Path, day: date) -> None:
        self.path = folder / file_name(day)
        self.lists = RevisitIndex()
        """The lists that the file has, which a "not modified" may confirm."""

    def open(self) -> int:
        """Read what the file has, in one scan, and cut off half a record: how many bytes those were.

        Raises OSError, and Damaged for a file that no killed run has left so: it is not ours to cut.
        """
        make_folder(self.path.parent)
        if not self.path.exists():
            return 0
        whole = 0
        for member in members(self.path):
            self.lists.take(member.content)
            whole = member.end
        surplus = self.path.stat().st_size - whole
        if surplus:
            cut_back(self.path, whole)
        return surplus

    def append(self, content: bytes) -> None:
        """Add records, all or none. Raises OSError."""
        append(self.path, content)

    def close(self) -> None:
        """Put it on disk. What a power failure takes before that is news that the archive itself has."""
        with suppress(FileNotFoundError):
            sync_file(self.path)


logger = logging.getLogger(__name__)
NOT_MODIFIED = 304


class Recorder:
    """Appends each exchange whole. Between exchanges it keeps digests of the day's lists, and nothing else.

    Its methods raise OSError when the disk refuses, and Damaged when today's file is none.
    """

    def __init__(self, folder: Path, about: Sequence[tuple[str, str]]) -> None:
        self.folder = folder
        self.about = about
        """Of the run: what its ``warcinfo`` says."""
        self.file: DailyFile | None = None
        self.warcinfo_id = ""

    def begin(self) -> Records:
        """Records of this moment, to be written next; today's file is open, and tells of the run."""
        records = Records(clock.now(), self.warcinfo_id)
        day = records.date.astimezone(BEIJING).date()
        file = DailyFile(self.folder, day)
        if self.file is not None and self.file.path == file.path:
            return records
        self.close()
        cut_off = file.open()
        if cut_off:
            logger.warning("%s: %d bytes of half a record, which a killed run left, are cut off", file.path, cut_off)
        self.file = file
        self.warcinfo_id = self._write_warcinfo(records)
        return Records(records.date, self.warcinfo_id)

    def exchange(self, request: Request, response: Response, kept: Response | None) -> None:
        """A request and its answer; *kept*: the list that a 304 confirms."""
        records, lists = self.begin(), self._file.lists
        if response.status == NOT_MODIFIED and kept is not None:
            if lists.get(kept) is None:
                lists.put(kept.url, payload_digest(kept.body), add_kept(records, kept), warc_date(records.date))
            add_not_modified(records, request, response, lists.get(kept) or {})
        else:
            answer_id = add_exchange(records, request, response)
            if is_list(request.url):
                lists.put(request.url, payload_digest(response.body), answer_id, warc_date(records.date))
        self._file.append(records.content)

    def failure(self, request: Request, why: str, *, was_sent: bool) -> None:
        """A request that got no answer, or was not sent."""
        records = self.begin()
        add_failure(records, request, why, was_sent=was_sent)
        self._file.append(records.content)

    def close(self) -> None:
        if self.file is not None:
            self.file.close()

    @property
    def _file(self) -> DailyFile:
        if self.file is None:
            raise RuntimeError("nothing was begun")
        return self.file

    def _write_warcinfo(self, records: Records) -> str:
        """A file begins with one, and so does each run in it."""
        named = {"WARC-Filename": self._file.path.name, CONTENT_TYPE: FIELDS_TYPE}
        records.warcinfo_id = ""
        warcinfo_id = records.add("warcinfo", "", named, b"", warc_fields(self.about))
        self._file.append(records.content)
        return warcinfo_id
