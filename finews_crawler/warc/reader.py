"""Records as they are read: ours, and those of other programs that keep to the standard."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from io import BytesIO
from typing import NamedTuple

from dateutil.parser import isoparse

from finews_crawler.content.dates import BEIJING
from finews_crawler.warc.fields import BODY_ENCODING, CONTENT_TYPE, DATE, FAILURE, KIND, RECORD_ID, TARGET
from finews_crawler.warc.heads import Answer, read_answer

RECOMPRESS = "several records in one gzip member: `warcio recompress` makes a file that can be read"


class NoRecord(ValueError):
    """A gzip member is no WARC record."""


class Record(NamedTuple):
    """A record of a file."""

    named: Mapping[str, str]
    content: bytes

    @property
    def kind(self) -> str:
        return self.named.get(KIND, "")

    @property
    def url(self) -> str:
        return self.named.get(TARGET, "").strip("<>")

    @property
    def record_id(self) -> str:
        return self.named.get(RECORD_ID, "")

    @property
    def date(self) -> datetime:
        """Aware, whole seconds. Raises NoRecord."""
        return read_date(self.named.get(DATE, ""))

    def fields(self) -> dict[str, str]:
        """The lines of a block of ``application/warc-fields``."""
        pairs = (line.partition(":") for line in self.content.decode("utf-8", "replace").splitlines())
        return {name: value.strip() for name, _, value in pairs}


def read_date(text: str) -> datetime:
    """A WARC-Date. Raises NoRecord.

    >>> read_date("2022-05-18T08:48:06.5Z").isoformat()
    '2022-05-18T16:48:06+08:00'
    """
    try:
        return isoparse(text).astimezone(BEIJING).replace(microsecond=0)
    except ValueError as error:
        raise NoRecord(f"WARC-Date: {text!r} is no date") from error


def read_record(member: bytes) -> Record:
    """The one record in a gzip member's content. Raises NoRecord."""
    from warcio.exceptions import ArchiveLoadFailed  # noqa: PLC0415 (an extra)
    from warcio.recordloader import ArcWarcRecordLoader  # noqa: PLC0415

    stream = BytesIO(member)
    try:
        read = ArcWarcRecordLoader().parse_record_stream(stream, known_format="warc", no_record_parse=True)
    except (ArchiveLoadFailed, EOFError) as error:
        raise NoRecord(str(error).strip() or "it holds no whole record") from error
    content = read.raw_stream.read()
    if read.length is None or len(content) != read.length:
        raise NoRecord(f"a record of {len(content)} bytes says that it has {read.length}")
    if stream.read().strip():
        raise NoRecord(RECOMPRESS)
    return Record(dict(read.rec_headers.headers), content)


def answer_in(record: Record) -> Answer:
    """The answer that a ``response`` or ``resource`` holds. Raises NoRecord."""
    if record.kind == "resource":
        named = ((CONTENT_TYPE, CONTENT_TYPE), ("Content-Encoding", BODY_ENCODING))
        headers = [(name, record.named[field]) for name, field in named if record.named.get(field)]
        return Answer(200, [(name.encode(), value.encode()) for name, value in headers], record.content)
    try:
        answer = read_answer(record.content)
    except ValueError as error:
        raise NoRecord(str(error)) from error
    coding = {name.lower(): value.lower() for name, value in answer.headers}.get(b"transfer-encoding")
    return answer._replace(body=_from_chunks(answer.body)) if coding == b"chunked" else answer


def failure_in(record: Record) -> str:
    """Why there was no answer, as a ``metadata`` record of ours has it; '' for any other."""
    return record.fields().get(FAILURE, "") if record.kind == "metadata" else ""


def _from_chunks(body: bytes) -> bytes:
    """Other programs leave a body as it came over the line."""
    from warcio.bufferedreaders import ChunkedDataReader  # noqa: PLC0415 (an extra)

    return bytes(ChunkedDataReader(BytesIO(body)).read())
