"""The records that a crawl writes, as bytes: each exchange is some records that belong together.

Sources: WARC/1.1 (ISO 28500:2017), sections 5 (named fields) and 6 (types of records).
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from io import BytesIO
from typing import TYPE_CHECKING, Any

from finews_crawler.warc.fields import (
    BODY_ENCODING,
    CONCURRENT_TO,
    CONTENT_TYPE,
    DATE,
    FAILURE,
    IP_ADDRESS,
    RECORD_ID,
    WARCINFO_ID,
)
from finews_crawler.warc.heads import Head, request_head, response_head, without_password

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.http import Response
    from warcio.warcwriter import BufferWARCWriter

VERSION = "WARC/1.1"
NOT_MODIFIED_PROFILE = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
FIELDS_TYPE = "application/warc-fields"


@dataclass
class Records:
    """Records that are appended together, each a gzip member of its own."""

    date: datetime
    """Aware: when the answer was there. Nothing in it was known before."""
    warcinfo_id: str = ""
    writer: BufferWARCWriter = field(init=False)

    def __post_init__(self) -> None:
        from warcio.warcwriter import BufferWARCWriter  # noqa: PLC0415 (an extra)

        self.writer = BufferWARCWriter(gzip=True, warc_version=VERSION)

    @property
    def content(self) -> bytes:
        return bytes(self.writer.get_contents())

    def add(self, kind: str, url: str, named: Mapping[str, str], head: bytes, body: bytes) -> str:
        """Add a record, with its digests; its own WARC-Record-ID. *named*: further fields, Content-Type where it is not
        that of HTTP messages."""
        record_id = f"<urn:uuid:{uuid.uuid4()}>"
        given = {RECORD_ID: record_id, DATE: warc_date(self.date), WARCINFO_ID: self.warcinfo_id, **named}
        options: dict[str, Any] = {
            "payload": BytesIO(body),
            "length": len(body),
            "warc_headers_dict": {name: value for name, value in given.items() if value},
            "http_headers": Head(head),
        }
        self.writer.write_record(self.writer.create_warc_record(url, kind, **options))
        return record_id


def warc_date(moment: datetime) -> str:
    """A moment as records have it, in UTC.

    >>> from finews_crawler.content.dates import BEIJING
    >>> warc_date(datetime(2022, 5, 18, 16, 48, 6, tzinfo=BEIJING))
    '2022-05-18T08:48:06Z'
    """
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def warc_fields(pairs: Iterable[tuple[str, str]]) -> bytes:
    """Lines of ``application/warc-fields``; a line break in a value would begin another field.

    >>> warc_fields([("software", "finews_crawler"), ("note", "a\\r\\nb")])
    b'software: finews_crawler\\r\\nnote: a b\\r\\n'
    """
    return "".join(f"{name}: {' '.join(value.split())}\r\n" for name, value in pairs).encode()


def add_exchange(records: Records, request: Request, response: Response) -> str:
    """A request and its response; the id of the latter."""
    url, address = without_password(request.url), _ip_address(request, response)
    answer_id = records.add("response", url, {IP_ADDRESS: address}, response_head(response), response.body)
    _add_request(records, request, {CONCURRENT_TO: answer_id, IP_ADDRESS: address})
    return answer_id


def add_not_modified(records: Records, request: Request, response: Response, confirmed: Mapping[str, str]) -> None:
    """A request, and "not modified"; *confirmed*: the fields that name the record of the list that still holds.

    No WARC-Payload-Digest: the payload of this profile is the list that was confirmed (6.7.3), not what came.
    """
    url, address = without_password(request.url), _ip_address(request, response)
    named = {"WARC-Profile": NOT_MODIFIED_PROFILE, IP_ADDRESS: address, **confirmed}
    answer_id = records.add("revisit", url, named, response_head(response), b"")
    _add_request(records, request, {CONCURRENT_TO: answer_id, IP_ADDRESS: address})


def add_kept(records: Records, kept: Response) -> str:
    """A list as an earlier run kept it; the id of its record.

    A ``resource`` (6.4): the entity without the full protocol response, from a place of our own. A ``response`` would
    say that the server has sent it now, with headers that nobody keeps. How the body is encoded, which is a header's
    to say, stands in a field of our own: readers ignore those they do not know (section 5).
    """
    encoding, media_type = (_text(kept.headers.get(name)) for name in ("Content-Encoding", "Content-Type"))
    named = {BODY_ENCODING: encoding, CONTENT_TYPE: media_type or "application/octet-stream"}
    return records.add("resource", without_password(kept.url), named, b"", kept.body)


def add_failure(records: Records, request: Request, why: str, *, was_sent: bool) -> None:
    """A request without an answer: itself, if it was sent, and a ``metadata`` record that says why."""
    named = {CONCURRENT_TO: _add_request(records, request, {})} if was_sent else {}
    named[CONTENT_TYPE] = FIELDS_TYPE
    records.add("metadata", without_password(request.url), named, b"", warc_fields([(FAILURE, why)]))


def _add_request(records: Records, request: Request, named: Mapping[str, str]) -> str:
    return records.add("request", without_password(request.url), named, request_head(request), request.body)


def _ip_address(request: Request, response: Response) -> str:
    """Whom we were connected to; behind a proxy nobody knows."""
    return str(response.ip_address) if response.ip_address and "proxy" not in request.meta else ""


def _text(value: bytes | None) -> str:
    return (value or b"").decode("latin-1")
