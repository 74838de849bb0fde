"""HTTP heads as bytes: what Scrapy knows of a request or response, and back.

Scrapy keeps header names in its own spelling and order and drops the reason phrase: what is written says the same, if
not in the same bytes. Bodies are the bytes that came.
"""

from __future__ import annotations

from http.client import responses
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit, urlunsplit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scrapy import Request
    from scrapy.http import Headers, Response

END = b"\r\n\r\n"
SECRET = frozenset({b"authorization", b"proxy-authorization", b"cookie"})
UNDONE = frozenset({b"transfer-encoding"})
"""What no longer holds of the body: Twisted has taken its chunks apart."""


class Head(NamedTuple):
    """The head of an HTTP message as warcio takes it; its own would spell bytes beyond ASCII anew."""

    headers_buff: bytes

    def compute_headers_buffer(self, header_filter: object = None) -> None:
        """It is there already."""


class Answer(NamedTuple):
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


def read_answer(block: bytes) -> Answer:
    """The response in the block of a record. Raises ValueError.

    >>> read_answer(b"HTTP/1.1 200 OK\\r\\nETag: 1\\r\\n\\r\\n[]")
    Answer(status=200, headers=[(b'ETag', b'1')], body=b'[]')
    """
    head, _, body = block.partition(END)
    first, *lines = head.split(b"\r\n")
    protocol, _, rest = first.partition(b" ")
    if not protocol.startswith(b"HTTP/"):
        raise ValueError(f"no HTTP response: {first[:80]!r}")
    pairs = (line.partition(b":") for line in lines if b":" in line)
    headers = [(name.strip(), value.strip()) for name, _, value in pairs]
    return Answer(int(rest[:3]), headers, body)


def without_password(url: str) -> str:
    """An address without the name and password in it.

    >>> without_password("http://me:secret@127.0.0.1:8000/a?b"), without_password("http://127.0.0.1/a")
    ('http://127.0.0.1:8000/a?b', 'http://127.0.0.1/a')
    """
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
