"""Writes the exchanges of a run: into today's file, which changes at midnight in Beijing."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from finews_crawler.content.dates import BEIJING
from finews_crawler.utils import clock
from finews_crawler.warc.daily_file import DailyFile
from finews_crawler.warc.fields import CONTENT_TYPE
from finews_crawler.warc.records import (
    FIELDS_TYPE,
    Records,
    add_exchange,
    add_failure,
    add_kept,
    add_not_modified,
    warc_date,
    warc_fields,
)
from finews_crawler.warc.revisits import is_list, payload_digest

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.http import Response

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
