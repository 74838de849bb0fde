"""Records as they are read: ours, and those of other programs that keep to the standard."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import IO, NamedTuple

from dateutil.parser import isoparse

from finews_crawler.exceptions import CorruptWarc, InvalidRecord
from finews_crawler.utils.timezone import BEIJING
from finews_crawler.warc.records import (
    BODY_ENCODING,
    CONTENT_TYPE,
    DATE,
    FAILURE,
    KIND,
    RECORD_ID,
    TARGET,
    HttpResponse,
    parse_response,
)

BLOCK = 1 << 16
GZIP = 16 + zlib.MAX_WBITS


class Member(NamedTuple):
    """One member, and where in its file it lies."""

    offset: int
    end: int
    content: bytes
    """As it was before it was compressed."""


def members(path: Path) -> Iterator[Member]:
    """The whole members of *path*, from its beginning; the last may be cut off, which ends it too.

    One is in memory at a time. Raises OSError, and CorruptWarc at what is neither a member nor the beginning of one.
    """
    with path.open("rb") as file:
        offset, ahead = 0, b""
        while True:
            try:
                read = _read_member(file, ahead)
            except zlib.error as error:
                if _is_empty(path, offset):
                    return
                raise CorruptWarc(f"{path} is damaged, or no gzip, at byte {offset} ({error})") from error
            if read is None:
                return
            content, ahead = read
            end = file.tell() - len(ahead)
            yield Member(offset, end, content)
            offset = end


def member_at(path: Path, offset: int) -> bytes:
    """The content of the member at *offset*. Raises OSError, CorruptWarc where none is there any more."""
    with path.open("rb") as file:
        file.seek(offset)
        try:
            read = _read_member(file, b"")
        except zlib.error:
            read = None
    if read is None:
        raise CorruptWarc(f"{path}: no whole record at byte {offset}: the file was changed since it was opened")
    return read[0]


def _read_member(file: IO[bytes], ahead: bytes) -> tuple[bytes, bytes] | None:
    """The content of the member that begins with *ahead* and goes on in *file*, and what was read beyond it.

    None where the file ends before the member does. Raises zlib.error.
    """
    inflater, parts = zlib.decompressobj(GZIP), []
    while not inflater.eof:
        block = ahead or file.read(BLOCK)
        ahead = b""
        if not block:
            return None
        parts.append(inflater.decompress(block))
    return b"".join(parts), inflater.unused_data


def _is_empty(path: Path, offset: int) -> bool:
    """Whether nothing but zeros follows: a file that had grown when the power failed, before its bytes came to disk."""
    with path.open("rb") as file:
        file.seek(offset)
        return not any(block.strip(b"\0") for block in iter(lambda: file.read(BLOCK), b""))


RECOMPRESS = "several records in one gzip member: `warcio recompress` makes a file that can be read"


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
        """Aware, whole seconds. Raises InvalidRecord."""
        return read_date(self.named.get(DATE, ""))

    def fields(self) -> dict[str, str]:
        """The lines of a block of ``application/warc-fields``."""
        pairs = (line.partition(":") for line in self.content.decode("utf-8", "replace").splitlines())
        return {name: value.strip() for name, _, value in pairs}


def read_date(text: str) -> datetime:
    """A WARC-Date. Raises InvalidRecord.

    >>> read_date("2022-05-18T08:48:06.5Z").isoformat()
    '2022-05-18T16:48:06+08:00'
    """
    try:
        return isoparse(text).astimezone(BEIJING).replace(microsecond=0)
    except ValueError as error:
        raise InvalidRecord(f"WARC-Date: {text!r} is no date") from error


def read_record(member: bytes) -> Record:
    """The one record in a gzip member's content. Raises InvalidRecord."""
    from warcio.exceptions import ArchiveLoadFailed  # noqa: PLC0415 (an extra)
    from warcio.recordloader import ArcWarcRecordLoader  # noqa: PLC0415

    stream = BytesIO(member)
    try:
        read = ArcWarcRecordLoader().parse_record_stream(stream, known_format="warc", no_record_parse=True)
    except (ArchiveLoadFailed, EOFError) as error:
        raise InvalidRecord(str(error).strip() or "it holds no whole record") from error
    content = read.raw_stream.read()
    if read.length is None or len(content) != read.length:
        raise InvalidRecord(f"a record of {len(content)} bytes says that it has {read.length}")
    if stream.read().strip():
        raise InvalidRecord(RECOMPRESS)
    return Record(dict(read.rec_headers.headers), content)


def response_in(record: Record) -> HttpResponse:
    """The answer that a ``response`` or ``resource`` holds. Raises InvalidRecord."""
    if record.kind == "resource":
        named = ((CONTENT_TYPE, CONTENT_TYPE), ("Content-Encoding", BODY_ENCODING))
        headers = [(name, record.named[field]) for name, field in named if record.named.get(field)]
        return HttpResponse(200, [(name.encode(), value.encode()) for name, value in headers], record.content)
    try:
        answer = parse_response(record.content)
    except ValueError as error:
        raise InvalidRecord(str(error)) from error
    coding = {name.lower(): value.lower() for name, value in answer.headers}.get(b"transfer-encoding")
    return answer._replace(body=_from_chunks(answer.body)) if coding == b"chunked" else answer


def failure_in(record: Record) -> str:
    """Why there was no answer, as a ``metadata`` record of ours has it; '' for any other."""
    return record.fields().get(FAILURE, "") if record.kind == "metadata" else ""


def _from_chunks(body: bytes) -> bytes:
    """Other programs leave a body as it came over the line."""
    from warcio.bufferedreaders import ChunkedDataReader  # noqa: PLC0415 (an extra)

    return bytes(ChunkedDataReader(BytesIO(body)).read())
