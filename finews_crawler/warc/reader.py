"""Reads WARC files of a crawl, and files of other programs with one gzip member a record.

The members are split here and not by warcio's ArchiveIterator. That takes a member that is cut off or corrupt for a
record with a short payload, writes zlib's message to standard error, and does not report where the last whole
member ends, which is where the next run continues to write. Each member is parsed by warcio, unless its header is as
warcio writes it (``plain_header``).
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import IO, NamedTuple

from dateutil.parser import isoparse

from finews_crawler.exceptions import CorruptWarc, InvalidRecord
from finews_crawler.utils.timezone import BEIJING
from finews_crawler.warc.plain_header import plain_header
from finews_crawler.warc.records import (
    BODY_ENCODING,
    CONTENT_TYPE,
    DATE,
    FAILURE,
    HEADERS_END,
    RECORD_ID,
)

BLOCK_SIZE = 1 << 16
GZIP = 16 + zlib.MAX_WBITS
RECOMPRESS = "several records in one gzip member: `warcio recompress` makes a file that can be read"


class GzipMember(NamedTuple):
    """One member of a gzip file (RFC 1952, 2.2)."""

    offset: int
    end: int
    """Offset of the byte after it."""
    content: bytes
    """Decompressed."""


def gzip_members(path: Path) -> Iterator[GzipMember]:
    """Yield the complete members of *path*; one is in memory at a time.

    Stops at a last member that is cut off, and at zeros up to the end. Raises OSError, and CorruptWarc at other data.
    """
    with path.open("rb") as file:
        offset, ahead = 0, b""
        while True:
            try:
                decompressed = _decompress_member(file, ahead)
            except zlib.error as error:
                if _is_zero_from(path, offset):
                    return
                raise CorruptWarc(f"{path} is corrupt, or not gzip, at byte {offset} ({error})") from error
            if decompressed is None:
                return
            content, ahead = decompressed
            end = file.tell() - len(ahead)
            yield GzipMember(offset, end, content)
            offset = end


class MemberReader:
    """Reads members again that ``gzip_members`` has yielded. Keeps the last file open: a run is in one or two."""

    def __init__(self) -> None:
        self._path: Path | None = None
        self._file: IO[bytes] | None = None

    def read(self, path: Path, offset: int, end: int, checksum: int) -> bytes:
        """Return the content of a member; *checksum*: its CRC-32 when it was read first.

        Raises OSError, and CorruptWarc if the file has changed since.
        """
        if self._path != path or self._file is None:
            self.close()
            self._path, self._file = path, path.open("rb", buffering=0)
        with suppress(zlib.error):
            content = zlib.decompress(os.pread(self._file.fileno(), end - offset, offset), GZIP)
            if zlib.crc32(content) == checksum:
                return content
        raise CorruptWarc(f"{path} has another record, or none, at byte {offset}: it has changed since it was opened")

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


def _decompress_member(file: IO[bytes], ahead: bytes) -> tuple[bytes, bytes] | None:
    """Return content and surplus bytes of the member that starts with *ahead*; None if cut off. Raises zlib.error."""
    decompressor, parts = zlib.decompressobj(GZIP), []
    while not decompressor.eof:
        block = ahead or file.read(BLOCK_SIZE)
        ahead = b""
        if not block:
            return None
        parts.append(decompressor.decompress(block))
    return b"".join(parts), decompressor.unused_data


def _is_zero_from(path: Path, offset: int) -> bool:
    """Return True if only zeros follow: after a power failure a file may have its new length without its new bytes."""
    with path.open("rb") as file:
        file.seek(offset)
        return not any(block.strip(b"\0") for block in iter(lambda: file.read(BLOCK_SIZE), b""))


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
        raise InvalidRecord(str(error).strip() or "it has no complete record") from error
    block_start, block = stream.tell(), record.raw_stream.read()
    if record.length is None or len(block) != record.length:
        raise InvalidRecord(f"Content-Length is {record.length}, but the block has {len(block)} bytes")
    if stream.read().strip():
        raise InvalidRecord(RECOMPRESS)
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
    encoding = {name.lower(): value.lower() for name, value in response.headers}.get(b"transfer-encoding")
    if encoding != b"chunked":
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
    pairs = (line.partition(b":") for line in lines if b":" in line)
    return HttpResponse(int(status[:3]), [(name.strip(), value.strip()) for name, _, value in pairs], body)
