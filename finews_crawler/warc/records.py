"""WARC records as bytes, in the groups that a crawl appends: a request with its response, revisit or failure.

Sources: WARC/1.1 (ISO 28500:2017), sections 5 (named fields) and 6 (record types). Terms as in warcio.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from http.client import responses
from io import BytesIO
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit, urlunsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scrapy import Request
    from scrapy.http import Headers, Response
    from warcio.warcwriter import BufferWARCWriter

RECORD_ID = "WARC-Record-ID"
WARCINFO_ID = "WARC-Warcinfo-ID"
CONCURRENT_TO = "WARC-Concurrent-To"
CONTENT_TYPE = "Content-Type"
DATE = "WARC-Date"
IP_ADDRESS = "WARC-IP-Address"
REFERS_TO = "WARC-Refers-To"
BODY_ENCODING = "Finews-Content-Encoding"
"""Field of our own: Content-Encoding of a block without HTTP headers. Readers ignore unknown fields (section 5)."""

RUN, SPIDER, ARGUMENTS = "isPartOf", "spider", "arguments"
"""Fields of a ``warcinfo`` block: id of the run, name of its spider, and its ``-a`` arguments as JSON."""
FAILURE = "failure"
"""Field of a ``metadata`` block: why a request has no response."""

NOT_MODIFIED_PROFILE = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
WARC_FIELDS = "application/warc-fields"
WITHOUT_PAYLOAD_DIGEST = ("warcinfo", "revisit", "metadata", "resource")
"""Types of records for which warcio is not to write a WARC-Payload-Digest. ``metadata`` has no payload (5.9). That of
``resource`` is its block, whose digest it has: other programs take payloads for bodies of HTTP messages, so FastWARC
reports it as wrong, and warcat ends with an error."""
HEADERS_END = b"\r\n\r\n"
SECRET_HEADERS = frozenset({b"authorization", b"proxy-authorization", b"cookie"})
DECODED_HEADERS = frozenset({b"transfer-encoding"})
"""Headers that no longer describe the body: Twisted has decoded its chunks."""

PLAIN_URL = re.compile(
    r"(?:https?://[A-Za-z0-9.-]+(?::[0-9]+)?)?(/(?:[\w.~%-][\w.~%/-]*)?(?:\?[\w.~%/&=+-]+)?)", re.ASCII
)
"""A URL as nearly all are: its path and query stay as they are. A replay looks up several for each article."""


class RawHeaders(NamedTuple):
    """HTTP headers in the form that warcio writes unchanged; its own class percent-encodes bytes beyond ASCII."""

    headers_buff: bytes

    def compute_headers_buffer(self, header_filter: object = None) -> None:
        """Do nothing: the buffer is complete."""


def request_headers(request: Request) -> bytes:
    """Return request line and headers as they were sent, without secrets.

    >>> from scrapy import Request
    >>> headers = {"Authorization": "Basic bWU=", "Accept": "*/*"}
    >>> request_headers(Request("http://me:secret@127.0.0.1:8000/a?b=1", headers=headers))
    b'GET /a?b=1 HTTP/1.1\\r\\nHost: 127.0.0.1:8000\\r\\nAccept: */*\\r\\n\\r\\n'
    """
    lines = [f"{request.method} {target_of(request.url)} HTTP/1.1".encode()]
    if b"Host" not in request.headers:  # Twisted adds it when it sends the request
        lines.append(b"Host: " + urlsplit(without_password(request.url)).netloc.encode())
    lines += _header_lines(request.headers, SECRET_HEADERS)
    return b"\r\n".join(lines) + HEADERS_END


def response_headers(response: Response) -> bytes:
    """Return status line and headers, except headers that do not describe the decoded body.

    >>> from scrapy.http import Response
    >>> response_headers(Response("http://127.0.0.1/", 404, {"Transfer-Encoding": "chunked", "Server": "nginx"}))
    b'HTTP/1.1 404 Not Found\\r\\nServer: nginx\\r\\n\\r\\n'
    """
    protocol, status = response.protocol or "HTTP/1.1", response.status
    lines = [f"{protocol} {status} {responses.get(status, '')}".rstrip().encode()]
    return b"\r\n".join([*lines, *_header_lines(response.headers, DECODED_HEADERS)]) + HEADERS_END


def _header_lines(headers: Headers, excluded: Iterable[bytes]) -> Iterator[bytes]:
    for name in headers:
        if name.lower() not in excluded:
            for value in headers.getlist(name):
                yield name + b": " + value.replace(b"\r", b" ").replace(b"\n", b" ")


def without_password(url: str) -> str:
    """Return a URL without user name and password.

    >>> without_password("http://me:secret@127.0.0.1:8000/a?b"), without_password("http://127.0.0.1/a")
    ('http://127.0.0.1:8000/a?b', 'http://127.0.0.1/a')
    """
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def target_of(url: str) -> str:
    """Return path and query of a URL.

    >>> target_of("http://127.0.0.1:8000/web/webapi?type=45"), target_of("http://127.0.0.1")
    ('/web/webapi?type=45', '/')
    """
    if plain := PLAIN_URL.fullmatch(url):
        return plain[1]
    parts = urlsplit(url)
    return urlunsplit(("", "", parts.path or "/", parts.query, ""))


class RecordGroup:
    """Records that are appended together, each as a gzip member; *date*: aware, the time of the response."""

    def __init__(self, date: datetime, warcinfo_id: str = "") -> None:
        from warcio.warcwriter import BufferWARCWriter  # an extra

        self.date = warc_date(date)
        self.warcinfo_id = warcinfo_id
        self.writer: BufferWARCWriter = BufferWARCWriter(gzip=True, warc_version="WARC/1.1")
        self.writer.NO_PAYLOAD_DIGEST_TYPES = WITHOUT_PAYLOAD_DIGEST

    @property
    def content(self) -> bytes:
        return bytes(self.writer.get_contents())

    def add(self, warc_type: str, url: str, fields: Mapping[str, str], http_headers: bytes, payload: bytes) -> str:
        """Add a record with its digests; return its WARC-Record-ID. *url* is stored without password.

        *fields*: further named fields; Content-Type unless the block is an HTTP message.
        """
        record_id = f"<urn:uuid:{uuid.uuid4()}>"
        named = {RECORD_ID: record_id, DATE: self.date, WARCINFO_ID: self.warcinfo_id, **fields}
        record = self.writer.create_warc_record(
            without_password(url),
            warc_type,
            payload=BytesIO(payload),
            length=len(payload),
            warc_headers_dict={name: value for name, value in named.items() if value},
            http_headers=RawHeaders(http_headers),
        )
        self.writer.write_record(record)
        return record_id


def warc_date(time: datetime) -> str:
    """Return a WARC-Date: UTC, in whole seconds.

    >>> from finews_crawler.utils.timezone import BEIJING
    >>> warc_date(datetime(2022, 5, 18, 16, 48, 6, tzinfo=BEIJING))
    '2022-05-18T08:48:06Z'
    """
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def warc_fields(pairs: Iterable[tuple[str, str]]) -> bytes:
    """Return a block of ``application/warc-fields``. Line breaks in a value, which would start a field, become spaces.

    >>> warc_fields([("software", "finews_crawler"), ("note", "a\\r\\nb")])
    b'software: finews_crawler\\r\\nnote: a b\\r\\n'
    """
    return "".join(f"{name}: {' '.join(value.split())}\r\n" for name, value in pairs).encode()


def add_response(
    records: RecordGroup, request: Request, response: Response, refers_to: Mapping[str, str] | None = None
) -> str:
    """Add ``response`` and ``request`` records; return the id of the response.

    *refers_to*: for a 304, the fields that name the cached list's record. It is a ``revisit`` without
    WARC-Payload-Digest: this profile shares the payload of the other record (6.7.3).
    """
    # Behind a proxy, the address would be the proxy's.
    has_address = response.ip_address and "proxy" not in request.meta
    address = {IP_ADDRESS: str(response.ip_address) if has_address else ""}
    http_headers = response_headers(response)
    if refers_to is None:
        response_id = records.add("response", request.url, address, http_headers, response.body)
    else:
        fields = {"WARC-Profile": NOT_MODIFIED_PROFILE, **address, **refers_to}
        response_id = records.add("revisit", request.url, fields, http_headers, b"")
    _add_request(records, request, {CONCURRENT_TO: response_id, **address})
    return response_id


def add_cached(records: RecordGroup, cached: Response) -> str:
    """Add a list from the HTTP cache, for a revisit to refer to; return its record id.

    A ``resource`` record (6.4), not a ``response``: the server did not send it now, and the cache does not have all of
    its headers.
    """
    names = ("Content-Encoding", CONTENT_TYPE)
    encoding, media_type = ((cached.headers.get(name) or b"").decode("latin-1") for name in names)
    fields = {BODY_ENCODING: encoding, CONTENT_TYPE: media_type or "application/octet-stream"}
    return records.add("resource", cached.url, fields, b"", cached.body)


def add_failure(records: RecordGroup, request: Request, reason: str, *, was_sent: bool) -> None:
    """Add a ``metadata`` record with the reason for a missing response, and the request if it was sent."""
    fields = {CONCURRENT_TO: _add_request(records, request, {})} if was_sent else {}
    fields[CONTENT_TYPE] = WARC_FIELDS
    records.add("metadata", request.url, fields, b"", warc_fields([(FAILURE, reason)]))


def _add_request(records: RecordGroup, request: Request, fields: Mapping[str, str]) -> str:
    return records.add("request", request.url, fields, request_headers(request), request.body)
