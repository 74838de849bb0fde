"""Reads the records of WARC files. Each is parsed by warcio, unless its header is as warcio writes it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from io import BytesIO
from typing import NamedTuple

from dateutil.parser import isoparse

from finews_crawler.exceptions import InvalidRecord
from finews_crawler.utils.timezone import BEIJING
from finews_crawler.warc.members import ARC_SIGN, RECOMPRESS
from finews_crawler.warc.plain_header import plain_header
from finews_crawler.warc.records import (
    BODY_ENCODING,
    CONTENT_TYPE,
    DATE,
    FAILURE,
    HEADERS_END,
    RECORD_ID,
)


class HttpResponse(NamedTuple):
    """An HTTP response in a record, with the header bytes of the file."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes


class Record(NamedTuple):
    """A WARC record: its named fields, and its block (section 5)."""

    fields: Mapping[str, str]
    """Named fields by lower-case name."""
    block: bytes
    block_start: int
    """Position of the block in the member."""

    def get(self, name: str) -> str:
        """Return a named field, '' if the record has none; names are case-insensitive."""
        return self.fields.get(name.lower(), "")

    @property
    def rec_type(self) -> str:
        return self.get("WARC-Type")

    @property
    def url(self) -> str:
        return self.get("WARC-Target-URI")

    @property
    def record_id(self) -> str:
        return self.get(RECORD_ID)

    @property
    def date(self) -> datetime:
        """WARC-Date, in Beijing's time zone and whole seconds. Raises InvalidRecord."""
        return read_date(self.get(DATE))

    def warc_fields(self) -> dict[str, str]:
        """Return the fields of a block of ``application/warc-fields``."""
        pairs = (line.partition(":") for line in self.block.decode("utf-8", "replace").splitlines())
        return {name: value.strip() for name, _, value in pairs}

    @property
    def failure(self) -> str:
        """Reason for a missing response in a ``metadata`` record of a crawl; '' for other records."""
        return self.warc_fields().get(FAILURE, "") if self.rec_type == "metadata" else ""


@lru_cache(maxsize=16)  # many records of one second follow each other
def read_date(text: str) -> datetime:
    """Return a WARC-Date, in Beijing's time zone and whole seconds. Raises InvalidRecord."""
    try:
        return isoparse(text).astimezone(BEIJING).replace(microsecond=0)
    except ValueError as error:
        raise InvalidRecord(f"WARC-Date must be an ISO 8601 time, got {text!r}") from error


def read_record(member: bytes) -> Record:
    """Parse the content of a gzip member, which must be one record. Raises InvalidRecord."""
    if plain := plain_header(member):
        fields, start, end = plain
        return Record(fields, member[start:end], start)
    return read_any_record(member)


def read_any_record(member: bytes) -> Record:
    """Parse a record as ``read_record`` does, by warcio."""
    from warcio.exceptions import ArchiveLoadFailed  # an extra
    from warcio.recordloader import ArcWarcRecordLoader

    stream = BytesIO(member)
    try:
        record = ArcWarcRecordLoader().parse_record_stream(stream, known_format="warc", no_record_parse=True)
    except (ArchiveLoadFailed, EOFError) as error:
        if member.startswith(ARC_SIGN):
            raise InvalidRecord(f"it is ARC, not WARC: {RECOMPRESS}") from error
        raise InvalidRecord(str(error).strip() or "it has no complete record") from error
    block_start, block = stream.tell(), record.raw_stream.read()
    if record.length is None or len(block) != record.length:
        raise InvalidRecord(f"Content-Length is {record.length}, but the block has {len(block)} bytes")
    if stream.read().strip():
        raise InvalidRecord(f"several records in one gzip member: {RECOMPRESS}")
    # Of a field that is repeated, warcio takes the first one.
    return Record({name.lower(): value for name, value in reversed(record.rec_headers.headers)}, block, block_start)


def read_response(record: Record) -> HttpResponse:
    """Return the HTTP response of a ``response`` or ``resource`` record. Raises InvalidRecord."""
    if record.rec_type == "resource":
        fields = ((CONTENT_TYPE, CONTENT_TYPE), ("Content-Encoding", BODY_ENCODING))
        headers = [(name.encode(), record.get(field).encode()) for name, field in fields if record.get(field)]
        return HttpResponse(200, headers, record.block)
    return read_http_response(record.block)


def read_http_response(block: bytes) -> HttpResponse:
    """Return the HTTP response of the block of a ``response`` record. Raises InvalidRecord."""
    response = parse_response(block)
    encodings = [value.lower() for name, value in response.headers if name.lower() == b"transfer-encoding"]
    if encodings[-1:] != [b"chunked"]:
        return response
    from warcio.bufferedreaders import ChunkedDataReader  # an extra

    # Other programs record a body as it was sent.
    return response._replace(body=bytes(ChunkedDataReader(BytesIO(response.body)).read()))


def parse_response(block: bytes) -> HttpResponse:
    """Split an HTTP response. Raises InvalidRecord.

    Not by warcio's StatusAndHeadersParser, which decodes headers, as UTF-8 or else Latin-1, and strips Unicode white
    space: the bytes of a Location header could not be restored.

    >>> parse_response(b"HTTP/1.1 200 OK\\r\\nETag: 1\\r\\n\\r\\n[]")
    HttpResponse(status=200, headers=[(b'ETag', b'1')], body=b'[]')
    """
    http_headers, _, body = block.partition(HEADERS_END)
    status_line, *lines = http_headers.split(b"\r\n")
    protocol, _, status = status_line.partition(b" ")
    if not protocol.startswith(b"HTTP/") or not status[:3].isdigit():
        raise InvalidRecord(f"the block must be an HTTP response, got {status_line[:80]!r}")
    headers = []
    for line in lines:
        name, colon, value = line.partition(b":")
        if colon:
            headers.append((name.strip(), value.strip()))
    return HttpResponse(int(status[:3]), headers, body)
