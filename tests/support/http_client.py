"""A plain HTTP client, and a raw socket client."""

from __future__ import annotations

import json
import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import Message
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, HTTPSHandler, Request, build_opener

from finews_crawler.testing.origin.articles import OriginArticle

SECONDS = 30


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Message
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8")

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class NoRedirects(HTTPRedirectHandler):
    """Redirects are not followed: the faults redirect beyond loopback."""

    def redirect_request(self, *_: object) -> None:
        return None


def fetch(url: str, headers: Mapping[str, str] | None = None, context: ssl.SSLContext | None = None) -> Answer:
    opener = build_opener(NoRedirects, HTTPSHandler(context=context))
    try:
        with opener.open(Request(url, headers=dict(headers or {})), timeout=SECONDS) as response:
            return Answer(response.status, response.headers, response.read())
    except HTTPError as error:
        return Answer(error.code, error.headers, error.read())


@contextmanager
def asked(url: str) -> Iterator[socket.socket]:
    """Return a connection on which *url* has been requested."""
    parts = urlsplit(url)
    with socket.create_connection((parts.hostname or "", parts.port or 0), SECONDS) as connection:
        lines = (f"GET {parts.path}?{parts.query} HTTP/1.1", f"Host: {parts.netloc}", "", "")
        connection.sendall("\r\n".join(lines).encode())
        yield connection


def received(connection: socket.socket, most: int = 10**9) -> bytes:
    """Read from *connection* until it is closed, or up to a number of bytes."""
    came = bytearray()
    while len(came) < most and (chunk := connection.recv(2**16)):
        came += chunk
    return bytes(came)


def text_path(article: OriginArticle) -> str:
    return f"/NewsData/GetNewsText.do?id={article.info_code}"
