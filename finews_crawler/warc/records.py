"""The records that a crawl writes, as bytes: each exchange is some records that belong together.

Sources: WARC/1.1 (ISO 28500:2017), sections 5 (named fields) and 6 (types of records).
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.client import responses
from io import BytesIO
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit, urlunsplit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scrapy import Request
    from scrapy.http import Headers, Response
    from warcio.warcwriter import BufferWARCWriter

RECORD_ID = "WARC-Record-ID"
WARCINFO_ID = "WARC-Warcinfo-ID"
CONCURRENT_TO = "WARC-Concurrent-To"
CONTENT_TYPE = "Content-Type"
DATE = "WARC-Date"
TARGET = "WARC-Target-URI"
KIND = "WARC-Type"
IP_ADDRESS = "WARC-IP-Address"
PAYLOAD_DIGEST = "WARC-Payload-Digest"
REFERS_TO = "WARC-Refers-To"
REFERS_TO_TARGET = "WARC-Refers-To-Target-URI"
REFERS_TO_DATE = "WARC-Refers-To-Date"
BODY_ENCODING = "Finews-Content-Encoding"
"""Ours: the Content-Encoding of a body that has no head to say it."""

RUN, SPIDER, ARGUMENTS = "isPartOf", "spider", "arguments"
"""Of a warcinfo's block: which run it belongs to, what ran, and the ``-a`` that it takes to run it again, as JSON."""
FAILURE = "failure"
"""Of a ``metadata`` record's block: why there is no answer."""


END = b"\r\n\r\n"
SECRET = frozenset({b"authorization", b"proxy-authorization", b"cookie"})
UNDONE = frozenset({b"transfer-encoding"})
"""What no longer holds of the body: Twisted has taken its chunks apart."""


class RawHeaders(NamedTuple):
    """The head of an HTTP message as warcio takes it; its own would spell bytes beyond ASCII anew."""

    headers_buff: bytes

    def compute_headers_buffer(self, header_filter: object = None) -> None:
        """It is there already."""


class HttpResponse(NamedTuple):
    """An HTTP response as a WARC file has it."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes


def request_head(request: Request) -> bytes:
    """The head of a request as it was sent, without what is secret in it.

    >>> from scrapy import Request
    >>> headers = {"Authorization": "Basic bWU=", "Accept": "*/*"}
    >>> request_head(Request("http://me:secret@127.0.0.1:8000/a?b=1", headers=headers))
    b'GET /a?b=1 HTTP/1.1\\r\\nHost: 127.0.0.1:8000\\r\\nAccept: */*\\r\\n\\r\\n'
    """
    parts = urlsplit(without_password(request.url))
    target = urlunsplit(("", "", parts.path or "/", parts.query, ""))
    lines = [f"{request.method} {target} HTTP/1.1".encode()]
    if b"Host" not in request.headers:
        lines.append(b"Host: " + parts.netloc.encode())  # Twisted adds it when it sends
    lines += _lines(request.headers, SECRET)
    return b"\r\n".join(lines) + END


def response_head(response: Response) -> bytes:
    """The head of a response, in which each line holds of the body as we have it.

    >>> from scrapy.http import Response
    >>> response_head(Response("http://127.0.0.1/", 404, {"Transfer-Encoding": "chunked", "Server": "nginx"}))
    b'HTTP/1.1 404 Not Found\\r\\nServer: nginx\\r\\n\\r\\n'
    """
    protocol, status = response.protocol or "HTTP/1.1", response.status
    lines = [f"{protocol} {status} {responses.get(status, '')}".rstrip().encode()]
    return b"\r\n".join([*lines, *_lines(response.headers, UNDONE)]) + END


def _lines(headers: Headers, left_out: Iterable[bytes]) -> Iterator[bytes]:
    for name in headers:
        if name.lower() not in left_out:
            for value in headers.getlist(name):
                yield name + b": " + value.replace(b"\r", b" ").replace(b"\n", b" ")


def parse_response(block: bytes) -> HttpResponse:
    """The response in the block of a record. Raises ValueError.

    >>> parse_response(b"HTTP/1.1 200 OK\\r\\nETag: 1\\r\\n\\r\\n[]")
    HttpResponse(status=200, headers=[(b'ETag', b'1')], body=b'[]')
    """
    head, _, body = block.partition(END)
    first, *lines = head.split(b"\r\n")
    protocol, _, rest = first.partition(b" ")
    if not protocol.startswith(b"HTTP/"):
        raise ValueError(f"no HTTP response: {first[:80]!r}")
    pairs = (line.partition(b":") for line in lines if b":" in line)
    headers = [(name.strip(), value.strip()) for name, _, value in pairs]
    return HttpResponse(int(rest[:3]), headers, body)


def without_password(url: str) -> str:
    """An address without the name and password in it.

    >>> without_password("http://me:secret@127.0.0.1:8000/a?b"), without_password("http://127.0.0.1/a")
    ('http://127.0.0.1:8000/a?b', 'http://127.0.0.1/a')
    """
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


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
            "http_headers": RawHeaders(head),
        }
        self.writer.write_record(self.writer.create_warc_record(url, kind, **options))
        return record_id


def warc_date(moment: datetime) -> str:
    """A moment as records have it, in UTC.

    >>> from finews_crawler.utils.timezone import BEIJING
    >>> warc_date(datetime(2022, 5, 18, 16, 48, 6, tzinfo=BEIJING))
    '2022-05-18T08:48:06Z'
    """
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


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
